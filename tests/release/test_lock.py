"""
The release lock on real servers, within one process and between several.
"""

from __future__ import annotations

import itertools
import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.db import Error
from django.db.utils import ConnectionHandler
from psycopg import IsolationLevel

from heroku_support import own_connection
from heroku_support.release import lock, postgres_lock
from heroku_support.release.errors import LockTimeoutError, StepError
from tests.release import lock_process
from tests.servers.postgres import PASSWORD, ROLE, Database

# pytest-django keeps every connection shut otherwise.
pytestmark = pytest.mark.django_db

Connect = Callable[..., ConnectionHandler]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """
    Give the lock a project's connections, which the tests' own settings do not have.
    """
    handlers: list[ConnectionHandler] = []

    def connect(**urls: str | dict[str, Any]) -> ConnectionHandler:
        parsed = {
            alias: {**dj_database_url.parse(url)} if isinstance(url, str) else url
            for alias, url in urls.items()
        }
        handler = ConnectionHandler({"default": {}, **parsed})
        for module in (own_connection, lock):
            monkeypatch.setattr(module, "connections", handler)
        handlers.append(handler)
        return handler

    yield connect
    for handler in handlers:
        handler.close_all()


def acquire(*aliases: str, wait: float = 0, log: Callable[[str], Any] = str) -> Any:
    return lock.release_lock(aliases or ["default"], name="test", wait=wait, log=log)


def holders(database: Database) -> list[int]:
    sql = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
    return [pid for (pid,) in database.query(sql, postgres_lock.CLASS)]


# --- one holder ----------------------------------------------------------------------------


def test_it_is_held_for_the_block_and_no_longer(database: Database, connect: Connect):
    connect(default=database.url())
    with acquire() as held:
        during = (len(holders(database)), lock.is_held("default"), held.waited < 1)

    assert during == (1, True, True)
    assert (holders(database), lock.is_held("default")) == ([], False)


def test_a_block_that_fails_lets_go(database: Database, connect: Connect):
    connect(default=database.url())
    with pytest.raises(ValueError, match="a step"), acquire():
        raise ValueError("a step")

    assert (holders(database), lock.is_held("default")) == ([], False)


def test_what_the_release_calls_does_not_wait_for_it(
    database: Database, connect: Connect
):
    connect(default=database.url())
    with acquire(), acquire() as inner:
        inner.check()
    with acquire() as outer:
        with acquire():
            pass
        outer.check()

    assert holders(database) == []


def test_two_aliases_of_one_database_do_not_wait_for_each_other(
    database: Database, connect: Connect
):
    # As Heroku does it: two credentials, two addresses.
    database.query("CREATE ROLE other LOGIN SUPERUSER PASSWORD 'Other-Pw-1'")
    url = database.url(user="other", password="Other-Pw-1")
    connect(default=database.url(), other=url)
    try:
        with acquire("default", "other") as held, acquire("other"):
            held.check()
            during = len(holders(database)), held.query("other", "SELECT 1")
    finally:
        database.query("DROP ROLE other")

    assert during == (1, [(1,)])


def test_two_databases_have_two_locks(newest: Database, connect: Connect):
    other = newest.server.create_database()
    connect(default=newest.url(), other=other.url())
    with acquire("default", "other") as held:
        held.check()
        during = (len(holders(newest)), lock.is_held("other"))
    other.drop()

    assert during == (2, True)


def test_two_releases_of_two_databases_do_not_wait_for_each_other_for_ever(
    newest: Database, connect: Connect
):
    other = newest.server.create_database()
    holder = lock_process.start("hold", "0", DATABASE_URL=newest.url())
    lock_process.line(holder, "held")
    taken: list[int] = []
    for one, two in itertools.permutations((newest.url(), other.url())):
        connect(one=one, two=two)
        with (
            pytest.raises(LockTimeoutError),
            acquire(
                "one", "two", wait=0.1, log=lambda _: taken.append(len(holders(other)))
            ),
        ):
            pass
    lock_process.end(holder)
    other.drop()

    # The server's words, not the project's names, are what the order is by.
    assert taken in ([0, 0], [1, 1])


def test_two_schemas_need_not_exclude_each_other(newest: Database, connect: Connect):
    newest.query(f"CREATE SCHEMA other AUTHORIZATION {ROLE}")
    connect(
        default=newest.url(), other=newest.url(options="-c search_path=other,public")
    )
    with acquire("default", "other"):
        assert len(holders(newest)) == 2


@pytest.mark.parametrize("path", ["missing", '""'])
def test_a_search_path_that_names_no_schema_has_a_lock_too(
    newest: Database, connect: Connect, path: str
):
    url = newest.url(options=f"-c search_path={path}")
    connect(default=url)
    process = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(process, "held")

    with pytest.raises(LockTimeoutError, match=r"held by pid \d+ test"), acquire():
        pass
    lock_process.end(process)


