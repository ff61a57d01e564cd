"""
One release at a time: a lock on each of its databases, which ends with the process that has it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from heroku_support.release.database_lock import DatabaseLock, Holder, Row
from heroku_support.release.errors import LockTimeoutError
from heroku_support.release.mysql_lock import MySQLLock
from heroku_support.release.postgres_lock import OBJECT, PostgresLock

__all__ = ["OBJECT", "Log", "ReleaseLock", "is_held", "release_lock"]

Log = Callable[[str], Any]

KINDS: Mapping[str, type[DatabaseLock]] = {
    "postgresql": PostgresLock,
    "mysql": MySQLLock,
}
POLL = 0.5  # seconds, give or take a tenth
REPORT_EVERY = 10.0  # seconds


class ReleaseLock:
    """
    The locks of a release, as long as they are held.

    :param aliases: the databases it is for, with those that know no lock.
    :param locks: by alias; two aliases of one database share theirs.
    :param waited: seconds.
    """

    def __init__(
        self,
        aliases: Sequence[str],
        locks: Mapping[str, DatabaseLock],
        *,
        waited: float,
    ) -> None:
        self.aliases = tuple(aliases)
        self.waited = waited
        self._locks = locks

    @property
    def locks(self) -> set[DatabaseLock]:
        """
        One for each database.
        """
        return set(self._locks.values())

    def check(self) -> None:
        """
        Ask every server whether the lock is still held.

        :raises StepError: if one is lost, because its connection is gone.
        """
        for lock in self.locks:
            lock.check()

    def query(self, alias: str, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """
        Run a query on the connection that holds the lock, from any thread.

        It sees what is so now. On Postgres it can neither write, nor lose the lock by failing.
        """
        return self._locks[alias].query(sql, params)


# Those of this process: what a step of a release runs must not wait for the release.
_held: list[ReleaseLock] = []


def is_held(alias: str) -> bool:
    """
    Whether this process holds the lock of a database.
    """
    return any(alias in lock.aliases for lock in _held)


@contextmanager
def release_lock(
    aliases: Sequence[str], *, name: str, wait: float, log: Log
) -> Iterator[ReleaseLock]:
    """
    Hold the release lock of each database; one that this process holds already is shared.

    The lock is polled, on a connection of its own, which does nothing else.

    :param name: who holds it, for those who wait; the connection's ``application_name``.
    :param wait: seconds until giving up, for all of them together.
    :raises LockTimeoutError: if another release holds one for that long.
    """
    with ExitStack() as stack:
        locks = _connect_all(aliases, name, log, stack)
        started = time.monotonic()
        taken = {lock for held in _held for lock in held.locks}
        # In the same order everywhere, or two releases would wait for each other.
        for lock in sorted(set(locks.values()) - taken, key=lambda each: each.identity):
            _poll(lock, until=started + wait, wait=wait, log=log)
        held = ReleaseLock(aliases, locks, waited=time.monotonic() - started)
        _held.append(held)
        stack.callback(_held.remove, held)
        held.check()
        yield held


def _connect_all(
    aliases: Sequence[str], name: str, log: Log, stack: ExitStack
) -> dict[str, DatabaseLock]:
    known = {lock.identity: lock for held in _held for lock in held.locks}
    locks = {}
    for alias in aliases:
        connection = connections[alias]
        if connection.vendor not in KINDS:
            vendor = connection.display_name
            log(f"{vendor} has no advisory lock: do not run two releases at once")
            continue
        lock = KINDS[connection.vendor](alias, name=name)
        stack.callback(lock.close)
        if warning := lock.connect():
            log(f"warning: {warning}")
        locks[alias] = known.setdefault(lock.identity, lock)
        if locks[alias] is not lock:
            lock.close()
    return locks


def _poll(lock: DatabaseLock, *, until: float, wait: float, log: Log) -> None:
    whose = "" if lock.alias == DEFAULT_DB_ALIAS else f" of {lock.alias!r}"
    reported = -REPORT_EVERY
    while not lock.try_acquire():
        left = until - time.monotonic()
        if left <= 0:
            raise LockTimeoutError(_gave_up(whose, wait, lock.holder()))
        waited = wait - left
        if waited - reported >= REPORT_EVERY:
            reported = waited
            spent = f"({waited:.0f}s of {wait:.0f}s)"
            log(f"waiting for the release lock{whose} {spent}; {lock.holder().who}")
        time.sleep(min(POLL * random.uniform(0.9, 1.1), left))


def _gave_up(whose: str, wait: float, holder: Holder) -> str:
    hangs = f"; if it hangs: {holder.remedy}" if holder.remedy else ""
    return (
        f"gave up waiting for the release lock{whose} after {wait:.0f} s; {holder.who}."
        f" Try again when it is done{hangs}"
    )
