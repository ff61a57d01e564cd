"""
What the locks of the servers have in common: one connection, which several threads may ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import RLock
from typing import Any, NamedTuple

from django.db import Error

from heroku_support.own_connection import open_own
from heroku_support.redaction import one_line
from heroku_support.release.errors import StepError

NAMESPACE = "heroku_support.release"

Row = tuple[Any, ...]


class Holder(NamedTuple):
    """
    Who holds a lock, as far as the server tells, and what would end it where it hangs.
    """

    who: str
    remedy: str


NOBODY = Holder("its holder has just let go of it", "")


class DatabaseLock:
    """
    The release lock of one database, on a connection of its own.

    :param alias: of the database.
    :param name: who holds it, for those who wait.
    """

    #: The same for whatever excludes each other: aliases and URLs may differ.
    identity: tuple[str, ...]

    def __init__(self, alias: str, *, name: str) -> None:
        self.alias = alias
        self._connection = open_own(alias, application_name=name)
        # Whatever the project has: what ends a transaction here is ours to say.
        self._connection.settings_dict["AUTOCOMMIT"] = True
        self._connection.inc_thread_sharing()
        self._mutex = RLock()

    def connect(self) -> str:
        """
        Connect, learn the identity, and return what to warn of, or nothing.
        """
        raise NotImplementedError

    def try_acquire(self) -> bool:
        """
        Take it if nobody has it; never wait.
        """
        raise NotImplementedError

    def holder(self) -> Holder:
        """
        Ask who holds it.
        """
        raise NotImplementedError

    def query(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """
        Run a query on the connection that holds the lock, from any thread.
        """
        with self._mutex:
            return self._run(sql, params)

    def check(self) -> None:
        """
        Ask the server.

        :raises StepError: if the lock is no longer ours.
        """
        try:
            with self._mutex:
                is_ours = self._is_ours()
        except Error as error:
            raise StepError(f"lost the release lock: {one_line(error)}") from error
        if not is_ours:
            raise StepError("lost the release lock: the server gave it back")

    def close(self) -> None:
        """
        Let go of it; again does nothing.
        """
        with self._mutex:
            try:
                if self._connection.connection is not None:
                    self._let_go()
            except Error:
                pass  # the connection is lost, and the lock with it
            finally:
                self._connection.close()

    def _is_ours(self) -> bool:
        raise NotImplementedError

    def _let_go(self) -> None:
        raise NotImplementedError

    def _run(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        with self._connection.cursor() as cursor:
            # Without parameters a percent sign is itself.
            cursor.execute(sql, params or None)
            return [*cursor.fetchall()] if cursor.description else []