def test_another_kind_of_database_is_said_to_have_none(connect: Connect):
    connect(default="sqlite://:memory:")
    said: list[str] = []
    with acquire(log=said.append) as held:
        held.check()
        during = lock.is_held("default")

    assert said == ["SQLite has no advisory lock: do not run two releases at once"]
    assert (during, lock.is_held("default")) == (True, False)


# --- what might take it away ---------------------------------------------------------------


def test_a_lock_that_is_lost_is_told(database: Database, connect: Connect):
    connect(default=database.url())
    with acquire() as held:
        (pid,) = holders(database)
        database.query("SELECT pg_terminate_backend(%s)", pid)

        with pytest.raises(StepError, match="lost the release lock: .*terminat"):
            held.check()


def test_a_lock_that_its_own_connection_gave_back_is_told(
    newest: Database, connect: Connect
):
    connect(default=newest.url())
    with acquire() as held:
        (own,) = held.locks
        own._run("COMMIT")

        with pytest.raises(StepError, match="lost the release lock: the server"):
            held.check()


def test_the_timeouts_of_a_role_do_not_end_it(newest: Database, connect: Connect):
    for name in ("idle_in_transaction_session_timeout", "transaction_timeout"):
        newest.query(
            f"ALTER ROLE {ROLE} IN DATABASE {newest.name} SET {name} = '200ms'"
        )
    connect(default=newest.url())
    with acquire() as held:
        newest.query("SELECT pg_sleep(0.5)")
        held.check()

        settings = ("statement_timeout", "tcp_keepalives_idle")
        shown = [held.query("default", f"SHOW {name}") for name in settings]
    assert shown == [[("0",)], [("30",)]]


def test_a_project_that_commits_itself_has_it_too(newest: Database, connect: Connect):
    connect(default={**dj_database_url.parse(newest.url()), "AUTOCOMMIT": False})
    with acquire() as held:
        held.check()

        assert len(holders(newest)) == 1


def test_it_holds_up_no_vacuum(newest: Database, connect: Connect):
    connect(default=newest.url())
    sql = "SELECT backend_xmin, backend_xid FROM pg_stat_activity WHERE pid = %s"
    with acquire() as held:
        held.query("default", "SELECT count(*) FROM pg_class")

        assert newest.query(sql, *holders(newest)) == [(None, None)]


# --- queries beside it ---------------------------------------------------------------------


def test_a_query_that_fails_costs_nothing_else(newest: Database, connect: Connect):
    connect(default=newest.url())
    with acquire() as held:
        with pytest.raises(Error, match="division by zero"):
            held.query("default", "SELECT 1/0")
        with pytest.raises(Error, match="read-only"):
            held.query("default", "CREATE TABLE t ()")
        held.check()

        assert held.query("default", "SELECT %s, '%%'", [1]) == [(1, "%")]


def test_a_query_sees_what_is_so_now(newest: Database, connect: Connect):
    connect(default=newest.url())
    sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'latecomer'"
    with acquire() as held:
        before = held.query("default", sql)
        with psycopg.connect(newest.url(), application_name="latecomer"):
            after = held.query("default", sql)

    assert (before, after) == ([(0,)], [(1,)])


def test_threads_may_ask_at_once(newest: Database, connect: Connect):
    connect(default=newest.url())
    with acquire() as held, ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda n: held.query("default", "SELECT %s", [n]), range(40))

        assert [number for ((number,),) in answers] == list(range(40))


# --- waiting -------------------------------------------------------------------------------


def test_a_waiter_says_at_once_who_holds_it_and_gets_it_afterwards(
    database: Database, connect: Connect
):
    connect(default=database.url())
    url = database.url()
    holder = lock_process.start(
        "hold", "0", DATABASE_URL=url, NAME="heroku_release v41"
    )
    lock_process.line(holder, "held")
    said: list[str] = []

    def let_go(line: str) -> None:
        said.append(line)
        lock_process.end(holder)

    started = time.monotonic()
    with acquire(wait=30, log=let_go) as held:
        spent = time.monotonic() - started

    (line,) = said
    assert re.fullmatch(
        r"waiting for the release lock \(0s of 30s\);"
        r" held by pid \d+ heroku_release v41, \d+s old",
        line,
    )
    assert 0.4 < held.waited < spent < 5


def test_the_wait_is_told_again(
    newest: Database, connect: Connect, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lock, "REPORT_EVERY", 0.3)
    connect(other=newest.url())
    holder = lock_process.start("hold", "0", DATABASE_URL=newest.url())
    lock_process.line(holder, "held")
    said: list[str] = []

    with (
        pytest.raises(LockTimeoutError, match="lock of 'other' after 1 s; held by"),
        acquire("other", wait=1, log=said.append),
    ):
        pass
    lock_process.end(holder)
    assert len(said) >= 2


