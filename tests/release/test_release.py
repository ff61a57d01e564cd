"""
The release commands against real databases, as processes of their own.
"""

from __future__ import annotations

import re
import time

import pytest

from tests.processes import DYNO, NO_SMOKE, RELEASE, Project
from tests.servers.postgres import PASSWORD, Database, PostgresServer
from tests.servers.waiting import wait_until

# A host that is not local by its name, and is by its address.
REMOTE = {"host": "db.example.com", "hostaddr": "127.0.0.1"}
SUPERUSER = {
    "DJANGO_SUPERUSER_USERNAME": "ada",
    "DJANGO_SUPERUSER_EMAIL": "ada@example.com",
    "DJANGO_SUPERUSER_PASSWORD": "Correct-Horse-9",
}

SETTINGS = """
from config.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "{app}"]
"""
MIGRATION = """
from django.db import migrations
class Migration(migrations.Migration):
    operations = [migrations.RunSQL("{sql}")]
"""
# A statement on which a release can be caught in the act.
SLOW = "CREATE TABLE slow_table (id int); SELECT pg_sleep(6)"
BROKEN = "SELECT 1/0"


@pytest.fixture
def database(database_of_processes: Database) -> Database:
    return database_of_processes


def add_migration(small: Project, app: str, sql: str) -> dict[str, str]:
    """
    Give the project an app with one migration, and return the variable that turns it on.
    """
    package = small.directory / app / "migrations"
    package.mkdir(parents=True, exist_ok=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "0001_initial.py").write_text(MIGRATION.format(sql=sql))
    (small.directory / f"{app}_settings.py").write_text(SETTINGS.format(app=app))
    return {"DJANGO_SETTINGS_MODULE": f"{app}_settings"}


def sleeping(database: Database) -> bool:
    """
    Whether the slow migration is at work on the server.
    """
    sql = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
    return bool(database.query(sql, "%CREATE TABLE slow_table%"))


def lock_holders(database: Database) -> int:
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    ((count,),) = database.query(sql)
    return int(count)


# --- one release ---------------------------------------------------------------------------


def test_a_release_migrates_and_makes_the_superuser_and_the_second_changes_nothing(
    small: Project, newest: Database
):
    variables = {**RELEASE, **SUPERUSER, "DATABASE_URL": newest.url(**REMOTE)}
    sql = "SELECT username, is_superuser, password FROM auth_user"
    released = small.release(**variables)
    users = newest.query(sql)
    again = small.release(**variables)

    assert (released.returncode, users[0][:2]) == (0, ("ada", True)), released.stderr
    assert re.search(r"migrate: nothing to do", again.stdout)
    assert "superuser: ada exists" in again.stdout
    assert newest.query(sql) == users


def test_every_connection_of_a_served_app_is_encrypted(
    small: Project, newest: Database
):
    variables = {**DYNO, "DATABASE_URL": newest.url(**REMOTE)}
    small.release(**{**variables, "DYNO": "release.1"})
    with small.gunicorn(**variables) as server:
        answers = [server.get("/", ROUTED), server.get("/health/ready")]
        encrypted = newest.query(
            "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
            " WHERE datname = %s AND usename = 'app'",
            newest.name,
        )

    assert [answer.status for answer in answers] == [200, 200]
    assert set(encrypted) == {(True,)}


ROUTED = {"X-Forwarded-Proto": "https", "Host": "survey.herokuapp.com"}


# --- refused -------------------------------------------------------------------------------


def test_a_server_without_tls_is_refused_with_the_reason(
    small: Project, postgres_without_tls: PostgresServer
):
    variables = {**RELEASE, "DATABASE_URL": postgres_without_tls.url(**REMOTE)}
    refused = small.release(**variables)

    assert refused.returncode == 5
    assert re.fullmatch(r"CommandError: .*does not support SSL.*\n", refused.stderr)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("password", "wrong-Wq7"),
        ("database", "missing"),
        ("user", "nobody"),
        ("port", 1),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_line(
    small: Project, newest: Database, part: str, value: object
):
    url = newest.server.url(**{"database": newest.name, part: value})
    refused = small.release("--wait-for-db", "1", **RELEASE, DATABASE_URL=url)
    printed = refused.stdout + refused.stderr

    assert (refused.returncode, refused.stderr.count("\n")) == (5, 1), printed
    assert not any(secret in printed for secret in (PASSWORD, "wrong-Wq7"))


@pytest.mark.covers_processes
def test_sqlite_on_a_dyno_is_refused(small: Project, sqlite_url: str):
    refused = small.release(**RELEASE, DATABASE_URL=sqlite_url)

    assert refused.returncode == 5
    assert "disk is thrown away" in refused.stderr


