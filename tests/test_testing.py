"""
A project's tests with and without the right to create a database, as processes of their own.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Project
from tests.servers.postgres import PASSWORD, Database

SETTINGS = """
from heroku_support import Heroku

with Heroku() as heroku:
    SECRET_KEY = heroku.secret_key()
    DATABASES = heroku.databases(default="sqlite://:memory:")
INSTALLED_APPS = ["notes"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "heroku_support.testing.HerokuRunner"
USE_TZ = True
"""
MANAGE = """
import os, sys
from django.core.management import execute_from_command_line
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
execute_from_command_line(sys.argv)
"""
MODELS = """
from django.db import models
class Note(models.Model):
    text = models.TextField()
"""
MIGRATION = """
from django.db import migrations, models

def write_first(apps, schema_editor):
    apps.get_model("notes", "Note").objects.create(text="the first")

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Note", [
            ("id", models.BigAutoField(primary_key=True)), ("text", models.TextField()),
        ]),
        migrations.RunPython(write_first),
    ]
"""
# Of both kinds: one rolls back, the other empties the tables behind itself.
TESTS = """
from django.test import TestCase, TransactionTestCase
from notes.models import Note

class RolledBackTest(TestCase):
    def test_writing(self):
        Note.objects.create(text="in a transaction")

class FlushedTest(TransactionTestCase):
    def test_writing(self):
        Note.objects.create(text="committed")
"""
# As docs/how-to/test-a-project.md shows it.
CONFTEST = """
import pytest
from heroku_support.testing import use_provided_databases

@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_blocker):
    with django_db_blocker.unblock():
        return not use_provided_databases() and django_db_keepdb
