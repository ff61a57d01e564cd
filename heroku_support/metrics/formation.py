"""
All dynos of an app, by way of its Key-Value Store: each leaves its overview there, for a while.

Nothing else depends on it. It takes one connection a dyno, for as long as one post takes: small
plans have few of them.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from heroku_support import variables
from heroku_support.dyno import Dyno
from heroku_support.errors import ConfigError
from heroku_support.metrics import document, overview
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.overview import Overview
from heroku_support.metrics.patience import Patience
from heroku_support.metrics.slots import Slots
from heroku_support.metrics.snapshot import Snapshot
from heroku_support.redaction import one_line
from heroku_support.settings import Record, find_library
from heroku_support.settings.key_value import CERTIFICATE, key_value_url

if TYPE_CHECKING:
    from redis import Redis

PREFIX = "heroku_support:formation"
KEPT = 3  # intervals; who reports no more is gone after them
# Seconds for everything, so that the next report of the others is in time.
TIMEOUT = 2.0
COMPRESSION = 1  # zlib's quickest; a third of the size is left
NO_STORE = (
    "No Key-Value Store is attached, by which dynos know of each other."
    " Fix: heroku addons:create heroku-redis"
)
NO_LIBRARY = (
    "redis-py, which asks the Key-Value Store, is not installed."
    " Fix: pip install 'django-heroku-support[redis]'"
)


class FormationExit:
    """
    Leave this dyno's overview in the store.
    """

    name = "Key-Value Store"

    def __init__(self, url: str, *, dyno: Dyno, slots: Slots, interval: float) -> None:
        self._url = url
        self._dyno = dyno
        self._slots = slots
        self._interval = interval
        self._patience = Patience()

    def send(self, snapshot: Snapshot, deadline: float) -> None:
        """
        Replace what this dyno has left there before.

        :raises ExitError: if the store does not answer in time.
        """
        found = overview.take(self._slots, self._dyno, interval=self._interval)
        # A dyno that is restarted has the name of the one before, which may still be there.
        name = f"{found.identity.dyno}:{snapshot.begun.wall:x}"
        work = partial(leave, self._url, name, found)
        self._patience.wait_for(work, min(deadline, time.monotonic() + TIMEOUT))


def attach(dyno: Dyno, slots: Slots, interval: float) -> FormationExit | None:
    """
    Return the exit of a dyno that has a store, None where redis-py is not installed.

    :raises ValueError: if the store's URL is none.
    """
    if not find_library("redis"):
        return None
    try:
        url = store_url(dyno)
    except ConfigError as error:
        raise ValueError(error.problems[0].line) from None
    return FormationExit(url, dyno=dyno, slots=slots, interval=interval)


def store_url(dyno: Dyno) -> str:
    """
    Return the URL of the store, empty where there is none.

    The certificate is pinned where the app has it in a config var, as for the other helpers.

    :raises ConfigError: if it is malformed.
    """
    is_pinned = bool(variables.text(dyno.vars, CERTIFICATE))
    return key_value_url(Record(dyno), "pin" if is_pinned else "none")


def leave(url: str, name: str, found: Overview) -> None:
    """
    Leave an overview in the store, under a name that is its dyno's.
    """
    now, kept = time.time(), found.interval * KEPT
    index, key = _index(found.identity.app), _key(found.identity.app, name)
    written = zlib.compress(document.dump(found).encode(), COMPRESSION)
    with _connect(url, TIMEOUT) as store, store.pipeline() as transaction:
        transaction.set(key, written, px=round(kept * 1000))
        transaction.zadd(index, {name: now + kept})
        transaction.zremrangebyscore(index, 0, now)
        transaction.pexpire(index, round(kept * 1000))
        transaction.execute()


def read(dyno: Dyno, *, timeout: float = TIMEOUT) -> list[Overview]:
    """
    Return the overviews of all dynos of the app that report, ordered by their names.

    :param timeout: seconds for everything.
    :raises ShowError: if there is no store, or it does not answer.
    """
    try:
        url = store_url(dyno)
    except ConfigError as error:
        raise ShowError(error.problems[0].line) from None
    if not url:
        raise ShowError(NO_STORE)
    if not find_library("redis"):
        raise ShowError(NO_LIBRARY)
    try:
        deadline = time.monotonic() + timeout
        work = partial(_read, url, dyno.app_name, timeout)
        return Patience().wait_for(work, deadline)
    except Exception as error:  # of redis-py, of the network, of the store
        reason = one_line(error)
    raise ShowError(f"{FormationExit.name}: {reason}")


def _read(url: str, app: str | None, timeout: float) -> list[Overview]:
    with _connect(url, timeout) as store:
        names = store.zrangebyscore(_index(app), time.time(), "+inf")
        keys = [_key(app, name.decode()) for name in names]
        written = store.mget(keys) if keys else []
    found = [each for text in written if text for each in _overview(text)]
    return sorted(found, key=by_name)


def _overview(written: bytes) -> Iterator[Overview]:
    try:
        yield document.load(zlib.decompress(written))
    except (ValueError, zlib.error):  # a dyno of another release
        pass


def by_name(found: Overview) -> tuple[str, int, str, float]:
    """
    Return what dynos are ordered by: ``web.2`` before ``web.10``, and an older one before its
    successor.
    """
    name = found.identity.dyno or ""
    number = name.rpartition(".")[2]
    counted = int(number) if number.isdecimal() else 0
    return found.identity.process_type or "", counted, name, found.at


def _connect(url: str, timeout: float) -> Redis:
    # Here: it is large, and only the process that reports needs it.
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis.from_url(
        url,
        single_connection_client=True,
        socket_connect_timeout=timeout,
        socket_timeout=timeout,
        retry=Retry(NoBackoff(), 0),
    )


def _index(app: str | None) -> str:
    return f"{PREFIX}:{app or ''}"


def _key(app: str | None, name: str) -> str:
    return f"{_index(app)}:{name}"
