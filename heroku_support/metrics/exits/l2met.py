"""
One line an interval in the log, in the convention of l2met, which log drains read.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from heroku_support.metrics.catalogue import Metric
from heroku_support.metrics.snapshot import Snapshot

logger = logging.getLogger(__name__)


class L2metExit:
    """
    Write the line.

    :param source: who it is about, the dyno's name.
    """

    name = "l2met"

    def __init__(self, source: str, *, prefix: str) -> None:
        self._source = source
        self._prefix = prefix

    def send(self, snapshot: Snapshot, deadline: float) -> None:
        """
        Log the line.
        """
        logger.info("%s", line(snapshot, source=self._source, prefix=self._prefix))


def line(snapshot: Snapshot, *, source: str, prefix: str) -> str:
    """
    Return the line: counters of the last interval, gauges of now.
    """
    told: dict[str, Mapping[Metric, float]] = {
        "count": snapshot.in_interval(),
        "sample": snapshot.gauges(),
    }
    pairs = [
        f"{word}#{metric.dotted(prefix)}={metric.in_milliseconds(value)!r}"
        for word, metrics in told.items()
        for metric, value in metrics.items()
    ]
    return " ".join([f"source={source}", *pairs])
