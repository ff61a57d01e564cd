"""
``RQ_QUEUES``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
import rq
from django_rq.queues import get_redis_connection

from heroku_support.errors import ConfigError
from tests.servers.waiting import wait_until
from tests.settings.places import EVERYWHERE, WEB, heroku, problem_of

URL = "rediss://:S3cr3t@h:6380"
QUERY = "socket_connect_timeout=2&socket_timeout=2&ssl_cert_reqs=none"
LOCAL_URL = "redis://localhost:6379"
LONGER_THAN_THE_TIMEOUT = 3  # seconds

WORKER = """
import json, os
from django.conf import settings
settings.configure(
    RQ_QUEUES=json.loads(os.environ["QUEUES"]), INSTALLED_APPS=["django_rq"]
)
import django
django.setup()
from django_rq import get_worker
get_worker("default").work()
"""


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_without_a_store_it_is_this_machines(environ):
    settings = heroku(environ)

    assert settings.rq_queues() == {"default": {"URL": LOCAL_URL}}
    assert settings.decisions[0].why.startswith("no Key-Value Store")


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_the_timeouts_are_in_the_url(environ):
    settings = heroku(environ, REDIS_URL=URL)

    assert settings.rq_queues() == {"default": {"URL": f"{URL}/?{QUERY}"}}
    assert settings.decisions[0].why == "TLS: the certificate is not checked"
    assert "S3cr3t" not in repr(settings.decisions)


def test_each_queue_has_its_entry():
    queues = heroku(WEB, REDIS_URL=URL).rq_queues("high", "low")

    assert list(queues) == ["high", "low"]
    assert queues["high"] == queues["low"]
    assert queues["high"] is not queues["low"]


def test_a_list_of_queues_is_a_problem():
    problem = problem_of(heroku(WEB, REDIS_URL=URL).rq_queues, ["high", "low"])

    assert problem.fix == 'heroku.rq_queues("high", "default")'


def test_a_list_of_queues_leaves_the_default_one_in_a_with_block():
    with pytest.raises(ConfigError), heroku(WEB, REDIS_URL=URL) as settings:
        queues = settings.rq_queues(["high", "low"])

    assert list(queues) == ["default"]


def test_timeouts_of_the_url_win():
    queues = heroku(WEB, REDIS_URL=f"{URL}?socket_timeout=9").rq_queues()

    assert "socket_timeout=9" in queues["default"]["URL"]
    assert "socket_timeout=2" not in queues["default"]["URL"]


def test_a_problem_leaves_a_harmless_queue():
    settings = heroku(WEB, REDIS_URL="nonsense")
    settings.record.collecting = True

    assert settings.rq_queues() == {"default": {"URL": LOCAL_URL}}


@contextmanager
def worker(queues) -> Iterator[subprocess.Popen[bytes]]:
    environ = {**os.environ, "QUEUES": json.dumps(queues)}
    command = [sys.executable, "-W", "ignore", "-c", WORKER]
    with subprocess.Popen(command, env=environ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=10)


def longest_wait(server) -> int:
    """
    For how many seconds a worker has waited for a job.
    """
    waiting = ("blmove", "blpop")
    clients = server.client().client_list()
    return max((int(c["idle"]) for c in clients if c["cmd"] in waiting), default=0)


def test_a_worker_without_jobs_lives_on(valkey_tls):
    queues = heroku(WEB, REDIS_URL=valkey_tls.url).rq_queues()

    with get_redis_connection(queues["default"]) as connection, worker(queues):
        wait_until(
            lambda: longest_wait(valkey_tls.server) >= LONGER_THAN_THE_TIMEOUT,
            timeout=30,
        )
        job = rq.Queue(connection=connection).enqueue(len, "four")
        wait_until(lambda: job.get_status(refresh=True) == "finished", timeout=20)

        assert job.return_value() == 4


def test_a_frozen_store_does_not_hold_who_has_a_job(valkey_tls):
    queues = heroku(WEB, REDIS_URL=valkey_tls.url).rq_queues()

    with get_redis_connection(queues["default"]) as connection:
        valkey_tls.server.freeze()
        try:
            with pytest.raises(redis.TimeoutError):
                rq.Queue(connection=connection).enqueue(len, "four")
        finally:
            valkey_tls.server.thaw()
