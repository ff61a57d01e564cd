"""
Can a new connection to the database be made, and does it answer?
"""

from __future__ import annotations

import os
import socket
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from heroku_support import own_connection

# The least that libpq takes for an answer; the check's own deadline is shorter.
CONNECT_TIMEOUT = 2  # seconds


class DatabaseCheck:
    """
    Asks over a connection of its own: the app's may be stale, busy, or in a transaction.
    """

    def __init__(self, alias: str) -> None:
        self.name = f"database:{alias}"
        self._alias = alias
        self._connection: BaseDatabaseWrapper | None = None

    def run(self) -> None:
        """
        Connect, ask, hang up.
        """
        timeout = {"connect_timeout": CONNECT_TIMEOUT}
        connection = self._connection = own_connection.open_own(self._alias, **timeout)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
        finally:
            self._connection = None
            own_connection.close(connection)

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
