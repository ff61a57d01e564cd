"""
What the steps of one release share.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heroku_support.dyno import Dyno
from heroku_support.release.errors import ReleaseError
from heroku_support.release.output import Output
from heroku_support.release.report import Report

if TYPE_CHECKING:
    from heroku_support.release.lock import ReleaseLock


@dataclass
class Release:
    """
    One run of the release phase, or of one of its commands.

    Times are in seconds.

    :param stage: ``review``, ``staging``, ``production``, or ``""`` where nobody said.
    :param candidates: the aliases that may be released to.
    :param databases: those of them that are there, once the database step has looked.
    :param lock: while it is held.
    :param unsafe: what to do about unsafe migrations: ``warn``, ``fail`` or ``off``.
    :param full: leave nothing out because nothing is pending.
    :param deadline: on ``time.monotonic()``'s clock; Heroku itself ends a release after an hour.
    :param stopped: why it must end, once a signal said so.
    """

    dyno: Dyno
    stage: str
    output: Output
    candidates: tuple[str, ...]
    lock_wait: float
    wait_for_database: float
    deadline: float
    unsafe: str = "warn"
    full: bool = False
    databases: list[str] = field(default_factory=list)
    lock: ReleaseLock | None = None
    stopped: ReleaseError | None = None
    report: Report = field(default_factory=Report)

    @property
    def name(self) -> str:
        """
        Who this is, for the database and for those who wait.
        """
        version = self.dyno.release_version or self.dyno.name or self.dyno.phase
        # Postgres cuts names at 63 bytes, and more is added to this one.
        return f"heroku_release {version}"[:40]

    @property
    def seconds_left(self) -> float:
        """
        Until the deadline, never less than 0.
        """
        return max(0.0, self.deadline - time.monotonic())

    def go_on(self) -> None:
        """
        Look whether it may, before something begins that takes time.

        :raises ReleaseError: if a signal said that it must end, and nobody heard it: Python
            drops what a handler raises within a callback of its own.
        """
        if self.stopped:
            raise self.stopped

    def log(self, text: str) -> None:
        """
        Tell something.
        """
        self.output.line(text)

    def warn(self, text: str) -> None:
        """
        Tell something that somebody should look into, and keep it for the report.
        """
        self.report.warnings.append(text)
        self.output.warning(f"warning: {text}")
