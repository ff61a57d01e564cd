"""
``manage.py heroku_doctor --connect``: servers and pending migrations, as the doctor tells them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from heroku_support.__main__ import main
from heroku_support.management.connected import connected
from heroku_support.manifests.live import Database, Live
from tests.processes import DYNO, Project
from tests.release.aliases import second_database
from tests.release.postgres_alias import postgres_alias
from tests.release.written_app import TABLE, WrittenApp
from tests.servers.postgres import PASSWORD, PostgresServer
from tests.servers.postgres import Database as Served

pytestmark = pytest.mark.covers_processes

REMOVE = 'migrations.RemoveField("item", "name")'
POLICY = "HEROKU_SUPPORT_RELEASE_UNSAFE"


@pytest.fixture
def database(postgres_newest: PostgresServer) -> Iterator[Served]:
    database = postgres_newest.create_database()
    yield database
    database.drop()


@pytest.fixture
def unsafe(small: Project, database: Served) -> WrittenApp:
    """
    An app whose table is there, and a migration that takes a column away.
    """
    app = WrittenApp.start(small, "doctored")
    app.add("0001_initial", TABLE)
    made = small.manage(
        "migrate", "doctored", **DYNO, **app.variables, DATABASE_URL=database.url()
    )
    assert made.returncode == 0, made.stderr
    app.add("0002_remove", REMOVE)
    return app


@pytest.mark.covers_processes
def test_it_tells_of_the_database_and_of_the_migration_in_its_file(
    small: Project, database: Served, unsafe: WrittenApp
):
    database.query(f"ALTER DATABASE {database.name} CONNECTION LIMIT 5")
    variables = {**DYNO, **unsafe.variables, "DATABASE_URL": database.url()}
    ended = small.manage(
        "heroku_doctor", "--connect", "--format=json", "--strict", **variables
    )
    found = {each["rule"]: each for each in json.loads(ended.stdout)["findings"]}

    assert ended.returncode == 1, ended.stderr
    assert found["connection-limit"]["path"] == "config/settings.py"
    assert found["migration-unsafe"]["path"] == "doctored/migrations/0002_remove.py"
    assert "item.name" in found["migration-unsafe"]["message"]
    assert PASSWORD not in ended.stdout + ended.stderr


def test_the_servers_are_named_in_the_last_line():
    output = StringIO()
    call_command(
        "heroku_doctor", str(Path(__file__).parent), "--connect", stdout=output
    )

    assert output.getvalue().endswith("Connected to: nothing that the settings name.\n")


def test_without_the_settings_nobody_can_be_asked(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["doctor", str(Path(__file__).parent), "--connect"])

    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "heroku_doctor: --connect needs the project's settings:"
        " python manage.py heroku_doctor --connect\n"
    )


@override_settings(**{POLICY: "off"})
def test_migrations_are_left_alone_where_that_is_said(monkeypatch):
    monkeypatch.setattr("heroku_support.release.plan.read", None)

    assert connected(Path.cwd()).migrations == ()


def test_a_database_that_is_empty_has_nobody_to_break(
    newest: Served, django_db_blocker: Any
):
    with postgres_alias(newest, django_db_blocker):
        assert connected(Path.cwd()).migrations == ()


def test_a_plan_that_cannot_be_read_is_a_warning(
    tmp_path: Path, django_db_blocker: Any
):
    entry = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(tmp_path / "not" / "there.sqlite3"),
    }
    with django_db_blocker.unblock(), second_database("broken", entry):
        (told,) = connected(Path.cwd()).migrations

    assert told.message == (
        'The pending migrations of DATABASES["broken"] cannot be read:'
        " unable to open database file"
    )
    assert told.instead == "python manage.py heroku_migrate --check"


def test_a_database_that_does_not_answer_is_asked_for_no_plan(
    monkeypatch, django_db_blocker: Any
):
    def refused(*args: object) -> Live:  # quicker than a server that refuses
        return Live(databases=(Database('DATABASES["default"]', None, "gone"),))

    monkeypatch.setattr("heroku_support.management.connected.ask_servers", refused)

    assert connected(Path.cwd()).migrations == ()
