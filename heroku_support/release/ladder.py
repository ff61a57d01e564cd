"""
How long a migration may wait for a lock, what may be tried again, and when.

While a statement waits for its lock, all that come after it wait as well: the slowest query of
the running site takes as long as the timeout. A short one alone never gets a lock on a table
whose queries are longer.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator

from django.db.migrations import Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation

# Seconds; the last of each is for all that come after it.
LOCK_TIMEOUTS = (0.5, 1.0, 2.0)
PAUSES = (2.0, 4.0, 8.0, 10.0)
LONGEST = 600.0  # seconds of trying the same migration

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"


class Tries:
    """
    The tries of one migration; the next migration's begin anew.
    """

    def __init__(self) -> None:
        self._migration: Migration | None = None
        self.failed = 0
        self._started = time.monotonic()

    def begin(self, migration: Migration) -> bool:
        """
        Remember what is tried; return whether it is another than before.
        """
        if migration == self._migration:
            return False
        self._migration = migration
        self.failed = 0
        self._started = time.monotonic()
        return True

    @property
    def lock_timeout(self) -> float:
        """
        Of the next try, in seconds.
        """
        return LOCK_TIMEOUTS[min(self.failed, len(LOCK_TIMEOUTS) - 1)]

    @property
    def spent(self) -> float:
        """
        Seconds since the first.
        """
        return time.monotonic() - self._started

    def fail(self) -> float:
        """
        Count a failure, and return how many seconds to wait now.
        """
        pause = PAUSES[min(self.failed, len(PAUSES) - 1)]
        self.failed += 1
        # Whoever was in the way may come back as regularly as we do.
        return pause * random.uniform(0.8, 1.0)


def is_about_locks(error: BaseException) -> bool:
    """
    Whether an error is a lock that was not had in time, or a deadlock.
    """
    return any(
        code in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED) for code in _sqlstates(error)
    )


def _sqlstates(error: BaseException) -> Iterator[str | None]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link and id(link) not in seen:
        seen.add(id(link))
        # psycopg 3 and psycopg2.
        yield getattr(link, "sqlstate", None) or getattr(link, "pgcode", None)
        link = link.__cause__ or link.__context__


def leaves_nothing(migration: Migration) -> bool:
    """
    Whether a migration that fails has changed nothing, so that it may be begun again.

    It is atomic, or of a single statement.
    """
    if migration.atomic:
        return True
    pieces = list(_pieces(migration.operations))
    return len(pieces) <= 1 and not any(
        isinstance(piece, RunPython) and not piece.atomic for piece in pieces
    )


def _pieces(operations: Iterable[Operation]) -> Iterator[object]:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _pieces(operation.database_operations)
        elif isinstance(operation, RunSQL) and not isinstance(operation.sql, str):
            yield from operation.sql
        else:
            yield operation
