"""
Say who is in a migration's way, while it waits for a lock.
"""

from __future__ import annotations

import re
import threading
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from django.db import connections

from heroku_support.redaction import redact_text
from heroku_support.release.context import Release
from heroku_support.release.session import NAME

POLL = 0.2  # seconds
LONGEST = 80  # characters of a statement

# The oldest first: it is the most likely to stay.
BLOCKED = f"""
    SELECT waiting.query, extract(epoch FROM clock_timestamp() - waiting.query_start),
      blocker.pid, coalesce(nullif(blocker.application_name, ''), blocker.backend_type),
      blocker.state, extract(epoch FROM clock_timestamp() - blocker.xact_start), blocker.query
    FROM pg_stat_activity AS waiting
    CROSS JOIN unnest(pg_blocking_pids(waiting.pid)) AS blocking (pid)
    JOIN pg_stat_activity AS blocker ON blocker.pid = blocking.pid
    WHERE waiting.wait_event_type = 'Lock' AND waiting.application_name = %s || {NAME}
      AND waiting.datname = current_database()
    ORDER BY blocker.xact_start
    LIMIT 3
"""

# Names stay, and the numbers of parameters; literals do not. Comments may hold quotes.
# As text: a release in which nobody waits needs none of it.
SQL = r"""
  (?P<comment> --[^\n]* | /\*.*?(?:\*/|$) )
| (?P<literal>
      \be'(?:[^'\\]|''|\\.)*(?:'|$)
    | '(?:[^']|'')*(?:'|$)
    | \$(?P<tag>(?:[a-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|$)
    | \b\d[\w.]*
  )
| (?P<name> \$\d+ | "[^"]*(?:"|$) | \b[a-z_]\w* )
"""
FLAGS = re.VERBOSE | re.DOTALL | re.IGNORECASE


class Watcher(AbstractContextManager["Watcher"]):
    """
    Asks, on the connection that holds the release lock, what the migration waits for.

    :param alias: of the database that is migrated.
    """

    def __init__(self, release: Release, alias: str) -> None:
        self._release = release
        self._alias = alias
        self._named: set[int] = set()
        self._latest = ""
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watcher:
        if connections[self._alias].vendor == "postgresql":
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end.set()
        if self._thread.ident:
            self._thread.join()

    def take_latest(self) -> str:
        """
        Return who was in the way since this was last asked, or nothing.
        """
        latest, self._latest = self._latest, ""
        return latest

    def _watch(self) -> None:
        while not self._end.wait(POLL):
            try:
                self._look()
            except Exception:  # the migration goes on, and asks for its lock itself
                return

    def _look(self) -> None:
        assert self._release.lock
        name = [self._release.name]
        rows = self._release.lock.query(self._alias, BLOCKED, name)
        for statement, waited, pid, called, state, age, last in reversed(rows):
            self._latest = describe(pid, called, state)
            if pid not in self._named:
                self._named.add(pid)
                self._release.log(
                    f"waiting {waited:.1f}s for a lock: '{shorten(statement)}' is blocked"
                    f" by {describe(pid, called, state, age, last)}; {remedy(pid, state)}"
                )


def describe(
    pid: int,
    name: str | None,
    state: str | None,
    age: Any = None,
    statement: str | None = None,
) -> str:
    """
    Return what the server tells of a session; of other roles' it may be the number alone.
    """
    told = [redact_text(" ".join(name.split()))] if name else []
    told += [state] if state else []
    told += [f"in a transaction for {age:.0f}s"] if age is not None else []
    told += [f"last statement '{shorten(statement)}'"] if statement else []
    return f"pid {pid} ({', '.join(told)})" if told else f"pid {pid}"


def remedy(pid: int, state: str | None) -> str:
    """
    Return the command that ends what is in the way.
    """
    # Without --force it cancels a statement, and an idle connection has none.
    option = "" if state == "active" else "--force "
    return f"heroku pg:kill {option}{pid}"


def shorten(statement: str) -> str:
    """
    Return a statement's beginning, without what it says of anybody.
    """
    told = " ".join(re.sub(SQL, _without_literals, statement, flags=FLAGS).split())
    return told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}…"


def _without_literals(found: re.Match[str]) -> str:
    if found["comment"]:
        return " "
    return found["name"] or "…"
