"""
Extensions, in a Postgres beside a database that has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import dj_database_url
import pytest
from django.db import connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from heroku_support.release.errors import StepError
from heroku_support.release.extensions import ensure_extensions
from tests.processes import DYNO, Project
from tests.release.aliases import second_database
from tests.release.releases import make_release
from tests.servers.postgres import Database, PostgresServer

pytestmark = pytest.mark.django_db(databases=["default", "attached"])

# Of contrib: what a database's owner may create, and what only a superuser may.
TRUSTED, FORBIDDEN = "hstore", "file_fdw"


@pytest.fixture(scope="module", autouse=True)
def attached(
    postgres_newest: PostgresServer, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Database]:
    """
    The second database; what tests create there is rolled back.
    """
    database = postgres_newest.create_database()
    entry = {
        **dj_database_url.parse(database.url()),
        "ENGINE": "tests.release.geometry",
    }
    with django_db_blocker.unblock(), second_database("attached", entry):
        yield database
    database.drop()


def ensure(*names: str, databases: Sequence[str] = ("default", "attached")) -> str:
    return ensure_extensions(make_release(databases=[*databases]), names)


def installed() -> set[str]:
    with connections["attached"].cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        return {name for (name,) in cursor.fetchall()} - {"plpgsql"}


def test_without_names_and_without_a_setting_nothing_is_asked():
    said = ensure_extensions(make_release(databases=["default", "attached"]))

    assert said == "skipped: no HEROKU_SUPPORT_RELEASE_EXTENSIONS"


def test_a_project_without_postgres_is_left_alone():
    assert ensure(TRUSTED, databases=["default"]) == "skipped: no Postgres"


@override_settings(HEROKU_SUPPORT_RELEASE_EXTENSIONS=["citext", "hstore"])
def test_those_of_the_setting_are_made():
    said = ensure_extensions(make_release(databases=["default", "attached"]))

    assert said == "attached:citext, attached:hstore made"
    assert installed() == {"citext", "hstore"}


def test_what_is_there_is_left_alone():
    ensure(TRUSTED)

    assert ensure(TRUSTED, TRUSTED) == "nothing to do"


def test_one_in_a_schema_that_is_not_looked_through_is_there():
    with connections["attached"].cursor() as cursor:
        cursor.execute("CREATE SCHEMA heroku_ext")
        cursor.execute("CREATE EXTENSION citext SCHEMA heroku_ext")

    assert ensure("citext") == "nothing to do"


def test_one_named_twice_is_made_once():
    assert ensure(TRUSTED, TRUSTED) == f"attached:{TRUSTED} made"


def test_a_name_that_is_no_plain_word_is_quoted():
    with CaptureQueriesContext(connections["attached"]) as captured:
        try:
            ensure("uuid-ossp")
        except StepError as error:  # the Postgres from PyPI has no library for it
            assert "could not load library" in str(error)
            assert "CONTEXT" not in str(error)

    statement = 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"'
    assert statement in [query["sql"] for query in captured]


def test_the_connection_knows_the_new_types_at_once():
    connections["attached"].ensure_connection()
    ensure(TRUSTED)
    with connections["attached"].cursor() as cursor:
        cursor.execute("SELECT 'a=>1'::hstore")
        (value,) = cursor.fetchone()

    assert value == {"a": "1"}
    assert connections["attached"].told[-1:] == [True]


@pytest.mark.parametrize("name", ["citex", 'a"; DROP SCHEMA public; --'])
def test_one_that_the_server_has_not_is_named_before_any_is_made(name: str):
    with pytest.raises(StepError, match="heroku pg:psql -c .*pg_available_extensions"):
        ensure(TRUSTED, name)

    assert installed() == set()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (FORBIDDEN, rf'permission denied .*: CREATE EXTENSION .* "?{FORBIDDEN}"?;$'),
        ("earthdistance", 'required extension "cube" is not installed'),
    ],
)
def test_what_the_server_refuses_is_one_line_and_leaves_nothing(name: str, told: str):
    with pytest.raises(StepError, match=f"^extensions: '{name}': .*{told}"):
        ensure(TRUSTED, name)

    assert installed() == set()


# --- as commands ---------------------------------------------------------------------------


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


@pytest.mark.covers_processes
def test_several_commands_at_once_all_end_well(small: Project, database: Database):
    variables = {**DYNO, "DATABASE_URL": database.url()}
    processes = [
        small.start("heroku_extensions", TRUSTED, **variables) for _ in range(4)
    ]
    printed = [process.communicate(timeout=60)[0] for process in processes]

    assert [process.returncode for process in processes] == [0] * 4, printed
    assert "".join(printed).count(f"extensions: {TRUSTED} made") == 1


@pytest.mark.covers_processes
def test_a_command_that_is_told_no_name_says_where_to_write_one(
    small: Project, database: Database
):
    refused = small.manage("heroku_extensions", **DYNO, DATABASE_URL=database.url())

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert "HEROKU_SUPPORT_RELEASE_EXTENSIONS = [" in refused.stderr


@pytest.mark.covers_processes
def test_a_command_whose_extension_is_refused_is_one_line(
    small: Project, database: Database
):
    variables = {**DYNO, "DATABASE_URL": database.url()}
    refused = small.manage("heroku_extensions", FORBIDDEN, **variables)

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert "CommandError: extensions: 'file_fdw': permission denied" in refused.stderr
