"""
The fast path does what the full one does, and is not taken where it would not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.processes import DYNO, Project
from tests.release.written_app import WrittenApp
from tests.servers.postgres import Database, PostgresServer

NOTHING = 'RunSQL("SELECT 1")'
# An app that writes down what it is sent, and whether its migrations were read.
SETTINGS = """
INSTALLED_APPS += ["django.contrib.sites"]
SITE_ID = 1
USE_I18N, LANGUAGE_CODE = True, "de"
"""
RECORDER = """
import json, os, sys
from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils import translation

class Recorder(AppConfig):
    name = "{app}"

    def ready(self):
        # Strong references, for the tests: these are functions of this module.
        pre_migrate.connect(before)
        post_migrate.connect(after)

def before(**facts):
    record("pre_migrate", **facts)

def after(**facts):
    record("post_migrate", **facts)

def record(name, *, sender, app_config, apps, signal, stdout, **facts):
    models = {{model._meta.label for model in apps.get_models() if model._meta.managed}}
    with open(os.environ["RECORD"], "a") as file:
        file.write(json.dumps({{
            "signal": name,
            "sender": sender.label,
            "app_config": app_config.label,
            "models": sorted(models) if name == "post_migrate" else None,
            "stdout": hasattr(stdout, "write"),
            "language": translation.get_language(),
            "is_read": "{app}.migrations.0001_first" in sys.modules,
            **facts,
        }}, default=str) + "\\n")
"""


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


@pytest.fixture
def app(small: Project, database: Database) -> WrittenApp:
    """
    The recorder, with one migration.
    """
    name = f"recorder_{database.name}"
    app = WrittenApp.start(small, name, SETTINGS)
    (app.folder.parent / "apps.py").write_text(RECORDER.format(app=name))
    app.add("0001_first", NOTHING)
    return app


class Migrations:
    """
    Releases of the project with that app.
    """

    def __init__(
        self, small: Project, app: WrittenApp, database: Database, record: Path
    ) -> None:
        self.project = small
        self.database = database
        self.record = record
        self.variables = {
            **DYNO,
            **app.variables,
            "DATABASE_URL": database.url(),
            "RECORD": str(record),
        }

    def run(self, *options: str, **variables: str) -> list[dict[str, Any]]:
        """
        Migrate, and return what the app has recorded.
        """
        self.record.write_text("")
        given = {**self.variables, **variables}
        done = self.project.manage("heroku_migrate", *options, **given)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in self.record.read_text().splitlines()]

    def is_fast(self, **variables: str) -> bool:
        """
        Migrate, and say whether the migrations were left unread.
        """
        return not any(call["is_read"] for call in self.run(**variables))

    def rows(self) -> list[Any]:
        """
        Return what the receivers of Django's own apps make.
        """
        return [
            self.database.query(sql)
            for sql in (
                "SELECT app_label, model FROM django_content_type ORDER BY 1, 2",
                "SELECT app_label, codename, name FROM auth_permission"
                " JOIN django_content_type c ON c.id = content_type_id ORDER BY 1, 2",
                "SELECT domain, name FROM django_site",
            )
        ]

    def lose(self) -> None:
        """
        Delete some of that.
        """
        for sql in (
            "DELETE FROM auth_permission WHERE codename LIKE 'a%'",
            "DELETE FROM auth_permission WHERE content_type_id ="
            " (SELECT id FROM django_content_type WHERE model = 'session')",
            "DELETE FROM django_content_type WHERE model = 'session'",
            "DELETE FROM django_site",
        ):
            self.database.query(sql)


@pytest.fixture
def migrations(
    small: Project, app: WrittenApp, database: Database, tmp_path: Path
) -> Migrations:
    """
    The database is migrated once.
    """
    migrations = Migrations(small, app, database, tmp_path / "record")
    assert not migrations.is_fast()
    return migrations


def test_its_receivers_get_the_same_calls(migrations: Migrations):
    full = migrations.run("--full")
    fast = migrations.run()
    for call in (*full, *fast):
        del call["is_read"]

    assert len(full) == 8
    assert fast == full


def test_its_receivers_make_the_same_rows(migrations: Migrations):
    before = migrations.rows()
    migrations.lose()
    assert migrations.rows() != before
    is_fast = migrations.is_fast()

    assert is_fast
    assert migrations.rows() == before


def test_a_pending_migration_is_applied(migrations: Migrations, app: WrittenApp):
    app.add("0002_second", NOTHING)

    assert not migrations.is_fast()
    assert migrations.is_fast()


def test_a_squash_is_recorded_first(migrations: Migrations, app: WrittenApp):
    app.add("0002_second", NOTHING)
    migrations.run()
    replaced = str([(app.name, "0001_first"), (app.name, "0002_second")])
    (app.folder / "0003_squashed.py").write_text(
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        f"    replaces = {replaced}\n"
    )

    assert not migrations.is_fast()
    assert migrations.is_fast()


def test_a_new_app_takes_the_full_path(
    migrations: Migrations, small: Project, app: WrittenApp
):
    settings = small.directory / f"{app.name}_settings.py"
    with settings.open("a") as file:
        file.write('INSTALLED_APPS += ["django.contrib.redirects"]\n')

    assert not migrations.is_fast()
    assert migrations.is_fast()


def test_a_new_database_takes_the_full_path(
    migrations: Migrations, postgres_newest: PostgresServer
):
    other = postgres_newest.create_database()
    found = [migrations.is_fast(DATABASE_URL=other.url()) for _ in range(2)]
    other.drop()

    assert found == [False, True]


OVERRIDE = """
from django.core.management.commands import migrate

class Command(migrate.Command):
    def handle(self, *args, **options):
        super().handle(*args, **options)
        with open(__file__ + ".ran", "a") as file:
            file.write("ran")
"""


# As those of projects with a schema for each customer: not Django's, and tells nothing.
SILENT = """
from django.core.management.base import BaseCommand
from django.core.management.commands import migrate

class Command(BaseCommand):
    autodetector = migrate.Command.autodetector  # Django's checks ask for it

    def add_arguments(self, parser):
        migrate.Command().add_arguments(parser)

    def handle(self, *args, **options):
        migrate.Command().handle(*args, **options)
"""


def override_migrate(app: WrittenApp, source: str) -> Path:
    commands = app.folder.parent / "management" / "commands"
    commands.mkdir(parents=True)
    for package in (commands, commands.parent):
        (package / "__init__.py").touch()
    (commands / "migrate.py").write_text(source)
    return commands


def test_a_projects_own_migrate_is_always_run(migrations: Migrations, app: WrittenApp):
    commands = override_migrate(app, OVERRIDE)
    migrations.run()

    assert (commands / "migrate.py.ran").read_text() == "ran"


def test_a_projects_own_migrate_that_tells_nothing_has_done_what_was_pending(
    migrations: Migrations, small: Project, app: WrittenApp
):
    override_migrate(app, SILENT)
    app.add("0002_second", NOTHING)
    done = small.manage("heroku_migrate", **migrations.variables)

    assert "migrate: 1 applied" in done.stdout, done.stderr


def test_it_can_be_turned_off(migrations: Migrations, small: Project, app: WrittenApp):
    settings = small.directory / f"{app.name}_settings.py"
    with settings.open("a") as file:
        file.write("HEROKU_SUPPORT_RELEASE_FAST_PATH = False\n")

    assert not migrations.is_fast()
