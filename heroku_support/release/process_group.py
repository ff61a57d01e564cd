"""
A command in a session of its own, all of which ends with this process, however that ends.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

# The command becomes the leader of the group. Beside it, something waits for the end of
# standard input, which comes when this process closes it or is killed, and kills the group.
# It is nobody's child, or a server that waits for its children would find one it never had.
SCRIPT = """
exec 3<&0 </dev/null
( (read -r _ <&3; kill -KILL -$$) & )
exec 3<&-
exec "$1" -c "$2"
"""
# For those that begin a session of their own, as honcho's processes do.
MARK = "HEROKU_SUPPORT_SMOKE"

SHELL = Path("/bin/sh")
PROC = Path("/proc")
GRACE = 5.0  # seconds from SIGTERM to SIGKILL; a dyno has 30
POLL = 0.02  # seconds
LOG_BYTES = 32 * 1024  # of the end of the log; its lines are longer than a terminal's


class ProcessGroup:
    """
    The command and all processes that it has started.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], log: IO[bytes], mark: str
    ) -> None:
        self._process = process
        self._log = log
        self._mark = f"{MARK}={mark}".encode()

    @property
    def status(self) -> int | None:
        """
        The exit status of the command; None while it runs.
        """
        return self._process.poll()

    def members(self) -> list[int]:
        """
        Return the processes that live, none where there is no ``/proc``.
        """
        numbers = (path.name for path in PROC.iterdir()) if PROC.is_dir() else ()
        return [
            int(number)
            for number in numbers
            if number.isdecimal() and self._is_member(PROC / number)
        ]

    def last_lines(self, count: int) -> list[str]:
        """
        Return the end of what they have printed.
        """
        end = self._log.seek(0, os.SEEK_END)
        begin = self._log.seek(max(0, end - LOG_BYTES))
        lines = self._log.read().decode(errors="replace").splitlines()
        # The first may be the rest of a line, and begin in the middle of a secret.
        whole = lines[1:] if begin else lines
        return [line for line in whole if line.strip()][-count:]

    def end(self) -> bool:
        """
        Send SIGTERM to each, as Heroku does, then SIGKILL; whether that was not needed.
        """
        try:
            self._send(signal.SIGTERM)
            return self._is_gone_within(GRACE)
        finally:
            self._send(signal.SIGKILL)
            self._is_gone_within(GRACE)

    def _is_member(self, process: Path) -> bool:
        try:
            # What stands before the parenthesis is the name, which may have spaces in it.
            stat = (process / "stat").read_bytes().rpartition(b")")[2].split()
            state, session = stat[0], int(stat[3])
            if state in b"ZX":
                return False
            # The mark can be gone: setproctitle writes over the environment.
            return session == self._process.pid or self._mark in (
                (process / "environ").read_bytes().split(b"\0")
            )
        except OSError:  # it has just ended, or is somebody else's
            return False

    def _send(self, number: signal.Signals) -> None:
        with suppress(OSError):  # they have all ended
            os.killpg(self._process.pid, number)
        for pid in self.members():
            with suppress(OSError):
                if os.getpgid(pid) != self._process.pid:
                    os.kill(pid, number)

    def _is_gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.status is None or self.members():
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL)
        return True


@contextmanager
def running(
    command: str, *, directory: Path, environment: Mapping[str, str]
) -> Iterator[ProcessGroup]:
    """
    Run a line of the shell, as Heroku does, and end all that came of it afterwards.
    """
    shell = shutil.which("bash", path=environment.get("PATH")) or str(SHELL)
    mark = secrets.token_hex(8)
    with (
        tempfile.TemporaryFile() as log,
        # Interrupted in here, it closes its end of standard input, and so does __exit__.
        subprocess.Popen(
            [SHELL, "-c", SCRIPT, "sh", shell, command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env={**environment, MARK: mark},
            start_new_session=True,
        ) as process,
    ):
        group = ProcessGroup(process, log, mark)
        try:
            yield group
        finally:
            group.end()
