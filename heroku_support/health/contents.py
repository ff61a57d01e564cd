"""
What the page says: who tells it, what the checks found, and how the last minutes were.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from heroku_support.conf import conf
from heroku_support.dyno import Dyno
from heroku_support.health import charts, figures
from heroku_support.health.checks import default_checks
from heroku_support.health.figures import clock, duration
from heroku_support.health.readiness import Outcome, Readiness
from heroku_support.metrics.current import PHASES, current, take_overview
from heroku_support.metrics.overview import Identity, Overview

REFRESH = "5"  # seconds
VERDICTS = {"pass": "Ready", "warn": "Ready, with warnings", "fail": "Not ready"}
SIGNS = {"pass": "✓", "warn": "!", "fail": "✕"}
COMMIT = 10  # characters of it that are told


class Fact(NamedTuple):
    """
    Something about the dyno; ``whole`` is what the value was cut from.
    """

    name: str
    value: str
    whole: str = ""


class Note(NamedTuple):
    """
    Why there is less to see than there could be, and the line that changes it.
    """

    text: str
    code: str = ""


def contents() -> dict[str, Any]:
    """
    Return the context of the template.
    """
    dyno = Dyno.from_environ()
    identity = Identity.of(dyno)
    report = _readiness().report().result()
    overview = take_overview()
    now = time.time()
    return {
        "name": identity.app or "Health",
        "identity": identity,
        "facts": _facts(identity),
        "status": report.status,
        "sign": SIGNS[report.status],
        "verdict": VERDICTS[report.status],
        "checks": [_check(each) for each in report.outcomes],
        "at": clock(now),
        "refresh": REFRESH,
        **_metrics(overview),
        "notes": _notes(dyno, overview),
        "geometry": charts,
    }


def _metrics(overview: Overview | None) -> dict[str, Any]:
    if overview is None:
        return {"figures": [], "charts": []}
    return {
        "figures": figures.figures(overview),
        "charts": figures.charts(overview),
    }


def _facts(identity: Identity) -> list[Fact]:
    commit = identity.commit or ""
    found = (
        Fact("Dyno", identity.dyno or ""),
        Fact("Release", identity.release or ""),
        Fact("Commit", commit[:COMMIT], commit),
        Fact("Stage", conf.HEROKU_SUPPORT_STAGE),
    )
    return [fact for fact in found if fact.value]


def _check(outcome: Outcome) -> dict[str, str]:
    return {
        "name": outcome.name,
        "status": outcome.status,
        "sign": SIGNS[outcome.status],
        "took": duration(outcome.seconds * figures.SECOND),
        "at": clock(outcome.at.timestamp()),
        "output": outcome.output,
    }


def _notes(dyno: Dyno, overview: Overview | None) -> Sequence[Note]:
    if not conf.HEROKU_SUPPORT_METRICS:
        return [
            Note(
                "Nothing is measured. In the settings:", "HEROKU_SUPPORT_METRICS = True"
            )
        ]
    recorder = current()
    if recorder is None or overview is None:
        where = " and ".join(PHASES)
        return [
            Note(
                f"Nothing is measured in tests, nor in the phase {dyno.phase}: only in {where}."
            )
        ]
    found = []
    if not overview.series:
        found.append(
            Note(f"The first point comes within {overview.interval:g} seconds.")
        )
    if not recorder.slots().is_shared:
        found.append(
            Note("Each process counts for itself here: this is the one that answered.")
        )
    return found


@cache
def _readiness() -> Readiness:
    return Readiness(
        default_checks(),
        timeout=conf.HEROKU_SUPPORT_CHECK_TIMEOUT,
        ttl=conf.HEROKU_SUPPORT_CHECK_TTL,
    )
