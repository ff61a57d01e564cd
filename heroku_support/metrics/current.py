"""
The recorder of this process, as the settings and the environment want it.
"""

from __future__ import annotations

import atexit
import logging
import os
import tempfile
import zlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from heroku_support import variables
from heroku_support.conf import conf
from heroku_support.dyno import Dyno, runs_tests
from heroku_support.metrics import slots
from heroku_support.metrics.errors import SlotsError
from heroku_support.metrics.exits import otlp
from heroku_support.metrics.exits.heroku import HerokuExit
from heroku_support.metrics.exits.l2met import L2metExit
from heroku_support.metrics.exits.otlp import OTLPExit
from heroku_support.metrics.exits.statsd import StatsdExit
from heroku_support.metrics.pusher import Exit, Pusher
from heroku_support.metrics.recorder import Recorder
from heroku_support.metrics.slots import Slots

logger = logging.getLogger(__name__)

# Where requests are served. Elsewhere nobody would read what is counted.
PHASES = ("local", "dyno")


@cache
def current() -> Recorder | None:
    """
    Return the recorder of this process and its children; None where nothing is measured.
    """
    dyno = Dyno.from_environ()
    if not conf.HEROKU_SUPPORT_METRICS or dyno.phase not in PHASES or runs_tests(dyno):
        return None
    recorder = make(dyno)
    atexit.register(recorder.leave)
    register_at_fork = getattr(os, "register_at_fork", None)  # not on Windows
    if register_at_fork:
        register_at_fork(after_in_child=recorder.forget)
    return recorder


def make(dyno: Dyno) -> Recorder:
    """
    Return a recorder for a dyno.
    """
    interval, quota = conf.HEROKU_SUPPORT_METRICS_INTERVAL, dyno.memory
    return Recorder(
        partial(open_slots, dyno),
        lambda found: Pusher(found, exits(dyno, found), interval=interval, quota=quota),
        port=dyno.port,
        interval=interval,
        quota=quota,
    )


def open_slots(dyno: Dyno) -> Slots:
    """
    Return the slots of the dyno; of this process, saying so, where it can share none.
    """
    try:
        folder = Path(tempfile.gettempdir())
        return slots.shared(folder, file_name(dyno), survives=dyno.is_heroku)
    except (SlotsError, OSError) as error:
        logger.warning("metrics: each process counts for itself: %s", error)
        return slots.private()


def file_name(dyno: Dyno) -> str:
    """
    Return a name that the processes of one dyno have in common, and those of no other.

    A dyno has its own disk; elsewhere several servers may run, each by a command of its own.
    """
    parts: tuple[object, ...] = (dyno.name, dyno.port)
    if not dyno.is_heroku:
        parts += (os.getcwd(), dyno.argv)
    return f"{dyno.name or 'local'}-{zlib.crc32(repr(parts).encode()):08x}".replace(
        "/", "_"
    )


def exits(dyno: Dyno, found: Slots) -> list[Exit]:
    """
    Return the ways to report that are set up; one that is set up wrongly is left out, saying so.
    """
    prefix = conf.HEROKU_SUPPORT_METRICS_PREFIX
    heroku_url = variables.text(dyno.vars, "HEROKU_METRICS_URL")
    collector = otlp.endpoint(dyno.vars)
    statsd = conf.HEROKU_SUPPORT_METRICS_STATSD
    wanted: list[tuple[object, Callable[[], Exit]]] = [
        (heroku_url, lambda: HerokuExit(heroku_url, prefix=prefix, slots=found)),
        (collector, lambda: OTLPExit(collector, prefix=prefix, dyno=dyno)),
        (statsd, lambda: StatsdExit(statsd, prefix=prefix)),
        (
            conf.HEROKU_SUPPORT_METRICS_L2MET,
            lambda: L2metExit(dyno.name or "local", prefix=prefix),
        ),
    ]
    made = (_made(make) for is_wanted, make in wanted if is_wanted)
    return [each for each in made if each]


def _made(make_exit: Callable[[], Exit]) -> Exit | None:
    try:
        return make_exit()
    except ValueError as error:
        logger.warning("metrics: %s", error)
        return None
