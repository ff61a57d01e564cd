"""
The readiness checks: deadlines, one run for all, and what is said of a failure.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from heroku_support.errors import CheckWarning
from heroku_support.health import answers
from heroku_support.health.readiness import Outcome, Readiness, Report
from tests.servers.waiting import wait_until

LONG = 60.0


@dataclass
class Probe:
    """
    A check that does what the test says, and counts.
    """

    name: str = "probe"
    error: BaseException | None = None
    released: threading.Event = field(default_factory=threading.Event)
    hangs: bool = False
    runs: int = 0
    aborted: int = 0
    decides: bool = True

    def run(self) -> None:
        self.runs += 1
        if self.hangs:
            self.released.wait(LONG)
        if self.error:
            raise self.error

    def abort(self) -> None:
        self.aborted += 1


def readiness(*checks: Any, timeout: float = 0.2, ttl: float = LONG) -> Readiness:
    return Readiness(checks, timeout=timeout, ttl=ttl)


def report(subject: Readiness) -> Report:
    return subject.report().result(timeout=10)


def test_it_passes_when_every_check_does():
    assert report(readiness(Probe("a"), Probe("b"))).passed


def test_without_checks_it_passes():
    assert report(readiness()).status == "pass"


def test_one_failure_fails_it_and_the_others_are_still_reported():
    found = report(readiness(Probe("a", error=RuntimeError("no")), Probe("b")))

    assert [(each.name, each.status) for each in found.outcomes] == [
        ("a", "fail"),
        ("b", "pass"),
    ]


@pytest.mark.parametrize(
    "error", [SystemExit(3), KeyboardInterrupt(), BaseException("odd"), ValueError()]
)
def test_whatever_a_check_raises_is_a_failure(error: BaseException):
    (outcome,) = report(readiness(Probe(error=error))).outcomes

    assert outcome.output == (str(error) or type(error).__name__)


def test_the_output_hides_passwords_and_is_one_line():
    error = RuntimeError("cannot reach\n  postgres://user:s3cret@host/name")
    (outcome,) = report(readiness(Probe(error=error))).outcomes

    assert outcome.output == "cannot reach postgres://user:***@host/name"


class Speechless(Exception):
    """
    An exception that cannot be shown.
    """

    def __str__(self) -> str:
        raise ValueError("no words")


def test_an_exception_that_cannot_be_shown_has_its_name():
    found = report(readiness(Probe("a", error=Speechless()), Probe("b"))).outcomes

    assert [each.output for each in found] == ["Speechless", ""]


def test_a_check_that_hangs_fails_at_the_deadline():
    probe = Probe(hangs=True)
    started = time.monotonic()
    (outcome,) = report(readiness(probe, Probe("other"), timeout=0.1)).outcomes[:1]
    probe.released.set()

    assert outcome.output == "no answer within 0.1 s"
    assert time.monotonic() - started < 2


def test_a_check_that_hangs_keeps_one_thread_and_is_told_to_stop():
    probe = Probe(hangs=True)
    subject = readiness(probe, timeout=0.01, ttl=0)
    before = threading.active_count()
    for _ in range(20):
        report(subject)
    wait_until(lambda: threading.active_count() <= before + 1, timeout=5)
    probe.released.set()

    assert (probe.runs, probe.aborted) == (1, 20)


def test_a_check_that_hung_is_asked_again_once_it_is_back():
    probe = Probe(hangs=True)
    subject = readiness(probe, timeout=0.01, ttl=0)
    report(subject)
    probe.hangs = False
    probe.released.set()
    wait_until(lambda: report(subject).passed, timeout=5)
    report(subject)

    assert probe.runs >= 2


def test_an_answer_that_comes_too_late_is_no_answer():
    probe = Probe(hangs=True)
    subject = readiness(probe, timeout=0.05, ttl=0)
    report(subject)
    threading.Timer(0.02, probe.released.set).start()
    late = readiness_without_waiting(subject)

    assert late.passed is False


def readiness_without_waiting(subject: Readiness) -> Report:
    """
    The report of a run that found the check still hanging.
    """
    subject._timeout = 5
    return report(subject)


@dataclass
class Unstoppable(Probe):
    """
    A check whose end cannot be brought about.
    """

    def abort(self) -> None:
        raise RuntimeError("no")


def test_a_check_that_cannot_be_aborted_still_gets_a_report():
    probe = Unstoppable(hangs=True)
    found = report(readiness(probe, timeout=0.01))
    probe.released.set()

    assert found.status == "fail"


def test_without_a_thread_to_be_had_it_fails_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
):
    # The system's own limit would take the test runner's threads as well.
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    subject = readiness(Probe(), ttl=0)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        (outcome,) = report(subject).outcomes

    assert outcome.output == "can't start new thread"
    assert report(subject).passed


def test_a_check_whose_thread_cannot_start_fails_the_report(
    monkeypatch: pytest.MonkeyPatch,
):
    original = threading.Thread.start

    def start(self: threading.Thread) -> None:
        if self.name == "heroku_support probe":
            raise RuntimeError("can't start new thread")
        original(self)

    monkeypatch.setattr(threading.Thread, "start", start)

    assert report(readiness(Probe())).status == "fail"


def test_four_hundred_at_once_are_answered_by_one_run():
    probe = Probe(hangs=True)
    subject = readiness(probe, timeout=0.5)
    with ThreadPoolExecutor(40) as pool:
        found = list(pool.map(lambda _: report(subject), range(400)))
    probe.released.set()

    assert probe.runs == 1
    assert {each.status for each in found} == {"fail"}


def test_within_its_time_a_report_is_given_out_again():
    probe = Probe()
    subject = readiness(probe, ttl=LONG)

    assert report(subject) is report(subject)


def test_after_its_time_the_checks_run_again():
    probe = Probe()
    subject = readiness(probe, ttl=0)
    report(subject)
    report(subject)

    assert probe.runs >= 2


def test_a_change_is_logged_once_and_not_each_probe(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, logger="heroku_support")
    probe = Probe(error=RuntimeError("gone"))
    subject = readiness(probe, ttl=0)
    for _ in range(5):
        report(subject)
    probe.error = None
    for _ in range(5):
        report(subject)

    assert [record.getMessage().strip() for record in caplog.records] == [
        "readiness: fail probe: gone",
        "readiness: pass",
    ]


# --- warnings ------------------------------------------------------------------------------


def test_a_check_that_does_not_decide_warns():
    found = report(readiness(Probe(error=ValueError("no"), decides=False), Probe("b")))

    assert [each.status for each in found.outcomes] == ["warn", "pass"]
    assert (found.status, found.passed) == ("warn", True)


def test_a_check_that_decides_may_warn():
    (outcome,) = report(readiness(Probe(error=CheckWarning("slow")))).outcomes

    assert (outcome.status, outcome.output) == ("warn", "slow")


def test_a_check_that_does_not_decide_and_hangs_warns():
    probe = Probe(hangs=True, decides=False)
    found = report(readiness(probe, timeout=0.01))
    probe.released.set()

    assert found.status == "warn"


def test_a_failure_outweighs_a_warning():
    found = report(
        readiness(Probe("a", error=CheckWarning()), Probe("b", error=ValueError()))
    )

    assert (found.status, found.passed) == ("fail", False)


def test_a_warning_is_logged_as_one(caplog: pytest.LogCaptureFixture):
    report(readiness(Probe(error=CheckWarning("slow"))))

    assert caplog.record_tuples == [
        ("heroku_support.health.readiness", logging.WARNING, TOLD)
    ]


TOLD = "readiness: warn probe: slow"


def test_a_warning_is_nobody_elses_business():
    found = report(readiness(Probe(error=CheckWarning("slow"))))
    anonymous, details = (answers.ready(found, details=each) for each in (False, True))

    assert (anonymous.status, anonymous.body) == (200, b'{"status":"pass"}')
    assert details.body.startswith(b'{"status":"warn","checks":{"probe":[{')


# --- while a report is made ----------------------------------------------------------------


def test_whoever_asks_first_waits_and_the_others_get_the_last_one():
    probe = Probe()
    subject = readiness(probe, timeout=LONG, ttl=0)
    last = report(subject)
    probe.hangs = True
    first, second = subject.report(), subject.report()
    waits = not first.done()
    probe.released.set()

    assert (waits, second.result(timeout=0)) == (True, last)
    assert first.result(timeout=10) is not last


def test_a_last_report_that_is_too_old_is_nobodys():
    probe = Probe()
    subject = readiness(probe, timeout=LONG, ttl=0)
    report(subject)
    subject._expires -= 2 * LONG
    probe.hangs = True
    first, second = subject.report(), subject.report()
    probe.released.set()

    assert first is second


def test_the_time_of_a_check_is_its_own():
    slow = Probe("slow", hangs=True)
    found = report(readiness(slow, Probe("quick"), timeout=0.3))
    slow.released.set()
    times = {each.name: each.seconds for each in found.outcomes}

    assert times["quick"] < 0.2 < times["slow"]


def test_a_long_output_is_cut():
    (outcome,) = report(readiness(Probe(error=ValueError("x" * 10_000)))).outcomes

    assert len(outcome.output) == 501


def test_the_output_hides_the_values_of_config_vars(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PAYMENTS_API_KEY", "sk-4e1243bd22c6")
    error = ValueError("no such key: sk-4e1243bd22c6")
    (outcome,) = report(readiness(Probe(error=error))).outcomes

    assert outcome.output == "no such key: ***"


def test_a_report_survives_being_written_down():
    found = Report([Outcome("a", "fail", 0.0125, "no"), Outcome("b", "pass", 1.0)])
    back = Report.from_dict(found.as_dict())

    assert back.as_dict() == found.as_dict()


def test_a_child_begins_anew():
    probe = Probe(hangs=True)
    subject = readiness(probe, timeout=LONG)
    subject.report()  # a thread that a child would not have
    subject.forget()
    probe.hangs = False

    assert report(subject).passed
    probe.released.set()


def test_the_anonymous_body_says_the_status_only():
    answer = answers.ready(
        report(readiness(Probe(error=ValueError("x")))), details=False
    )

    assert (answer.status, answer.body) == (503, b'{"status":"fail"}')
