"""
Migrations of a release, in processes of their own, on real servers, beside a live site.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db.migrations import Migration

from heroku_support.release import ladder, migrations
from heroku_support.release.blockers import Watcher
from heroku_support.release.context import Release
from heroku_support.release.errors import StepError
from heroku_support.release.lock import release_lock
from heroku_support.release.session import Session
from tests.processes import NO_SMOKE, RELEASE, Project
from tests.release.live_site import in_the_way, live_site
from tests.release.postgres_alias import ALIAS, postgres_alias
from tests.release.releases import make_release
from tests.release.written_app import COLUMN, INDEX, TABLE, WrittenApp
from tests.servers.postgres import Database, PostgresServer
from tests.servers.waiting import wait_until

NUMBERS = itertools.count(1)


@pytest.fixture
def database(database_of_processes: Database) -> Database:
    return database_of_processes


@pytest.fixture
def app(small: Project) -> WrittenApp:
    """
    An app without migrations, for one test.
    """
    return WrittenApp.start(small, f"written_{next(NUMBERS)}")


def variables(app: WrittenApp, database: Database) -> dict[str, str]:
    return {**RELEASE, **app.variables, "DATABASE_URL": database.url()}


def migrate(
    small: Project, app: WrittenApp, database: Database, *arguments: str
) -> subprocess.CompletedProcess[str]:
    done = small.manage("heroku_migrate", *arguments, **variables(app, database))
    assert "Traceback" not in done.stderr
    return done


def applied(app: WrittenApp, database: Database) -> list[str]:
    sql = "SELECT name FROM django_migrations WHERE app = %s ORDER BY id"
    return [name for (name,) in database.query(sql, app.name)]


def at_work(database: Database, statement: str) -> bool:
    sql = (
        "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
        " AND application_name LIKE 'heroku_release%%'"
    )
    return bool(database.query(sql, f"%{statement}%"))


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """
    Return what a process printed until it printed this.
    """
    assert process.stdout
    printed = ""
    for line in process.stdout:
        printed += line
        if text in line:
            return printed
    raise AssertionError(printed)


# --- who waits for whom --------------------------------------------------------------------


@pytest.fixture
def with_table(small: Project, app: WrittenApp, newest: Database) -> WrittenApp:
    """
    The app, whose table is there, and who has a column to add.
    """
    app.add("0001_table", TABLE)
    assert migrate(small, app, newest).returncode == 0
    app.add("0002_column", COLUMN)
    return app


def test_a_reader_in_the_way_holds_up_the_release_and_not_the_site(
    small: Project, with_table: WrittenApp, newest: Database
):
    table = f"{with_table.name}_item"
    with (
        live_site(newest, f"SELECT name FROM {table} WHERE id = 1") as site,
        in_the_way(newest, f"SELECT * FROM {table} WHERE name = 'secret'") as reader,
    ):
        process = small.start("heroku_migrate", **variables(with_table, newest))
        printed = read_until(process, "trying again")
        pid = reader.info.backend_pid
        reader.commit()
        rest, _ = process.communicate(timeout=60)

    assert (process.returncode, site.slowest < 1.5) == (0, True), printed + rest
    assert re.search(
        rf"waiting \d\.\ds for a lock: 'ALTER TABLE .*' is blocked by pid {pid} \(web\.2,"
        rf" idle in transaction, .* name = …'\); heroku pg:kill --force {pid}\n"
        rf"{with_table.name}\.0002_column: canceling statement due to lock timeout;"
        rf" blocked by pid {pid} .*; trying again in \d\.\d s\n",
        printed,
    ), printed


@pytest.mark.covers_processes
def test_the_migration_after_one_that_was_tried_again_begins_with_the_shortest_timeout(
    small: Project, app: WrittenApp, newest: Database
):
    app.add("0001_table", TABLE)
    assert migrate(small, app, newest).returncode == 0
    app.add("0002_column", COLUMN)
    setting = "current_setting('lock_timeout') AS timeout"
    app.add("0003_noted", f'RunSQL("CREATE TABLE noted AS SELECT {setting}")')
    with in_the_way(newest, f"SELECT * FROM {app.name}_item") as reader:
        process = small.start("heroku_migrate", **variables(app, newest))
        read_until(process, "trying again")
        reader.commit()
        printed, _ = process.communicate(timeout=60)

    assert process.returncode == 0, printed
    assert newest.query("SELECT timeout FROM noted") == [("500ms",)]


@pytest.mark.parametrize(
    "seconds", [4, pytest.param(15, marks=pytest.mark.long)], ids="{} s".format
)
def test_however_long_a_reader_reads_no_query_waits_longer_than_2_seconds(
    small: Project, with_table: WrittenApp, newest: Database, seconds: int
):
    """
    The control comes first: plain ``migrate`` stands still, and the site with it.
    """
    plain = stall(small, with_table, newest, "migrate", seconds)
    back = ("migrate", with_table.name, "0001")
    small.manage(*back, **variables(with_table, newest))
    ours = stall(small, with_table, newest, "heroku_migrate", seconds)

    assert plain > seconds * 2 / 3
    assert ours < 2.2


def stall(
    small: Project, app: WrittenApp, database: Database, command: str, seconds: int
) -> float:
    """
    Return the slowest query of a site that is migrated while somebody reads for so long.
    """
    table = f"{app.name}_item"
    with (
        live_site(database, f"SELECT name FROM {table} WHERE id = 1") as site,
        in_the_way(database, f"SELECT * FROM {table}") as reader,
    ):
        pid = str(reader.info.backend_pid)
        process = small.start(command, **variables(app, database))
        wait_until(lambda: is_waiting(database), timeout=60)
        until = time.monotonic() + seconds
        wait_until(lambda: time.monotonic() > until, timeout=20)
        reader.commit()
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0, printed
    assert (pid in printed) == (command == "heroku_migrate")
    return site.slowest


def is_waiting(database: Database) -> bool:
    sql = "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted"
    return bool(database.query(sql))


@pytest.mark.long
def test_a_table_whose_queries_take_longer_than_the_first_timeout_is_migrated(
    small: Project, with_table: WrittenApp, newest: Database
):
    query = f"SELECT pg_sleep(1.2) FROM (SELECT count(*) FROM {with_table.name}_item) t"
    with live_site(newest, query, pause=0):
        wait_until(lambda: querying(newest, "pg_sleep(1.2)"))
        started = time.monotonic()
        done = migrate(small, with_table, newest)
        spent = time.monotonic() - started

    assert done.returncode == 0, done.stderr
    assert spent < 10


def querying(database: Database, statement: str) -> bool:
    sql = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
    return bool(database.query(sql, f"SELECT%{statement}%"))


@pytest.mark.covers_processes
def test_a_migration_that_is_not_whole_is_not_begun_again(
    small: Project, with_table: WrittenApp, newest: Database
):
    with_table.remove("0002_column")
    with_table.add(
        "0002_parts", 'RunSQL("CREATE TABLE half_done (id int)")', COLUMN, atomic=False
    )
    with in_the_way(newest, f"SELECT * FROM {with_table.name}_item"):
        failed = migrate(small, with_table, newest)

    assert (failed.returncode, "trying again" in failed.stdout) == (1, False)
    assert re.fullmatch(
        rf"CommandError: {with_table.name}\.0002_parts failed: canceling statement due to"
        r" lock timeout; blocked by pid \d+ \(web\.2.*\)\. It is not atomic, so what it did"
        r" before this stays, it does not count as applied, and it was not tried again\..*\n",
        failed.stderr,
    ), failed.stderr


def test_a_migration_that_is_not_whole_says_that_a_part_of_it_stays(
    small: Project, with_table: WrittenApp, newest: Database
):
    with_table.remove("0002_column")
    parts = 'RunSQL("CREATE TABLE a_part (id int)")', 'RunSQL("SELECT 1 / 0")'
    with_table.add("0002_parts", *parts, atomic=False)
    failed = migrate(small, with_table, newest)

    assert failed.returncode == 1
    assert "failed: division by zero. It is not atomic, so what it did" in failed.stderr


def test_an_index_that_was_not_had_in_time_is_had_in_the_second_try(
    small: Project, with_table: WrittenApp, newest: Database
):
    with_table.remove("0002_column")
    with_table.add("0002_index", INDEX, atomic=False)
    writing = f"INSERT INTO {with_table.name}_item (name) VALUES ('a')"
    with in_the_way(newest, writing) as writer:
        process = small.start("heroku_migrate", **variables(with_table, newest))
        printed = read_until(process, "trying again")
        writer.commit()
        rest, _ = process.communicate(timeout=60)

    assert "by_name, which an earlier try left invalid, is dropped" in rest, printed
    assert (process.returncode, indexes(newest)) == (0, [(True,)])


# It shuts the migration until the test opens it.
GATE = (
    'RunSQL("SET lock_timeout = 0; SELECT pg_advisory_lock(7);'
    " SET lock_timeout = '500ms'\")"
)
STRICT = """
from psycopg import IsolationLevel
DATABASES["default"]["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
"""


@pytest.mark.parametrize("settings", ["", STRICT], ids=["committed", "repeatable"])
def test_neither_the_lock_nor_who_waits_for_it_holds_up_a_concurrent_index(
    small: Project, database: Database, settings: str
):
    app = WrittenApp.start(small, f"written_{next(NUMBERS)}", settings)
    app.add("0001_index", TABLE, GATE, INDEX, atomic=False)
    with psycopg.connect(database.url(), autocommit=True) as gate:
        gate.execute("SELECT pg_advisory_lock(7)")
        command = ("heroku_release", *NO_SMOKE)
        holder = small.start(*command, **variables(app, database))
        wait_until(lambda: at_work(database, "advisory_lock(7)"), timeout=30)
        waiter = small.start(*command, **variables(app, database))
        read_until(waiter, "waiting for the release lock")
    wait_until(lambda: indexes(database) == [(True,)], timeout=5)
    printed = [each.communicate(timeout=60)[0] for each in (holder, waiter)]

    assert (holder.returncode, waiter.returncode) == (0, 0), printed


def indexes(database: Database) -> list[tuple[bool]]:
    sql = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('by_name')"
    return database.query(sql)


def test_a_deadlock_is_tried_again(small: Project, app: WrittenApp, newest: Database):
    newest.query("CREATE TABLE first (); CREATE TABLE second ()")
    newest.query("ALTER TABLE first OWNER TO app; ALTER TABLE second OWNER TO app")
    # Whoever waits last finds the deadlock: after a second, when the other looks no more.
    app.add(
        "0001_both",
        'RunSQL("SET LOCAL lock_timeout = 0; LOCK TABLE first")',
        'RunSQL("SELECT pg_sleep(2)")',
        'RunSQL("LOCK TABLE second")',
    )
    with in_the_way(newest, "LOCK TABLE second") as other:
        process = small.start("heroku_release", *NO_SMOKE, **variables(app, newest))
        wait_until(lambda: at_work(newest, "pg_sleep(2)"), timeout=30)
        other.execute("LOCK TABLE first")
        other.commit()
        printed, _ = process.communicate(timeout=60)

    assert process.returncode == 0, printed
    assert re.search(
        r'0001_both: deadlock detected.*; trying again in(.*\n)*.*"retries": 1,',
        printed,
    )


# --- what may go wrong ---------------------------------------------------------------------


@pytest.mark.covers_processes
def test_a_lock_that_is_lost_stops_before_the_next_migration(
    small: Project, app: WrittenApp, database: Database
):
    app.add("0001_slow", 'RunSQL("SELECT pg_sleep(1.5)")')
    app.add("0002_next", TABLE)
    process = small.start("heroku_migrate", **variables(app, database))
    wait_until(lambda: at_work(database, "pg_sleep(1.5)"), timeout=30)
    database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'heroku_release v42'"
    )
    printed, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert ("lost the release lock" in printed, applied(app, database)) == (
        True,
        ["0001_slow"],
    )


def test_one_that_is_killed_between_two_migrations_is_finished_by_the_next(
    small: Project, app: WrittenApp, newest: Database
):
    app.add("0001_table", TABLE)
    app.add("0002_slow", COLUMN, 'RunSQL("SELECT pg_sleep(5)")')
    process = small.start("heroku_migrate", **variables(app, newest))
    wait_until(lambda: at_work(newest, "pg_sleep(5)"), timeout=30)
    process.kill()
    process.communicate(timeout=10)
    left = applied(app, newest)
    app.remove("0002_slow")
    app.add("0002_quick", COLUMN)
    done = migrate(small, app, newest)

    assert (left, done.returncode) == (["0001_table"], 0), done.stderr
    assert applied(app, newest) == ["0001_table", "0002_quick"]


def test_a_deadline_that_has_come_leaves_the_rest(small: Project, newest: Database):
    app = WrittenApp.start(small, "late", "HEROKU_SUPPORT_RELEASE_DEADLINE = 6\n")
    app.add("0001_slow", 'RunSQL("SELECT pg_sleep(30)")')
    failed = migrate(small, app, newest)

    assert (failed.returncode, applied(app, newest)) == (1, [])
    assert "HEROKU_SUPPORT_RELEASE_DEADLINE" in failed.stderr


@contextmanager
def held_release(seconds: float) -> Iterator[Release]:
    release = make_release(seconds=seconds, databases=[ALIAS])
    with release_lock([ALIAS], name=release.name, wait=5, log=print) as release.lock:
        yield release


@pytest.fixture
def live(newest: Database, django_db_blocker: Any) -> Iterator[Any]:
    """
    An empty database, as an alias of this process.
    """
    with postgres_alias(newest, django_db_blocker) as connection:
        yield connection


@pytest.mark.usefixtures("live")
def test_it_does_not_try_for_ever(newest: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ladder, "LONGEST", 1.0)  # not ten minutes
    # The name is taken as long as nobody knows whether it will be.
    taking = "CREATE TABLE django_content_type ()"
    with (
        in_the_way(newest, taking),
        held_release(seconds=60) as release,
        pytest.raises(
            StepError, match=r"live:contenttypes\.0001.* given up after \d s"
        ),
    ):
        migrations.migrate(release)

    assert (release.report.retries, release.report.applied) == (0, [])


def test_it_begins_nothing_after_its_deadline(live: Any):
    with held_release(seconds=0) as release:
        run = migrations._Run(
            release, Session(release, live), None, Watcher(release, ALIAS)
        )
        with pytest.raises(StepError, match="DEADLINE is reached before live:app.0001"):
            run._begin(Migration("0001", "app"))


@pytest.mark.covers_processes
@pytest.mark.parametrize("options", [[], ["--full"]], ids=["fast path", "full"])
def test_code_that_was_rolled_back_says_what_it_does_not_know(
    small: Project, app: WrittenApp, newest: Database, options: list[str]
):
    app.add("0001_first", 'RunSQL("SELECT 1")')
    app.add("0002_later", 'RunSQL("SELECT 1")')
    app.add("0003_latest", 'RunSQL("SELECT 1")')
    assert migrate(small, app, newest).returncode == 0
    app.remove("0002_later")
    app.remove("0003_latest")
    done = migrate(small, app, newest, *options)

    assert done.returncode == 0
    assert (
        "warning: 2 applied migrations unknown to this code:"
        f" {app.name}.0002_later, {app.name}.0003_latest (a rollback?)\n"
    ) in done.stdout


# --- what is told --------------------------------------------------------------------------


def test_a_log_gets_no_line_for_each_migration_and_the_slowest_of_a_new_database(
    small: Project, app: WrittenApp, newest: Database
):
    app.add("0001_slow", 'RunSQL("SELECT pg_sleep(0.5)")')
    done = migrate(small, app, newest)
    again = migrate(small, app, newest)

    assert re.search(
        rf"^slowest of \d+ migrations: {app.name}\.0001_slow 0\.\d+ s(, [\w.]+ [\d.]+ s)"
        r"{4}\nmigrate: \d+ applied",
        done.stdout,
        re.MULTILINE,
    ), done.stdout
    assert ("slowest" in again.stdout, "Applying" in done.stdout) == (False, False)


def test_whoever_asks_sees_each_migration(
    small: Project, app: WrittenApp, newest: Database
):
    app.add("0001_table", TABLE)
    done = migrate(small, app, newest, "-v", "2")

    assert f"  Applying {app.name}.0001_table... OK\n" in done.stdout


def test_models_that_have_changes_are_told_in_one_line(
    small: Project, app: WrittenApp, newest: Database
):
    # The app has no models.py, so the table is to be dropped.
    app.add("0001_table", TABLE)
    done = migrate(small, app, newest)

    assert done.returncode == 0
    assert (
        f"warning: models have changes that no migration has, in {app.name}:"
        " python manage.py makemigrations\n"
    ) in done.stdout


# --- several databases ---------------------------------------------------------------------

SECOND = """
import dj_database_url, os
DATABASES["second"] = dj_database_url.parse(os.environ["SECOND_URL"])
"""


@pytest.fixture
def second(postgres_newest: PostgresServer) -> Iterator[Database]:
    database = postgres_newest.create_database()
    yield database
    database.drop()


def with_second(app: WrittenApp, newest: Database, second: Database) -> dict[str, str]:
    return {**variables(app, newest), "SECOND_URL": second.url()}


def test_every_database_is_migrated_and_the_report_tells_them_apart(
    small: Project, newest: Database, second: Database
):
    app = WrittenApp.start(small, "two_databases", SECOND)
    app.add("0001_table", TABLE)
    done = small.release("--json", **with_second(app, newest, second))
    report: dict[str, Any] = json.loads(done.stdout)
    name = "two_databases.0001_table"

    assert done.returncode == 0, done.stderr
    assert {name, f"second:{name}"} < set(report["applied"])


@pytest.mark.covers_processes
def test_a_migration_that_fails_in_the_second_database_says_so(
    small: Project, newest: Database, second: Database
):
    app = WrittenApp.start(small, "fails_in_second", SECOND)
    app.add("0001_table", TABLE)
    second.query("CREATE TABLE fails_in_second_item ()")
    failed = small.release(**with_second(app, newest, second))

    assert failed.returncode == 1
    assert failed.stderr == (
        "CommandError: second:fails_in_second.0001_table failed:"
        ' relation "fails_in_second_item" already exists\n'
    )


def test_what_is_unsafe_in_the_second_database_stops_it_before_the_first(
    small: Project, newest: Database, second: Database
):
    app = WrittenApp.start(small, "unsafe_in_second", SECOND)
    app.add("0001_table", TABLE)
    every = with_second(app, newest, second)
    assert small.release("--skip", "seed", **every).returncode == 0
    app.add("0002_gone", 'migrations.RemoveField("item", "name")')
    newest.query(
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('unsafe_in_second', '0002_gone', now())"
    )
    app.add("0003_more", 'RunSQL("SELECT 1")')
    refused = small.release("--unsafe", "fail", **every)

    assert refused.returncode == 3
    assert applied(app, newest) == ["0001_table", "0002_gone"]
