"""
Heroku's own metrics: JSON to ``HEROKU_METRICS_URL``, whose path is a secret.

The protocol is that of heroku/agentmon (doc/design.md, reporter/heroku.go): counters are what
was counted since the last report, gauges the value of now.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from http import HTTPStatus

from heroku_support.metrics import frames
from heroku_support.metrics.errors import ExitError
from heroku_support.metrics.frames import Frame
from heroku_support.metrics.post import Target, post
from heroku_support.metrics.slots import Slots
from heroku_support.metrics.snapshot import SECOND, Snapshot

OLDEST = 240 * SECOND  # Heroku takes no measurements that are older than four minutes
# heroku-java-metrics-agent: they come from time to time, and are no error.
HARMLESS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS)


class HerokuExit:
    """
    Post to Heroku, and remember how far everything has arrived.
    """

    name = "HEROKU_METRICS_URL"

    def __init__(self, url: str, *, prefix: str, slots: Slots) -> None:
        self._target = Target.parse(self.name, url)
        self._prefix = prefix
        self._slots = slots

    def send(self, snapshot: Snapshot, deadline: float) -> None:
        """
        Post what was counted since the last post that was acknowledged.

        :raises ExitError: if it is not acknowledged now.
        """
        since = unacknowledged(self._slots, snapshot.frame)
        measurements = body(snapshot, since, self._prefix)
        status = post(
            self._target,
            json.dumps(measurements, separators=(",", ":"), allow_nan=False).encode(),
            _headers(snapshot.frame, sum(map(len, measurements.values()))),
            deadline=deadline,
        )
        if not 200 <= status < 300:
            raise ExitError(f"status {status}", quiet=status in HARMLESS)
        frames.acknowledge(self._slots, snapshot.frame)


def unacknowledged(slots: Slots, frame: Frame) -> Frame:
    """
    Return the frame from which on nothing was acknowledged, or the oldest that counts.
    """
    acknowledged = frames.acknowledged(slots)
    if frame.monotonic - acknowledged.monotonic <= OLDEST:
        return acknowledged
    kept = frames.latest(slots)
    recent = [each for each in kept if frame.monotonic - each.monotonic <= OLDEST]
    return recent[-1] if recent else frame


def body(
    snapshot: Snapshot, since: Frame | None, prefix: str
) -> dict[str, dict[str, float]]:
    """
    Return the measurements as Heroku wants them.
    """
    return {
        "counters": {
            metric.dotted(prefix): metric.in_milliseconds(value)
            for metric, value in snapshot.counters(since).items()
        },
        "gauges": {
            metric.dotted(prefix): metric.in_milliseconds(value)
            for metric, value in snapshot.gauges().items()
        },
    }


def _headers(frame: Frame, count: int) -> dict[str, str]:
    at = datetime.fromtimestamp(frame.wall / SECOND, timezone.utc)
    return {
        "Content-Type": "application/json",
        "Measurements-Count": str(count),
        "Measurements-Time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
