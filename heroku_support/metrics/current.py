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
from typing import TYPE_CHECKING, Any

from heroku_support import addons, variables
from heroku_support.conf import conf
from heroku_support.dyno import Dyno, runs_tests
from heroku_support.metrics import slots
from heroku_support.metrics.errors import SlotsError
from heroku_support.metrics.recorder import Recorder
from heroku_support.metrics.slots import Slots

if TYPE_CHECKING:
    from heroku_support.metrics.overview import Overview
    from heroku_support.metrics.pusher import Exit, Pusher

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
    return Recorder(
        partial(open_slots, dyno),
        partial(make_pusher, dyno),
        port=dyno.port,
        interval=conf.HEROKU_SUPPORT_METRICS_INTERVAL,
        quota=dyno.memory,
    )


def make_pusher(dyno: Dyno, found: Slots) -> Pusher:
    """
    Return what reports for a dyno.
    """
    # In the thread: nobody waits for it.
    from heroku_support.metrics.pusher import Pusher

    interval, quota = conf.HEROKU_SUPPORT_METRICS_INTERVAL, dyno.memory
    return Pusher(found, exits(dyno, found), interval=interval, quota=quota)


def take_overview() -> Overview | None:
    """
    Return how this dyno is and was in the last minutes; None where nothing is measured.
    """
    recorder = current()
    if recorder is None:
        return None
    from heroku_support.metrics import overview  # few processes are asked for it

    interval = conf.HEROKU_SUPPORT_METRICS_INTERVAL
    return overview.take(recorder.slots(), Dyno.from_environ(), interval=interval)


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

    What is not set up is not imported: most processes of a project have at most one of them.
    """
    made = (_made(each, dyno, found) for each in MAKERS)
    return [each for each in made if each]


def _made(make_exit: Callable[[Dyno, Slots], Exit | None], *facts: Any) -> Exit | None:
    try:
        return make_exit(*facts)
    except ValueError as error:
        logger.warning("metrics: %s", error)
        return None


def _heroku(dyno: Dyno, found: Slots) -> Exit | None:
    url = variables.text(dyno.vars, "HEROKU_METRICS_URL")
    if not url:
        return None
    from heroku_support.metrics.exits.heroku import HerokuExit

    return HerokuExit(url, prefix=conf.HEROKU_SUPPORT_METRICS_PREFIX, slots=found)


def _otlp(dyno: Dyno, found: Slots) -> Exit | None:
    if not any(name.startswith("OTEL_") for name in dyno.vars):
        return None
    from heroku_support.metrics.exits import otlp

    collector = otlp.endpoint(dyno.vars)
    if not collector:
        return None
    prefix = conf.HEROKU_SUPPORT_METRICS_PREFIX
    return otlp.OTLPExit(collector, prefix=prefix, dyno=dyno)


def _statsd(dyno: Dyno, found: Slots) -> Exit | None:
    server = conf.HEROKU_SUPPORT_METRICS_STATSD
    if not server:
        return None
    from heroku_support.metrics.exits.statsd import StatsdExit

    return StatsdExit(server, prefix=conf.HEROKU_SUPPORT_METRICS_PREFIX)


def _l2met(dyno: Dyno, found: Slots) -> Exit | None:
    if not conf.HEROKU_SUPPORT_METRICS_L2MET:
        return None
    from heroku_support.metrics.exits.l2met import L2metExit

    return L2metExit(dyno.name or "local", prefix=conf.HEROKU_SUPPORT_METRICS_PREFIX)


def _formation(dyno: Dyno, found: Slots) -> Exit | None:
    # A developer may have the app's own store in a .env file.
    is_on = dyno.is_heroku and conf.HEROKU_SUPPORT_METRICS_FORMATION
    if not (is_on and addons.first(dyno.vars, addons.KEY_VALUE_STORE)):
        return None
    from heroku_support.metrics import formation

    return formation.attach(dyno, found, conf.HEROKU_SUPPORT_METRICS_INTERVAL)


# The store last: the others need not wait for it.
MAKERS = (_heroku, _otlp, _statsd, _l2met, _formation)
