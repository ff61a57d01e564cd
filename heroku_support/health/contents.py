"""
What the page says: who tells it, what the checks found, and how the last minutes were.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from django.utils.http import urlencode

from heroku_support.conf import conf
from heroku_support.dyno import Dyno
from heroku_support.health import charts, figures
from heroku_support.health.current import current as readiness
from heroku_support.health.report import Outcome
from heroku_support.health.scope import EVERY, Scope, find
from heroku_support.health.wording import SECOND, clock, duration
from heroku_support.metrics.current import current, take_overview
from heroku_support.metrics.overview import Identity, Overview

REFRESH = 5  # seconds
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


METRICS_OFF = Note(
    "Nothing is measured. In the settings:", "HEROKU_SUPPORT_METRICS = True"
)
EACH_FOR_ITSELF = Note(
    "Each process counts for itself here: this is the one that answered."
)


def contents(asked: str) -> dict[str, Any]:
    """
    Return the context of the template.

    :param asked: the name of the dyno to show; empty for all that are known.
    """
    dyno = Dyno.from_environ()
    pending = readiness().report()  # looks while the store is asked
    own = take_overview()
    scope = find(dyno, own, asked)
    report = pending.result()
    identity = Identity.of(dyno)
    return {
        "name": identity.app or "Health",
        "dyno": identity.dyno,
        "facts": _facts(identity),
        "status": report.status,
        "sign": SIGNS[report.status],
        "verdict": VERDICTS[report.status],
        "checks": [_check(each) for each in report.outcomes],
        "at": clock(time.time()),
        "refresh": _refresh(scope),
        "scope": scope.name,
        "problem": scope.problem,
        # Another dyno answers the same, but where this is about the one that does.
        "subject": "" if scope.dynos else identity.dyno,
        "figures": figures.figures(scope.shown) if scope.shown else [],
        "charts": figures.charts(scope.shown) if scope.shown else [],
        "columns": figures.COLUMNS,
        "dynos": [_row(each, is_shown=each is scope.shown) for each in scope.dynos],
        "notes": _notes(dyno, scope),
        "geometry": charts,
    }


def _refresh(scope: Scope) -> str:
    # Of other dynos there is nothing newer before.
    return f"{scope.shown.interval if scope.shown and scope.dynos else REFRESH:.0f}"


def _row(overview: Overview, *, is_shown: bool) -> dict[str, Any]:
    name = overview.identity.dyno
    return {
        "name": name or EVERY,
        "link": f"?{urlencode({'dyno': name})}" if name else "?",
        "release": overview.identity.release or charts.UNKNOWN,
        "cells": figures.row(overview),
        "is_shown": is_shown,
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
        "took": duration(outcome.seconds * SECOND),
        "at": clock(outcome.at.timestamp()),
        "output": outcome.output,
    }


def _notes(dyno: Dyno, scope: Scope) -> list[Note]:
    if not conf.HEROKU_SUPPORT_METRICS:
        return [METRICS_OFF]
    recorder = current()
    if recorder is None:
        return [Note(f"Nothing is measured in tests, nor in the phase {dyno.phase}.")]
    found = []
    if scope.shown and not scope.shown.series:
        within = f"within {scope.shown.interval:.0f} seconds"
        found.append(Note(f"The charts begin when an interval is over: {within}."))
    if not recorder.slots().is_shared:
        found.append(EACH_FOR_ITSELF)
    return found