def test_sqlite_on_a_dyno_is_an_error_of_the_check_framework(
    small: Project, sqlite_url: str
):
    checked = small.manage("check", **DYNO, DATABASE_URL=sqlite_url)

    assert checked.returncode == 1
    assert "data will be lost" in checked.stderr


@pytest.mark.covers_processes
@pytest.mark.parametrize(
    "command", ["heroku_release", "heroku_migrate", "heroku_superuser"]
)
def test_without_a_database_url_nothing_is_done_and_no_file_is_made(
    small: Project, command: str
):
    before = set(small.directory.rglob("*"))
    released = small.manage(
        command, **RELEASE, **SUPERUSER, PYTHONDONTWRITEBYTECODE="1"
    )

    assert (released.returncode, released.stderr) == (0, "")
    assert "no DATABASE_URL" in released.stdout
    assert set(small.directory.rglob("*")) == before


def test_a_migration_that_fails_is_named_in_one_line(small: Project, newest: Database):
    variables = add_migration(small, "broken", BROKEN)
    url = newest.url()
    failed = small.release(**RELEASE, **variables, DATABASE_URL=url)

    assert failed.returncode == 1
    assert (
        failed.stderr == "CommandError: broken.0001_initial failed: division by zero\n"
    )


@pytest.mark.covers_processes
def test_on_sqlite_locally_it_runs_and_says_that_there_is_no_lock(
    small: Project, sqlite_url: str
):
    local = {"DEBUG": "true", "DATABASE_URL": sqlite_url}
    released = small.release(**local, **SUPERUSER)

    assert "no advisory lock" in released.stdout
    assert "superuser: ada made" in released.stdout


# --- the lock ------------------------------------------------------------------------------


def migrate_eight_times_at_once(small: Project, database: Database) -> list[str]:
    """
    Return what each of eight processes did, once all of them have ended well.
    """
    variables = {**RELEASE, "DATABASE_URL": database.url(**REMOTE)}
    processes = [small.start("heroku_migrate", **variables) for _ in range(8)]
    printed = [process.communicate(timeout=100)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, printed
    return sorted(re.findall(r"migrate: (\d+ applied|nothing to do)", "".join(printed)))


@pytest.mark.long
@pytest.mark.parametrize("trial", range(20))
def test_of_eight_at_once_one_migrates_and_the_others_find_nothing_to_do(
    small: Project, database: Database, trial: int
):
    done = migrate_eight_times_at_once(small, database)

    assert (len(done), done[1:]) == (8, ["nothing to do"] * 7), trial


def test_a_waiter_says_who_holds_the_lock_and_gives_up_with_status_4(
    small: Project, newest: Database
):
    slow = add_migration(small, "slow", SLOW)
    variables = {**RELEASE, "DATABASE_URL": newest.url()}
    holder = small.start("heroku_release", *NO_SMOKE, **variables, **slow)
    wait_until(lambda: sleeping(newest), timeout=30)
    waited = small.manage("heroku_migrate", "--lock-wait", "1", **variables)
    holder.communicate(timeout=60)

    assert waited.returncode == 4
    assert re.search(r"\(0s of 1s\); held by pid \d+ heroku_release v42", waited.stdout)
    assert re.search(r"gave up .* held by pid \d+ heroku_release v42", waited.stderr)


def test_a_killed_release_leaves_no_lock_and_nothing_running(
    small: Project, database: Database
):
    slow = add_migration(small, "slow", SLOW)
    variables = {**RELEASE, "DATABASE_URL": database.url()}
    killed = small.start("heroku_release", *NO_SMOKE, **variables, **slow)
    wait_until(lambda: sleeping(database), timeout=30)
    after = small.start("heroku_release", *NO_SMOKE, **variables)
    wait_until(lambda: lock_connections(database) == 2, timeout=30)
    killed.kill()
    started = time.monotonic()
    wait_until(lambda: not sleeping(database), timeout=2)
    assert after.stdout
    printed = next(line for line in after.stdout if line.startswith("extensions"))
    spent = time.monotonic() - started
    rest, _ = after.communicate(timeout=60)
    killed.communicate(timeout=10)

    assert (after.returncode, spent < 2) == (0, True), printed + rest
    assert not database.query("SELECT 1 FROM pg_class WHERE relname = 'slow_table'")


def test_the_release_after_a_killed_one_waits_for_what_it_left_running(
    small: Project, newest: Database
):
    # As a server would that cannot look whether its client is still there.
    sql = SLOW.replace("sleep(6)", "sleep(60)")
    slow = add_migration(
        small, "stubborn", f"SET client_connection_check_interval = 0; {sql}"
    )
    variables = {**RELEASE, "DATABASE_URL": newest.url()}
    killed = small.start("heroku_release", *NO_SMOKE, **variables, **slow)
    wait_until(lambda: sleeping(newest), timeout=30)
    after = small.start("heroku_release", *NO_SMOKE, **variables)
    wait_until(lambda: lock_connections(newest) == 2, timeout=30)
    killed.kill()
    killed.communicate(timeout=10)
    assert after.stdout
    waiting = next(line for line in after.stdout if "a killed release" in line)
    (pid,) = re.findall(r"left running: pid (\d+)", waiting)
    newest.query("SELECT pg_cancel_backend(%s)", int(pid))
    printed, _ = after.communicate(timeout=60)

    assert after.returncode == 0, printed


def lock_connections(database: Database) -> int:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    ((count,),) = database.query(sql, "heroku_release v42")
    return int(count)


def test_two_superusers_at_once_are_one(small: Project, newest: Database):
    variables = {**DYNO, **SUPERUSER, "DATABASE_URL": newest.url()}
    small.manage("heroku_migrate", **variables)
    processes = [small.start("heroku_superuser", **variables) for _ in range(4)]
    printed = [process.communicate(timeout=60)[0] for process in processes]

    assert [process.returncode for process in processes] == [0] * 4, printed
    assert newest.query("SELECT count(*) FROM auth_user") == [(1,)]


CONFLICT = """
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("sessions", "0001_initial")]
    operations = []
"""
ORPHANED = """
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("sessions", "0999_missing")]
    operations = []
"""
FAULTY = "raise RuntimeError('not importable')"


@pytest.mark.covers_processes
@pytest.mark.parametrize(
    ("app", "source", "said"),
    [
        ("conflicting", CONFLICT, "0002_one, 0002_other .*makemigrations --merge"),
        ("orphaned", ORPHANED, "0999_missing"),
        ("faulty", FAULTY, "not importable"),
    ],
    ids=["conflict", "missing parent", "not importable"],
)
def test_migrations_that_cannot_be_planned_are_one_line_and_blame_no_other(
    small: Project, newest: Database, app: str, source: str, said: str
):
    variables = add_migration(small, app, "SELECT 1")
    folder = small.directory / app / "migrations"
    for name in ("0002_one.py", "0002_other.py"):
        (folder / name).write_text(source)
    url = newest.url()
    for options in ((), ("--plan",), ("--check",)):
        failed = small.manage(
            "heroku_migrate", *options, **RELEASE, **variables, DATABASE_URL=url
        )
        assert (failed.returncode, failed.stderr.count("\n")) == (1, 1), failed.stderr
        assert re.match(rf"CommandError: migrate: .*{said}", failed.stderr)


CHECKED = """
from config.settings import *
X_FRAME_OPTIONS = "DENY"
ROOT_URLCONF = "config.urls"
LANGUAGE_CODE = "nonsense!"
"""


def test_a_project_with_an_error_in_its_checks_is_not_migrated(
    small: Project, newest: Database
):
    (small.directory / "checked_settings.py").write_text(CHECKED)
    variables = {"DJANGO_SETTINGS_MODULE": "checked_settings"}
    url = newest.url()
    failed = small.release(**RELEASE, **variables, DATABASE_URL=url)

    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1), failed.stderr
    assert "translation.E001" in failed.stderr
    assert not newest.query("SELECT 1 FROM pg_class WHERE relname = 'auth_user'")


