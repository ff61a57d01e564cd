"""
PostGIS, created by the very release that migrates geometry.
"""

from __future__ import annotations

import pytest

from tests.processes import Project
from tests.servers.postgres import ROLE, Database
from tests.services.test_postgis import MAP, database, postgis

__all__ = ["database", "postgis"]  # fixtures

pytestmark = pytest.mark.services

SETTINGS = """
from config.settings import *
HEROKU_SUPPORT_RELEASE_EXTENSIONS = ["postgis"]
"""


def test_a_release_that_creates_postgis_writes_geometry(
    example: Project, database: Database
):
    # As Heroku's servers let a database's owner.
    database.query(f"ALTER ROLE {ROLE} SUPERUSER")
    (example.directory / "extended_settings.py").write_text(SETTINGS)
    settings = {"DJANGO_SETTINGS_MODULE": "extended_settings"}
    variables = {**MAP, **settings, "DATABASE_URL": database.url()}
    done = example.release(**variables)

    assert "extensions: postgis made" in done.stdout, done.stderr
    assert database.query("SELECT count(*) > 0 FROM maps_position") == [(True,)]
