"""
Can a new connection to the database be made, and does it answer?
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Sequence
from typing import Any

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from heroku_support import own_connection
from heroku_support.errors import CheckError
from heroku_support.health.checks.aliases import chosen
from heroku_support.redaction import one_line

# The least that libpq takes for an answer; the check's own deadline is shorter.
CONNECT_TIMEOUT = 2  # seconds
# Says "on" or 1 where nothing can be written: a follower, a failover. Others are not asked.
READ_ONLY = {
    "postgresql": "SHOW transaction_read_only",
    "mysql": "SELECT @@read_only",
}
# Drivers give no code for a connection that fails, only the server's words.
HINTS = {
    r"too many (clients|connections)|remaining connection slots": (
        "all connections are in use: heroku pg:ps"
    ),
    r"password authentication failed|Access denied": (
        "after new credentials, restart: heroku ps:restart"
    ),
}


def find(
    name: str,
    *,
    decides: bool = True,
    writable: bool = False,
    aliases: str | Sequence[str] | None = None,
) -> list[DatabaseCheck]:
    """
    Return a check for each alias of ``DATABASES``, followers too.

    Without ``direct``, which is the database of ``default``: no request uses it.

    :param writable: a database that is no follower must take writes.
    :param aliases: these alone.
    """
    known = [each for each in connections if not own_connection.is_direct(each)]
    asked = known if aliases is None else chosen(aliases, connections)
    return [
        DatabaseCheck(
            alias,
            name=f"{name}:{alias}",
            decides=decides,
            writable=writable and not _is_follower(alias),
        )
        for alias in asked
    ]


class DatabaseCheck:
    """
    Asks over a connection of its own: the app's may be stale, busy, or in a transaction.
    """

    def __init__(
        self,
        alias: str,
        *,
        name: str = "",
        decides: bool = True,
        writable: bool = False,
    ) -> None:
        self.name = name or f"database:{alias}"
        self.decides = decides
        self._alias = alias
        self._writable = writable
        self._connection: BaseDatabaseWrapper | None = None

    def run(self) -> None:
        """
        Connect, ask, hang up.

        :raises CheckError: if that fails, or if nothing can be written.
        """
        timeout = {"connect_timeout": CONNECT_TIMEOUT}
        connection = self._connection = own_connection.open_own(self._alias, **timeout)
        try:
            found = _ask(connection, self._question(connection))
        except Error as error:
            raise CheckError(_explained(one_line(error))) from error
        finally:
            self._connection = None
            own_connection.close(connection)
        if self._writable and found in ("on", "1"):
            raise CheckError("read-only: nothing can be written")

    def abort(self) -> None:
        """
        Shut the socket down, which ends a wait that no time limit of the driver ends.
        """
        connection = self._connection
        driver_connection: Any = connection.connection if connection else None
        if not hasattr(driver_connection, "fileno"):
            return  # not connected yet, or a driver without a socket of its own
        try:
            with socket.socket(fileno=os.dup(driver_connection.fileno())) as duplicate:
                duplicate.shutdown(socket.SHUT_RDWR)
        except Exception:  # the driver's own, or the system's: it came back meanwhile
            pass

    def _question(self, connection: BaseDatabaseWrapper) -> str:
        plain = f"SELECT 0{connection.features.bare_select_suffix}"
        return READ_ONLY.get(connection.vendor, plain) if self._writable else plain


def _ask(connection: BaseDatabaseWrapper, question: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(question)
        (found,) = cursor.fetchone()
        return str(found)


def _is_follower(alias: str) -> bool:
    return bool(connections.settings[alias]["TEST"]["MIRROR"])


def _explained(reason: str) -> str:
    hints = [hint for pattern, hint in HINTS.items() if re.search(pattern, reason)]
    return f"{reason} ({hints[0]})" if hints else reason
