"""
Run the readiness checks: each against a deadline, one run for all who ask meanwhile, in whichever
process of the dyno.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from heroku_support.health.board import Board, Posted
from heroku_support.health.report import FAIL, PASS, WARN, Outcome, Report
from heroku_support.health.run import Check, Run, told

__all__ = ["Check", "Outcome", "Readiness", "Report"]

logger = logging.getLogger(__name__)

# Seconds: between two looks whether another process is done, and how long after the deadline
# it is taken to be stopped.
PAUSE, GRACE = 0.01, 0.25
LEVELS = {PASS: logging.INFO, WARN: logging.WARNING, FAIL: logging.ERROR}


def nowhere() -> Board | None:
    """
    Return no board: a process of its own.
    """
    return None


class Readiness:
    """
    The checks of one process, and the latest report.

    A check that hangs keeps one thread busy, however often it is asked for.

    :param timeout: seconds until a check that has not answered has failed.
    :param ttl: seconds for which a report is given out again.
    :param board: returns where the processes of the dyno share their report, if they do.
    """

    def __init__(
        self,
        checks: Sequence[Check],
        *,
        timeout: float,
        ttl: float,
        board: Callable[[], Board | None] = nowhere,
    ) -> None:
        self._checks = checks
        self._timeout = timeout
        self._ttl = ttl
        self._find_board = board
        self.forget()

    def forget(self) -> None:
        """
        Begin anew, in a child: the threads that are at work are its parent's.
        """
        self._lock = threading.Lock()
        self._board: Board | None = None
        self._report: Future[Report] | None = None
        self._last: Future[Report] | None = None
        self._expires = 0.0
        self._hanging: dict[str, Run] = {}
        self._status = PASS

    def report(self) -> Future[Report]:
        """
        Return the report, or the one that is being made; done at the deadline at the latest.

        Whoever asks first waits for it. Others meanwhile get the last one, unless it is older
        than the deadline as well: probes must not keep all threads of a server waiting.
        """
        with self._lock:
            current, now = self._report, time.monotonic()
            if current and not current.done():
                is_recent = now < self._expires + self._timeout
                return self._last if self._last and is_recent else current
            if current and now < self._expires:
                return current
            self._last = current
            report: Future[Report] = Future()
            self._report = report
            # Running, so that a client who leaves cannot cancel it for the others.
            report.set_running_or_notify_cancel()
        self._start(report)
        return report

    def _start(self, report: Future[Report]) -> None:
        """
        Take what another process has found, else have it found out.
        """
        prober = threading.Thread(
            target=self._probe,
            args=(report,),
            name="heroku_support readiness",
            daemon=True,
        )
        try:
            self._board = self._board or self._find_board()
            if posted := self._posted():
                self._finish(report, posted)
            else:
                prober.start()
        except Exception as error:  # no thread to be had, no memory to share
            self._finish(report, _failed("threads", error))

    def _probe(self, report: Future[Report]) -> None:
        try:
            found = self._find_out()
        except Exception as error:  # whatever it is, those who wait must get an answer
            found = _failed("readiness", error)
        self._finish(report, found)

    def _find_out(self) -> Posted:
        began, board = time.monotonic(), self._board
        if board is None:
            return self.check()
        while not board.take():  # another process is at it
            if posted := self._posted(since=began):
                return posted
            if time.monotonic() > began + self._timeout + GRACE:
                return self.check()  # it is stopped, and must not stop this one
            time.sleep(PAUSE)
        try:
            posted = self._posted(since=began)
            if posted is None:
                posted = self.check()
                board.post(posted)
            return posted
        finally:
            board.free()

    def _posted(self, *, since: float | None = None) -> Posted | None:
        """
        Return what a process of this dyno has found, if it is young enough.

        :param since: what was found after this is, however short its time.
        """
        posted = self._board.latest() if self._board else None
        if posted is None:
            return None
        self._status = posted.report.status
        is_new = since is not None and posted.made >= since
        is_young = time.monotonic() < posted.made + self._ttl
        return posted if is_new or is_young else None

    def _finish(self, report: Future[Report], found: Posted) -> None:
        self._expires = found.made + self._ttl
        self._log_change(found.report)
        report.set_result(found.report)

    def check(self) -> Posted:
        """
        Run the checks now and here, and wait for them until the deadline.
        """
        deadline = time.monotonic() + self._timeout
        hanging = {name for name, run in self._hanging.items() if run.alive}
        runs = [self._run(check) for check in self._checks]
        outcomes = [
            run.outcome(deadline, late=run.check.name in hanging) for run in runs
        ]
        self._hanging = {run.check.name: run for run in runs if run.alive}
        return Posted(Report(outcomes), time.monotonic())

    def _run(self, check: Check) -> Run:
        hanging = self._hanging.get(check.name)
        return hanging if hanging and hanging.alive else Run(check)

    def _log_change(self, report: Report) -> None:
        if report.status == self._status:
            return
        self._status = report.status
        found = [
            f"{each.name}: {each.output}" for each in report.outcomes if each.output
        ]
        logger.log(
            LEVELS[report.status],
            "readiness: %s %s",
            report.status,
            "; ".join(found),
        )


def _failed(name: str, error: Exception) -> Posted:
    return Posted(Report([Outcome(name, FAIL, 0.0, told(error))]), time.monotonic())
