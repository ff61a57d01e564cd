"""
MySQL and MariaDB: a named lock of the session.
"""

from __future__ import annotations

from heroku_support.release.database_lock import NAMESPACE, NOBODY, DatabaseLock, Holder

# Such names are the whole server's, and at most 64 characters long.
NAME = f"concat('{NAMESPACE}.', md5(coalesce(database(), '')))"
IDENTITY = f"SELECT @@hostname, cast(@@port AS char), {NAME}"
# Seconds, of silence: a provider may have set fewer than a migration takes.
KEEP = "SET SESSION wait_timeout = 7200"
TRY = f"SELECT get_lock({NAME}, 0)"
OURS = f"SELECT is_used_lock({NAME}) = connection_id()"
RELEASE = f"SELECT release_lock({NAME})"
HOLDER = f"""
    SELECT held.id, user, host, time FROM (SELECT is_used_lock({NAME}) AS id) AS held
    LEFT JOIN information_schema.processlist AS process ON process.id = held.id
"""


class MySQLLock(DatabaseLock):
    """
    Ended by the server when this process ends, however that happens.
    """

    def connect(self) -> str:
        """
        Connect, learn the identity, and return what to warn of, which is nothing.
        """
        self._run(KEEP)
        self.identity = ("mysql", *self._run(IDENTITY)[0])
        return ""

    def try_acquire(self) -> bool:
        """
        Take it if nobody has it; never wait.
        """
        return self._run(TRY) == [(1,)]

    def holder(self) -> Holder:
        """
        Ask who holds it.
        """
        ((number, user, host, idle),) = self._run(HOLDER)
        if number is None:
            return NOBODY
        who = f"held by connection {number}"
        # A user without the privilege PROCESS is shown its own connections only.
        who = who if user is None else f"{who} {user}@{host}, idle for {idle}s"
        return Holder(who, f"KILL {number}")

    def _is_ours(self) -> bool:
        return self._run(OURS) == [(1,)]

    def _let_go(self) -> None:
        self._run(RELEASE)
