"""
``--plan`` and ``--check``: what a release would do, and nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.processes import NO_SMOKE, RELEASE, Project
from tests.release.written_app import COLUMN, TABLE, WrittenApp
from tests.servers.postgres import Database

REMOVE = 'migrations.RemoveField("item", "name")'


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


@pytest.fixture(scope="session")
def app(small: Project) -> WrittenApp:
    """
    An app with a table, and in its second migration a column.
    """
    app = WrittenApp.start(small, "previewed")
    app.add("0001_initial", TABLE)
    return app


@pytest.fixture
def environ(app: WrittenApp, database: Database) -> dict[str, str]:
    return {**RELEASE, **app.variables, "DATABASE_URL": database.url()}


@pytest.fixture
def released(small: Project, environ: dict[str, str]) -> None:
    done = small.release(**environ)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def pending(app: WrittenApp, released: None) -> Iterator[None]:
    app.add("0002_extra", COLUMN)
    yield
    app.remove("0002_extra")


@pytest.fixture
def unsafe(app: WrittenApp, released: None) -> Iterator[None]:
    app.add("0002_remove", REMOVE)
    yield
    app.remove("0002_remove")


@pytest.fixture
def counted(database: Database) -> Iterator[None]:
    """
    Fail if anything was written meanwhile.
    """
    sql = (
        "SELECT pg_stat_force_next_flush(), sum(n_tup_ins + n_tup_upd + n_tup_del),"
        " (SELECT count(*) FROM pg_class) FROM pg_stat_all_tables"
        " WHERE schemaname = 'public'"
    )
    before = database.query(sql)
    yield
    assert database.query(sql) == before


@pytest.mark.parametrize("command", ["heroku_release", "heroku_migrate"])
def test_a_plan_of_an_empty_database_makes_not_even_the_table_of_migrations(
    small: Project, environ: dict[str, str], counted: None, command: str
):
    planned = small.manage(command, "--plan", **environ)

    assert planned.returncode == 0, planned.stderr
    assert "\n  previewed.0001_initial\n" in planned.stdout


def test_a_plan_names_the_steps_and_what_is_pending(
    small: Project, environ: dict[str, str], pending: None, counted: None
):
    planned = small.manage("heroku_release", "--plan", *NO_SMOKE, **environ)

    assert planned.returncode == 0
    assert planned.stdout == (
        "steps: preflight, database, extensions, migrate, cache_table, superuser, seed\n"
        "pending in 'default': 1\n"
        "  previewed.0002_extra\n"
    )


@pytest.mark.parametrize("command", ["heroku_release", "heroku_migrate"])
def test_a_check_exits_with_2_when_something_is_pending(
    small: Project,
    environ: dict[str, str],
    pending: None,
    counted: None,
    command: str,
):
    checked = small.manage(command, "--check", **environ)

    assert checked.returncode == 2
    assert checked.stderr == (
        "CommandError: 1 migration is pending: python manage.py heroku_migrate\n"
    )


def test_a_check_exits_with_0_when_nothing_is(
    small: Project, environ: dict[str, str], released: None
):
    checked = small.manage("heroku_release", "--check", **environ)

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.covers_processes
def test_what_is_pending_and_unsafe_exits_with_3(
    small: Project, environ: dict[str, str], unsafe: None, counted: None
):
    checked = small.manage("heroku_migrate", "--check", "--unsafe", "fail", **environ)

    assert checked.returncode == 3
    assert "previewed.0002_remove" in checked.stderr


@pytest.mark.covers_processes
def test_a_plan_tells_what_is_unsafe_and_exits_with_0(
    small: Project, environ: dict[str, str], unsafe: None, counted: None
):
    planned = small.manage("heroku_migrate", "--plan", "--unsafe", "fail", **environ)

    assert planned.returncode == 0
    assert "breaks-running-code (remove-field)" in planned.stdout


def test_a_release_that_must_not_run_it_exits_with_3_and_changes_nothing(
    small: Project, environ: dict[str, str], unsafe: None, counted: None
):
    refused = small.release("--unsafe", "fail", **environ)

    assert refused.returncode == 3
    assert '"unsafe": ["previewed.0002_remove: remove-field"]' in refused.stdout


def test_without_migrate_among_the_steps_nothing_is_pending(
    small: Project, environ: dict[str, str], pending: None
):
    checked = small.manage(
        "heroku_release", "--check", "--only", "superuser", **environ
    )

    assert checked.returncode == 0
    assert "pending" not in checked.stdout


@pytest.mark.covers_processes
def test_without_a_database_there_is_nothing_to_plan(small: Project):
    planned = small.manage("heroku_release", "--check", **RELEASE)

    assert (planned.returncode, planned.stderr) == (0, "")
    assert "no DATABASE_URL" in planned.stdout


@pytest.mark.covers_processes
def test_a_rollback_is_seen_in_the_plan(
    small: Project, environ: dict[str, str], app: WrittenApp, released: None
):
    app.add("0002_extra", COLUMN)
    small.release(**environ)
    app.remove("0002_extra")
    planned = small.manage("heroku_release", "--plan", **environ)

    assert "unknown to this code: previewed.0002_extra" in planned.stdout


@pytest.mark.covers_processes
def test_to_look_from_a_commit_needs_check(small: Project, environ: dict[str, str]):
    refused = small.manage("heroku_migrate", "--since", "main", **environ)

    assert (refused.returncode, refused.stderr) == (
        1,
        "CommandError: --since only looks:"
        " python manage.py heroku_migrate --check --since main\n",
    )


@pytest.mark.covers_processes
def test_json_has_what_is_pending(
    small: Project, pending: None, environ: dict[str, str]
):
    shown = small.release("--check", "--json", **environ)
    facts = json.loads(shown.stdout)

    assert (shown.returncode, facts["ok"], facts["steps"]) == (2, False, {})
    assert facts["pending"] == ["previewed.0002_extra"]


@pytest.mark.covers_processes
def test_json_names_the_database_of_what_is_pending_off_default(
    small: Project, database: Database
):
    settings = (
        "from config.settings import *\nDATABASES['other'] = DATABASES['default']\n"
    )
    (small.directory / "two_settings.py").write_text(settings)
    environ = {**RELEASE, "DATABASE_URL": database.url()}
    shown = small.release(
        *("--plan", "--json"), **environ, DJANGO_SETTINGS_MODULE="two_settings"
    )
    facts = json.loads(shown.stdout)

    assert facts["ok"]
    assert {"auth.0001_initial", "other:auth.0001_initial"} <= set(facts["pending"])
