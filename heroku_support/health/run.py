"""
One check at work, in a thread that may be left behind.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Protocol

from django.db import connections

from heroku_support.errors import CheckWarning
from heroku_support.health.report import FAIL, PASS, WARN, Outcome
from heroku_support.redaction import one_line
from heroku_support.scrubbing import redactor

logger = logging.getLogger(__name__)

LONGEST_OUTPUT = 500  # characters


class Check(Protocol):
    """
    Something the app needs; ``run`` raises when it cannot be used, and ``CheckWarning`` when
    that is no reason to take the app out of service.

    :param decides: whether the app is not ready without it; it is a warning otherwise.
    """

    name: str
    decides: bool

    def run(self) -> None:
        """
        Use it, in a thread of its own.
        """

    def abort(self) -> None:
        """
        Make a ``run`` that does not come back do so, if there is a way.
        """


class Run:
    """
    One check, running in a daemon thread.
    """

    def __init__(self, check: Check) -> None:
        self.check = check
        self.started = time.monotonic()
        self._ended: float | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._work, name=f"heroku_support {check.name}", daemon=True
        )
        self._thread.start()

    @property
    def alive(self) -> bool:
        """
        Whether the check has not come back yet.
        """
        return self._thread.is_alive()

    def outcome(self, deadline: float, *, late: bool = False) -> Outcome:
        """
        Wait for the check until the deadline, on the monotonic clock.

        :param late: it hung the last time: an answer now is no answer in time.
        """
        self._thread.join(max(0.0, deadline - time.monotonic()))
        seconds = (self._ended or time.monotonic()) - self.started
        failed = FAIL if self.check.decides else WARN
        if self.alive:
            self._abort()
        if self.alive or late:
            output = f"no answer within {seconds:.1f} s"
        elif self._error is None:
            return Outcome(self.check.name, PASS, seconds)
        else:
            output = told(self._error)
            if isinstance(self._error, CheckWarning):
                failed = WARN
        return Outcome(self.check.name, failed, seconds, output)

    def _abort(self) -> None:
        try:
            self.check.abort()
        except Exception:  # it is failing already, and the report must come
            logger.exception("readiness: %s cannot be aborted", self.check.name)

    def _work(self) -> None:
        try:
            self.check.run()
        except BaseException as error:  # whatever a check raises, it has failed
            self._error = error
        finally:
            self._ended = time.monotonic()
            # Those of this thread, which a project's own check may have opened.
            connections.close_all()


def told(error: BaseException) -> str:
    """
    Return what an exception says, on one line that is not too long, without secrets.
    """
    try:
        text = redactor().text(one_line(error))
    except Exception:  # a project's own class may say anything, or fail to
        text = type(error).__name__
    return text if len(text) <= LONGEST_OUTPUT else f"{text[:LONGEST_OUTPUT]}…"
