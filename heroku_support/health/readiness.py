"""
Run the readiness checks: each against a deadline, one run for all who ask meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Protocol

from heroku_support.redaction import one_line

logger = logging.getLogger(__name__)


class Check(Protocol):
    """
    Something the app needs; ``run`` raises when it cannot be used.
    """

    name: str

    def run(self) -> None:
        """
        Use it, in a thread of its own.
        """

    def abort(self) -> None:
        """
        Make a ``run`` that does not come back do so, if there is a way.
        """


@dataclass(frozen=True)
class Outcome:
    """
    What one check found; ``output`` is empty when it passed.
    """

    name: str
    status: str  # "pass" or "fail"
    seconds: float
    output: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))


@dataclass(frozen=True)
class Report:
    """
    What all checks found.
    """

    outcomes: Sequence[Outcome]

    @property
    def passed(self) -> bool:
        """
        Whether every check passed.
        """
        return all(outcome.status == "pass" for outcome in self.outcomes)

    @property
    def status(self) -> str:
        """
        ``pass`` or ``fail``.
        """
        return "pass" if self.passed else "fail"


class Run:
    """
    One check, running in a daemon thread.
    """

    def __init__(self, check: Check) -> None:
        self.check = check
        self.started = time.monotonic()
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
        seconds = time.monotonic() - self.started
        if self.alive:
            self._abort()
        if self.alive or late:
            output = f"no answer within {seconds:.1f} s"
        elif self._error is None:
            return Outcome(self.check.name, "pass", seconds)
        else:
            output = one_line(self._error)
        return Outcome(self.check.name, "fail", seconds, output)

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


class Readiness:
    """
    The checks of one process, and the latest report.

    A check that hangs keeps one thread busy, however often it is asked for.

    :param timeout: seconds until a check that has not answered has failed.
    :param ttl: seconds for which a report is given out again.
    """

    def __init__(self, checks: Sequence[Check], *, timeout: float, ttl: float) -> None:
        self._checks = checks
        self._timeout = timeout
        self._ttl = ttl
        self._lock = threading.Lock()
        self._report: Future[Report] | None = None
        self._expires = 0.0
        self._hanging: dict[str, Run] = {}
        self._passed = True

    def report(self) -> Future[Report]:
        """
        Return the report, or the one that is being made; done at the deadline at the latest.
        """
        with self._lock:
            current = self._report
            if current and not (current.done() and time.monotonic() >= self._expires):
                return current
            report: Future[Report] = Future()
            self._report = report
            # Running, so that a client who leaves cannot cancel it for the others.
            report.set_running_or_notify_cancel()
        self._start(report)
        return report

    def _start(self, report: Future[Report]) -> None:
        prober = threading.Thread(
            target=self._probe,
            args=(report,),
            name="heroku_support readiness",
            daemon=True,
        )
        try:
            prober.start()
        except RuntimeError as error:  # no thread to be had
            self._finish(
                report, Report([Outcome("threads", "fail", 0.0, one_line(error))])
            )

    def _probe(self, report: Future[Report]) -> None:
        deadline = time.monotonic() + self._timeout
        try:
            hanging = {name for name, run in self._hanging.items() if run.alive}
            runs = [self._run(check) for check in self._checks]
            outcomes = [
                run.outcome(deadline, late=run.check.name in hanging) for run in runs
            ]
            self._hanging = {run.check.name: run for run in runs if run.alive}
        except Exception as error:  # whatever it is, those who wait must get an answer
            outcomes = [Outcome("readiness", "fail", 0.0, one_line(error))]
        self._finish(report, Report(outcomes))

    def _finish(self, report: Future[Report], found: Report) -> None:
        self._expires = time.monotonic() + self._ttl
        self._log_change(found)
        report.set_result(found)

    def _run(self, check: Check) -> Run:
        hanging = self._hanging.get(check.name)
        return hanging if hanging and hanging.alive else Run(check)

    def _log_change(self, report: Report) -> None:
        if report.passed == self._passed:
            return
        self._passed = report.passed
        failed = [
            f"{each.name}: {each.output}" for each in report.outcomes if each.output
        ]
        logger.log(
            logging.INFO if report.passed else logging.ERROR,
            "readiness: %s %s",
            report.status,
            "; ".join(failed),
        )