@pytest.mark.covers_processes
@pytest.mark.parametrize(
    "arguments",
    [
        ["heroku_migrate", "--database", "nope"],
        ["heroku_migrate", "--lock-wait", "nan"],
        ["heroku_release", "--lock-wait", "-1"],
        ["heroku_release", "--lock-wait", "soon"],
        ["heroku_release", "--nonsense"],
        ["heroku_superuser", "extra"],
    ],
    ids=" ".join,
)
def test_bad_usage_is_one_line_that_says_where_the_help_is(
    small: Project, sqlite_url: str, arguments: list[str]
):
    refused = small.manage(*arguments, DEBUG="true", DATABASE_URL=sqlite_url)

    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1), refused.stderr
    assert "manage.py heroku" in refused.stderr


def test_a_superuser_before_the_first_migration_is_one_line(
    small: Project, newest: Database
):
    url = newest.url()
    failed = small.manage("heroku_superuser", **RELEASE, **SUPERUSER, DATABASE_URL=url)

    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1), failed.stderr
    assert "superuser: relation" in failed.stderr


@pytest.mark.covers_processes
def test_a_default_database_without_an_engine_is_refused_and_not_left_out(
    small: Project, newest: Database
):
    module = small.directory / "engineless_settings.py"
    module.write_text("from config.settings import *\nDATABASES = {'default': {}}\n")
    variables = {"DJANGO_SETTINGS_MODULE": "engineless_settings"}
    url = newest.url()
    failed = small.release(**RELEASE, **variables, DATABASE_URL=url)

    assert failed.returncode == 5
    assert "has no ENGINE" in failed.stderr