"""
CI = {"CI": "true", "DYNO": "run.1"}
NOTES = "SELECT text FROM notes_note ORDER BY id"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """
    A small project with one model and its tests.
    """
    files = {
        "settings.py": SETTINGS,
        "manage.py": MANAGE,
        "notes/__init__.py": "",
        "notes/models.py": MODELS,
        "notes/tests.py": TESTS,
        "notes/migrations/__init__.py": "",
        "notes/migrations/0001_initial.py": MIGRATION,
        "conftest.py": CONFTEST,
        "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = settings\npython_files = tests.py\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Project(tmp_path)


@pytest.fixture
def database(newest: Database) -> Database:
    """
    An empty database, whose role may not create another.
    """
    return newest


@pytest.fixture
def creator(database: Database) -> Iterator[dict[str, str]]:
    """
    The environment of a role that may create databases.
    """
    role = "creator"
    database.query(f"CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{PASSWORD}'")
    yield {**CI, "DATABASE_URL": database.url(user=role)}
    database.query(f"DROP OWNED BY {role}")
    database.query(f"DROP ROLE {role}")


def run_tests(
    project: Project, database: Database, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """
    Run the project's tests on Heroku CI, with the role that may create no database.
    """
    environ = {**CI, "DATABASE_URL": database.url(), **variables}
    return project.manage("test", *arguments, **environ)


def run_pytest(
    project: Project, *arguments: str, **environ: str
) -> subprocess.CompletedProcess[str]:
    pytest_alone = ["-m", "pytest", "-p", "no:cacheprovider"]
    return project.run(sys.executable, *pytest_alone, *arguments, **environ)


def tables(database: Database) -> set[str]:
    found = database.query(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    return {name for (name,) in found}


def test_a_role_that_may_create_databases_gets_djangos_own_behaviour(
    project: Project, database: Database, creator: dict[str, str]
):
    done = project.manage("test", **creator)

    assert done.returncode == 0, done.stderr
    assert "Creating test database" in done.stderr
    assert "Destroying test database" in done.stderr
    assert not tables(database)


def test_a_role_that_may_create_databases_keeps_its_parallel_tests(
    project: Project, database: Database, creator: dict[str, str]
):
    done = project.manage("test", "--parallel", "2", **creator)

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Cloning test database") == 2


@pytest.mark.covers_processes
def test_an_empty_database_is_used_itself_and_kept(
    project: Project, database: Database
):
    # pytest-django#821: "permission denied to create database" on Heroku.
    done = run_tests(project, database)

    assert done.returncode == 0, done.stderr
    assert "Preserving test database" in done.stderr
    assert "notes_note" in tables(database)


def test_a_database_is_used_again_as_the_last_run_left_it(
    project: Project, database_of_processes: Database
):
    database = database_of_processes
    first, second = run_tests(project, database), run_tests(project, database)

    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert "Ran 2 tests" in second.stderr


@pytest.mark.covers_processes
def test_parallel_tests_share_a_provided_database_in_one_process(
    project: Project, database: Database
):
    done = run_tests(project, database, "--parallel", "2")

    assert done.returncode == 0, done.stderr
    assert "Running in one process" in done.stdout
    assert "Ran 2 tests" in done.stderr


def assert_refused(done: subprocess.CompletedProcess[str], reason: str) -> None:
    """
    It ended with one line that says why, and what to put into app.json.
    """
    assert done.returncode == 1, done.stderr
    (line,) = [each for each in done.stderr.splitlines() if "Error" in each]
    assert re.match(rf"CommandError: .*'default' .*{reason}", line)
    assert '"addons": ["heroku-postgresql:in-dyno"]' in line


@pytest.mark.covers_processes
def test_a_database_with_tables_of_its_own_is_refused_and_its_rows_survive(
    project: Project, database: Database
):
    database.query("CREATE TABLE notes_note (id int, text text)")
    database.query("ALTER TABLE notes_note OWNER TO app")
    database.query("INSERT INTO notes_note VALUES (1, 'precious')")
    done = run_tests(project, database)

    assert_refused(done, "tables that no test run left")
    assert database.query("SELECT * FROM notes_note") == [(1, "precious")]
    assert tables(database) == {"notes_note"}


@pytest.mark.covers_processes
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO notes_note (text) VALUES ('precious')",
        "UPDATE django_migrations SET name = name",
        "CREATE TABLE precious (id int)",
    ],
)
def test_a_database_that_was_changed_after_the_last_run_is_refused(
    project: Project, database: Database, sql: str
):
    run_tests(project, database)
    database.query(sql)
    before = database.query(NOTES)
    done = run_tests(project, database)

    assert_refused(done, "tables that no test run left")
    assert database.query(NOTES) == before


@pytest.mark.covers_processes
def test_a_database_in_which_a_run_was_broken_off_is_refused(
    project: Project, database: Database
):
    run_tests(project, database)
    database.query("DELETE FROM heroku_support_test_database")

    assert_refused(run_tests(project, database), "was broken off")


@pytest.mark.covers_processes
def test_a_run_whose_migrations_fail_can_be_repeated(
    project: Project, database: Database
):
    migration = project.directory / "notes" / "migrations" / "0002_broken.py"
    migration.write_text(
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        "    dependencies = [('notes', '0001_initial')]\n"
        "    operations = [migrations.RunSQL('SELECT 1/0')]\n"
    )
    failed = run_tests(project, database)
    migration.unlink()

    assert "division by zero" in failed.stderr
    assert run_tests(project, database).returncode == 0


def test_tables_of_extensions_are_nobodys(project: Project, database: Database):
    # As PostGIS brings one; plpgsql is in every database.
    database.query("CREATE TABLE spatial_ref_sys (srid int)")
    database.query("ALTER EXTENSION plpgsql ADD TABLE spatial_ref_sys")
    done = run_tests(project, database)

    assert done.returncode == 0, done.stderr


@pytest.mark.covers_processes
@pytest.mark.parametrize("dyno", ["run.9157", "web.1", "release.1"])
def test_the_database_of_an_app_is_refused_even_if_it_is_empty(
    project: Project, database: Database, dyno: str
):
    done = run_tests(project, database, CI="", DYNO=dyno, SECRET_KEY="k" * 50)

    assert_refused(done, "not run in the database of an app")
    assert not tables(database)


@pytest.mark.covers_processes
def test_sqlite_is_left_to_django_and_ci_alone_changes_nothing(project: Project):
    done = project.manage("test", "--parallel", "2", **CI)

    assert done.returncode == 0, done.stderr
    assert "Cloning test database" in done.stderr


@pytest.mark.covers_processes
def test_a_database_that_cannot_be_reached_is_djangos_own_error(
    project: Project, database: Database
):
    done = run_tests(project, database, DATABASE_URL=database.url(port=1))

    assert "OperationalError" in done.stderr


ALIASES = """
from settings import *
entry = DATABASES["default"]
DATABASES["follower"] = {**entry, "HOST": "127.0.0.9", "TEST": {"MIRROR": "default"}}
DATABASES["same"] = {**entry}
DATABASES["named"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": "other.sqlite3"}
"""
ALIASES_TESTS = """
from django.db import connections
from django.test import TestCase
from notes.models import Note

class AliasesTest(TestCase):
    databases = {"default", "same", "named"}

    def test_they_are_one_database(self):
        names = {connections[alias].settings_dict["NAME"] for alias in ("default", "same")}
        self.assertEqual(len(names), 1)
        self.assertFalse(connections["default"].settings_dict["NAME"].startswith("test_"))
        self.assertIn("memory", str(connections["named"].settings_dict["NAME"]))
"""


def test_mirrors_and_other_databases_are_left_to_django(
    project: Project, database: Database
):
    (project.directory / "aliases.py").write_text(ALIASES)
    (project.directory / "notes" / "tests.py").write_text(ALIASES_TESTS)
    aliases = {"DJANGO_SETTINGS_MODULE": "aliases"}
    done = run_tests(project, database, **aliases)

    assert done.returncode == 0, done.stderr
    assert "Destroying test database for alias 'named'" in done.stderr


def test_a_name_for_tests_is_the_users_own_choice(project: Project, database: Database):
    named = (
        'from settings import *\nDATABASES["default"]["TEST"] = {"NAME": "own_choice"}'
    )
    (project.directory / "named.py").write_text(named)
    done = run_tests(project, database, DJANGO_SETTINGS_MODULE="named")

    assert "permission denied to create database" in done.stderr
    assert not tables(database)


@pytest.mark.parametrize(
    "arguments", [[], ["--reuse-db"], ["--no-migrations"]], ids=str
)
def test_pytest_django_uses_it_again_and_again(
    project: Project, database: Database, arguments: list[str]
):
    environ = {**CI, "DATABASE_URL": database.url()}
    runs = [run_pytest(project, *arguments, **environ) for _ in range(2)]

    assert [done.returncode for done in runs] == [0, 0], runs[-1].stdout
    assert "2 passed" in runs[-1].stdout


def test_pytest_django_shows_what_is_wrong_with_the_environment(project: Project):
    done = run_pytest(project)

    assert "ImportError: 1 problem with this app's configuration" in done.stderr
    assert "SECRET_KEY is missing" in done.stderr


def test_pytest_django_is_refused_tables_that_are_not_its_own(
    project: Project, database: Database
):
    database.query("CREATE TABLE precious AS SELECT 1 AS id")
    done = run_pytest(project, **CI, DATABASE_URL=database.url())

    assert (done.returncode, "CommandError" in done.stdout) == (1, True)
    assert tables(database) == {"precious"}


def test_pytest_django_creates_one_where_the_role_may(
    project: Project, database: Database, creator: dict[str, str]
):
    done = run_pytest(project, **creator)

    assert done.returncode == 0, done.stdout
    assert not tables(database)
