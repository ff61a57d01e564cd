"""
A GeoDjango project becomes one that Heroku runs, on Debian's Postgres with PostGIS.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scaffold import projects
from tests.scaffold.test_deployable import ANSWERS, deploy
from tests.servers.postgres import Database
from tests.services.test_postgis import database, mapped, postgis

pytestmark = pytest.mark.services

__all__ = ["database", "mapped", "postgis"]  # fixtures


def test_a_geodjango_project_is_deployable_by_one_command(
    tmp_path: Path, mapped: Database
):
    project = projects.with_places(tmp_path / "shop")
    settings = project.directory / "shop" / "settings.py"
    # Debian 12 has GDAL 3.6, and Django warns of what is older than 3.9; a dyno's is newer.
    settings.write_text(
        f"{settings.read_text()}\nSILENCED_SYSTEM_CHECKS = "
        "['gis.W001', 'security.W005', 'security.W021']\n"
    )
    answers = deploy(project, mapped)

    assert answers == ANSWERS
    assert "heroku-geo-buildpack" in (project.directory / "app.json").read_text()