def test_a_holder_of_another_role_is_named_without_what_only_it_may_know(
    newest: Database, connect: Connect
):
    newest.query("CREATE ROLE stranger LOGIN PASSWORD 'Stranger-Pw-1'")
    connect(default=newest.url(user="stranger", password="Stranger-Pw-1"))
    holder = lock_process.start("hold", "0", DATABASE_URL=newest.url())
    lock_process.line(holder, "held")

    with pytest.raises(LockTimeoutError) as refused, acquire():
        pass
    lock_process.end(holder)
    newest.query("DROP ROLE stranger")
    assert re.search(r"held by pid \d+ test\. Try", str(refused.value))
    assert PASSWORD not in str(refused.value)


def test_a_holder_that_has_just_gone_is_not_named(newest: Database, connect: Connect):
    connect(default=newest.url())
    free = postgres_lock.PostgresLock("default", name="test")
    free.connect()
    message = lock._gave_up("", 1, free.holder())
    free.close()

    assert message.endswith("let go of it. Try again when it is done")


def test_a_frozen_holder_is_named_and_keeps_its_lock(
    database: Database, connect: Connect
):
    connect(default=database.url())
    holder = lock_process.start("hold", "0", DATABASE_URL=database.url(), NAME="frozen")
    lock_process.line(holder, "held")
    holder.send_signal(signal.SIGSTOP)
    before = holders(database)
    with pytest.raises(LockTimeoutError) as refused, acquire(wait=1):
        pass
    after = holders(database)
    holder.send_signal(signal.SIGCONT)
    lock_process.end(holder)

    assert before == after
    assert re.search(
        r"held by pid (\d+) frozen, \d+s old\. Try again when it is done;"
        r" if it hangs: heroku pg:kill --force \1$",
        str(refused.value),
    )


def test_a_holder_that_is_killed_has_let_go_within_two_seconds(
    database: Database, connect: Connect
):
    connect(default=database.url())
    holder = lock_process.start("hold", "0", DATABASE_URL=database.url())
    lock_process.line(holder, "held")
    holder.kill()
    started = time.monotonic()
    with acquire(wait=30):
        spent = time.monotonic() - started
    lock_process.end(holder)

    assert spent < 2


def test_one_that_is_ended_while_it_waits_leaves_nothing(
    newest: Database, connect: Connect
):
    connect(default=newest.url())
    with acquire():
        waiter = lock_process.start("hold", "30", DATABASE_URL=newest.url())
        lock_process.line(waiter, "waiting")
        waiter.send_signal(signal.SIGINT)
        lock_process.end(waiter)

    assert holders(newest) == []


@pytest.mark.parametrize("level", [None, IsolationLevel.REPEATABLE_READ])
def test_neither_holder_nor_waiter_holds_up_a_concurrent_index(
    database: Database, connect: Connect, level: IsolationLevel | None
):
    options = {} if level is None else {"isolation_level": level}
    database.query("CREATE TABLE indexed AS SELECT generate_series(1, 1000) AS id")
    connect(default={**dj_database_url.parse(database.url()), "OPTIONS": options})
    with acquire() as held:
        held.query("default", "SELECT count(*) FROM pg_class")
        waiter = lock_process.start(
            "hold",
            "30",
            DATABASE_URL=database.url(),
            DATABASE_OPTIONS=json.dumps(options),
        )
        lock_process.line(waiter, "waiting")
        started = time.monotonic()
        database.query("CREATE INDEX CONCURRENTLY an_index ON indexed (id)")
        spent = time.monotonic() - started
        held.check()
    lock_process.line(waiter, "held")
    lock_process.end(waiter)

    assert spent < 5


# --- many ----------------------------------------------------------------------------------


def intervals(url: str, *, processes: int, times: int) -> list[tuple[float, float]]:
    """
    Return from when until when each of the processes held it, so many times each.
    """
    competing = [
        lock_process.start("compete", str(times), DATABASE_URL=url)
        for _ in range(processes)
    ]
    printed = [lock_process.end(process) for process in competing]
    assert [process.returncode for process in competing] == [0] * processes, printed
    found = re.findall(r"interval (\S+) (\S+)", "".join(printed))
    return sorted((float(begin), float(end)) for begin, end in found)


def test_eight_that_compete_never_hold_it_at_once(newest: Database):
    found = intervals(newest.url(), processes=8, times=2)

    assert len(found) == 16
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(found))


@pytest.mark.long
def test_eight_that_compete_for_long_never_hold_it_at_once(database: Database):
    found = intervals(database.url(), processes=8, times=50)

    assert len(found) == 400
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(found))
