"""
What is made of a MySQL server's answers; the servers themselves are in tests/services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import ConnectionHandler

from heroku_support import own_connection
from heroku_support.release import mysql_lock
from heroku_support.release.database_lock import Row
from heroku_support.release.errors import StepError
from heroku_support.release.mysql_lock import HOLDER, IDENTITY, OURS, TRY, MySQLLock

# pytest-django keeps every connection shut otherwise.
pytestmark = pytest.mark.django_db

Connect = Callable[[dict[str, list[Row]]], MySQLLock]


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Connect]:
    """
    Make a lock whose server answers so. There is no MySQL that pip could install.
    """
    locks: list[MySQLLock] = []
    # A file, because Django never closes a database in memory.
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "db"}
    handler = ConnectionHandler({"default": database})
    monkeypatch.setattr(own_connection, "connections", handler)

    def connect(answers: dict[str, list[Row]]) -> MySQLLock:
        answers = {IDENTITY: [("host", "3306", "name")], **answers}

        def run(self: MySQLLock, sql: str, params: Sequence[Any] = ()) -> list[Row]:
            self._connection.ensure_connection()
            return answers.get(sql, [])

        monkeypatch.setattr(MySQLLock, "_run", run)
        lock = MySQLLock("default", name="test")
        locks.append(lock)
        assert lock.connect() == ""
        return lock

    yield connect
    for lock in locks:
        lock.close()


def test_a_database_is_known_by_its_server_and_its_name(connect: Connect):
    lock = connect({})
    lock.close()

    assert lock.identity == ("mysql", "host", "3306", "name")


@pytest.mark.parametrize(
    ("answer", "acquired"), [(1, True), (0, False), (None, False)], ids=str
)
def test_only_one_of_the_servers_answers_is_yes(
    connect: Connect, answer: int | None, acquired: bool
):
    lock = connect({TRY: [(answer,)], OURS: [(answer,)]})

    assert lock.try_acquire() is acquired
    assert (refusal(lock) == "") is acquired


def test_it_may_be_asked_for_other_things(connect: Connect):
    lock = connect({"SELECT %s": [(1,)]})

    assert lock.query("SELECT %s", [1]) == [(1,)]


def refusal(lock: MySQLLock) -> str:
    try:
        lock.check()
    except StepError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("row", "who", "remedy"),
    [
        ((None, None, None, None), "its holder has just let go of it", ""),
        ((7, None, None, None), "held by connection 7", "KILL 7"),
        (
            (7, "app", "10.0.0.1:4242", 12),
            "held by connection 7 app@10.0.0.1:4242, idle for 12s",
            "KILL 7",
        ),
    ],
    ids=["gone", "of another user", "of this user"],
)
def test_a_holder_is_named_as_far_as_the_server_tells(
    connect: Connect, row: Row, who: str, remedy: str
):
    assert connect({HOLDER: [row]}).holder() == (who, remedy)


def test_the_lock_has_a_name_that_the_server_takes():
    named = f"{mysql_lock.NAMESPACE}.{'0' * 32}"  # an MD5

    assert len(named) <= 64
