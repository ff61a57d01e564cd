"""
The example's map, on Debian's Postgres with PostGIS and with Debian's GDAL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import DYNO, Project
from tests.servers.binaries import VARIABLE
from tests.servers.postgres import ROLE, Database, PostgresServer

pytestmark = pytest.mark.services

# Of Debian's package postgresql-postgis; the major is that of the Debian.
CONTROL_FILES = sorted(
    Path("/usr/share/postgresql").glob("*/extension/postgis.control")
)
MAP = {"WITH_MAP": "true", "SECRET_KEY": DYNO["SECRET_KEY"]}
PLACE = "/places/lookout-bench/"


@pytest.fixture(scope="module")
def postgis() -> Iterator[PostgresServer]:
    """
    Debian's server, which has PostGIS; the one that pip gives has it not.
    """
    assert CONTROL_FILES, "There is no PostGIS. Run: make test-services"
    major = CONTROL_FILES[-1].parent.parent.name
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, f"/usr/lib/postgresql/{major}/bin")
        with PostgresServer.start(int(major)) as server:
            yield server


@pytest.fixture
def database(postgis: PostgresServer) -> Iterator[Database]:
    database = postgis.create_database()
    yield database
    database.drop()


@pytest.fixture
def mapped(database: Database) -> Database:
    """
    A database whose extension is there.

    Heroku's lets its owner create it (Dev Center, "Extensions, PostGIS, and Full Text Search
    Dictionaries on Heroku Postgres"); of an ordinary server only a superuser may.
    """
    database.query("CREATE EXTENSION postgis")
    return database


def release(example: Project, database: Database, **variables: str) -> str:
    variables = {
        **MAP,
        "DATABASE_URL": database.url(),
        **variables,
    }
    released = example.release(**variables)
    assert released.returncode == 0, released.stderr
    return released.stdout


def test_release_migrates_and_the_place_is_on_the_map(
    example: Project, mapped: Database
):
    release(example, mapped)
    with example.gunicorn(
        WEB_CONCURRENCY="1",
        DATABASE_URL=mapped.url(),
        **MAP,
    ) as server:
        page = server.get(PLACE)
    nearest = re.findall(r'<li><a href="/places/([^/]+)/', page.text)

    assert page.status == 200
    assert "52.93660, 0.31270" in page.text
    assert nearest == ["hilltop-oven", "bus-stop-books", "dragonfly-playground"]


def test_release_creates_the_extension_where_it_may(
    example: Project, database: Database
):
    database.query(f"ALTER ROLE {ROLE} SUPERUSER")
    try:
        release(example, database)
    finally:
        database.query(f"ALTER ROLE {ROLE} NOSUPERUSER")

    assert database.query("SELECT count(*) FROM maps_position") == [(14,)]


def test_map_comes_to_a_survey_that_went_without(example: Project, mapped: Database):
    release(example, mapped, WITH_MAP="")
    without = mapped.query("SELECT to_regclass('maps_position')")
    release(example, mapped)

    assert without == [(None,)]
    assert mapped.query("SELECT count(*) FROM maps_position") == [(14,)]


def test_survey_works_without_the_map_on_the_same_database(
    example: Project, mapped: Database
):
    release(example, mapped)
    variables = {**MAP, "DATABASE_URL": mapped.url(), "WITH_MAP": "false"}
    with example.gunicorn(WEB_CONCURRENCY="1", **variables) as server:
        page = server.get(PLACE)

    assert page.status == 200
    assert "On the map" not in page.text


def test_examples_own_tests_pass_with_the_map(example: Project, database: Database):
    # The runner makes a database of its own, and the extension in it.
    database.query(f"ALTER ROLE {ROLE} SUPERUSER")
    try:
        tested = example.manage(
            "test",
            DATABASE_URL=database.url(),
            **MAP,
        )
    finally:
        database.query(f"ALTER ROLE {ROLE} NOSUPERUSER")

    assert tested.returncode == 0, tested.stderr
    assert "skipped" not in tested.stderr


def test_libraries_are_found_without_variables_and_explained(
    example: Project, mapped: Database
):
    explained = example.manage(
        "heroku_explain",
        DATABASE_URL=mapped.url(),
        **MAP,
    )
    gdal = re.search(r"^GDAL_LIBRARY_PATH.*$", explained.stdout, re.MULTILINE)

    assert gdal is not None, explained.stdout + explained.stderr
    assert re.search(r"/libgdal\.so(\.\d+)?'$", gdal[0])
