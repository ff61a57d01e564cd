"""
Who is in a migration's way, and what is told of that.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from heroku_support.release.blockers import Watcher, describe, remedy, shorten
from heroku_support.release.context import Release
from heroku_support.release.lock import release_lock
from heroku_support.release.session import open_session
from tests.release.postgres_alias import ALIAS, postgres_alias
from tests.release.releases import make_release
from tests.servers.postgres import Database
from tests.servers.waiting import wait_until

# --- what may be told of a statement -------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("ALTER TABLE t ADD b int", "ALTER TABLE t ADD b int"),
        ("select  *\n from t1", "select * from t1"),
        ("select 'ada', 'it''s', ''", "select …, …, …"),
        (r"select E'it\'s' , 'x'", "select … , …"),
        (r"select 'C:\', 'secret'", "select …, …"),
        ("select 'cut off at 1024 by", "select …"),
        ("select $$a'b$$, $tag$c$$d$tag$, e", "select …, …, e"),
        ("update t set a = $1 where b = $2", "update t set a = $1 where b = $2"),
        ("select 4111111111111111, -1.5e3, t2.c3", "select …, -…, t2.c3"),
        ('select "it\'s" from "T" where a = \'secret\'', 'select "it\'s" from "T" where a = …'),
        ("-- don't\nselect 'secret'", "select …"),
        ("/* don't */ select 'secret'", "select …"),
        ("select 1 /* cut off", "select …"),
    ],
)  # fmt: skip
def test_a_statement_is_shown_without_what_it_says_of_anybody(
    statement: str, shown: str
):
    assert shorten(statement) == shown


def test_a_long_statement_is_cut():
    shown = shorten("select " + "a" * 200)

    assert (len(shown), shown[-1]) == (80, "…")


# --- what may be told of a session ---------------------------------------------------------


def test_a_session_is_described():
    assert describe(7, "web.2", "idle in transaction", 12.3, "select 'x'") == (
        "pid 7 (web.2, idle in transaction, in a transaction for 12s,"
        " last statement 'select …')"
    )


def test_of_another_roles_session_its_number_is_known():
    assert describe(7, None, None, None, None) == "pid 7"


@pytest.mark.parametrize(
    ("state", "command"),
    [
        ("active", "heroku pg:kill 7"),
        ("idle in transaction", "heroku pg:kill --force 7"),
        (None, "heroku pg:kill --force 7"),
    ],
)
def test_an_idle_session_is_ended_by_force_for_it_has_no_statement_to_cancel(
    state: str | None, command: str
):
    assert remedy(7, state) == command


def test_a_password_in_a_name_is_hidden():
    name = "app\npostgres://u:secret@h/n"

    assert describe(7, name, None, None, "") == "pid 7 (app postgres://u:***@h/n)"


# --- who is in the way ---------------------------------------------------------------------


@pytest.fixture
def connection(database: Database, django_db_blocker: Any) -> Iterator[Any]:
    with postgres_alias(database, django_db_blocker) as connection:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE item (name text)")
        yield connection


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def release(connection: Any, output: io.StringIO) -> Iterator[Release]:
    """
    One that holds its lock.
    """
    variables = {"HEROKU_RELEASE_VERSION": "v42"}
    release = make_release(variables, stream=output)
    with release_lock([ALIAS], name=release.name, wait=5, log=print) as release.lock:
        yield release


@pytest.fixture
def reader(connection: Any, database: Database) -> Iterator[psycopg.Connection]:
    """
    A dyno that has read in a transaction, and has not ended it.
    """
    with psycopg.connect(database.url(), application_name="web.2") as reader:
        reader.execute("SELECT * FROM item WHERE name = 'secret'")
        yield reader


def alter(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE item ADD COLUMN extra integer")


def test_who_is_in_the_way_is_named_once_and_what_to_do_about_it(
    release: Release, connection: Any, output: io.StringIO, reader: psycopg.Connection
):
    pid = reader.info.backend_pid
    with open_session(release, ALIAS), Watcher(release, ALIAS) as watcher:
        for _ in range(2):
            with pytest.raises(OperationalError, match="lock timeout"):
                alter(connection)
        latest = watcher.take_latest()

    assert re.fullmatch(
        r"waiting \d\.\ds for a lock: 'ALTER TABLE item ADD COLUMN extra integer' is"
        rf" blocked by pid {pid} \(web\.2, idle in transaction, in a transaction for \ds,"
        rf" last statement 'SELECT \* FROM item WHERE name = …'\); heroku pg:kill --force {pid}\n",
        output.getvalue(),
    )
    assert (latest, watcher.take_latest()) == (
        f"pid {pid} (web.2, idle in transaction)",
        "",
    )


def test_a_statement_that_nobody_blocks_is_no_news(
    release: Release, connection: Any, output: io.StringIO
):
    with (
        open_session(release, ALIAS),
        Watcher(release, ALIAS),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(0.5)")

    assert output.getvalue() == ""


def test_the_watcher_fails_alone(
    release: Release, database: Database, connection: Any, output: io.StringIO
):
    sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s"
    with open_session(release, ALIAS), Watcher(release, ALIAS) as watcher:
        database.query(sql, release.name)
        wait_until(lambda: not watcher._thread.is_alive())
        alter(connection)

    assert output.getvalue() == ""


def test_another_kind_of_database_is_not_asked(release: Release):
    with Watcher(release, "default") as watcher:
        assert not watcher._thread.is_alive()
