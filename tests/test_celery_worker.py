"""
The example's worker and beat, by the lines of its Procfile, with a Valkey behind TLS.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu import pools
from kombu.exceptions import OperationalError

from heroku_support import Heroku
from heroku_support.settings.celery import SOFT_SHUTDOWN
from tests.formation import Formation
from tests.processes import EXAMPLE, Project
from tests.servers.valkey import ValkeyBehindTLS
from tests.servers.waiting import wait_until

READY, AWAY = " ready.", "Trying again in"
# In the format of LOGGING, which Celery would replace with its own.
LOGGED = "level=INFO logger=places.tasks request_id=- Answer"
SMALLEST_PLAN = (
    20  # connections (Dev Center, "Heroku Key-Value Store Technical Characterization")
)

ANSWER = """
from django.test import Client
headers = {"host": "survey.herokuapp.com", "x-forwarded-proto": "https"}
response = Client(headers=headers).post(
    "/places/%s/", {"rating": 4, "works": "Watches at https://watches.example"}
)
assert response.status_code == 302, response
"""


def test_the_example_has_exactly_one_beat():
    formation = json.loads((EXAMPLE / "app.json").read_text())["formation"]
    procfile = (EXAMPLE / "Procfile").read_text()

    assert formation["beat"]["quantity"] == 1
    assert not re.search(r"worker.* (-B|--beat)", procfile)


@pytest.fixture
def formation(
    example: Project, survey: Path, tmp_path: Path, valkey_tls: ValkeyBehindTLS
) -> Formation:
    return Formation.copy(example, tmp_path, survey, REDIS_URL=valkey_tls.url)


@pytest.fixture
def client(formation: Formation) -> Iterator[Celery]:
    """
    A program that sends tasks, with the settings of a web dyno.
    """
    settings: Any = Heroku(formation.variables, argv=[]).celery()
    with Celery(set_as_current=False) as app:
        app.config_from_object(settings, namespace="CELERY", force=True)
        yield app
        app.backend.result_consumer.stop()
        app.backend.client.connection_pool.disconnect()
    pools.reset()  # they outlive the program


def send(client: Celery, *tasks: tuple[str, float]) -> list[Any]:
    return [client.send_task("measured.nap", args=task) for task in tasks]


def wait_until_known(formation: Formation, tasks: int) -> None:
    """
    Wait until tasks have started and the worker's main process has heard of it.

    Celery (5.7) does not give back a task whose start it is being told of when SIGTERM comes;
    it waits for the task's end, and SIGKILL ends that.
    """
    wait_until(lambda: len(formation.journal) == tasks, timeout=30)
    time.sleep(0.5)


def test_an_answer_is_checked_by_a_worker_that_hears_of_it_over_tls(
    formation: Formation, tmp_path: Path
):
    database = sqlite3.connect(tmp_path / "db.sqlite3")
    (slug,) = database.execute("SELECT slug FROM places_place LIMIT 1").fetchone()
    with formation.start("worker") as worker:
        sent = formation.project.manage(
            "shell", "-c", ANSWER % slug, **formation.variables
        )
        assert sent.returncode == 0, sent.stderr
        worker.wait_for("waits for the city team")
        worker.wait_for("succeeded in")
        lines = worker.output.splitlines()

    newest = "SELECT is_published FROM places_answer ORDER BY id DESC LIMIT 1"
    assert database.execute(newest).fetchone() == (0,)
    assert any(line.startswith(LOGGED) for line in lines)
    database.close()


def test_a_result_comes_back(formation: Formation, client: Celery):
    with formation.start("worker") as worker:
        worker.wait_for(READY)
        (result,) = send(client, ("back", 0))

        assert result.get(timeout=20) == "back"


def test_a_stopped_worker_finishes_short_tasks_and_gives_back_long_ones(
    formation: Formation, client: Celery
):
    with formation.start("worker") as worker:
        send(client, ("short", 2), ("long", 60))
        wait_until_known(formation, 2)
        status, seconds = worker.stop()
    journal = sorted(formation.journal)
    with formation.start("worker", 2):
        wait_until(lambda: formation.journal.count("start long") == 2, timeout=30)

    assert (status, seconds < 15) == (0, True)
    assert journal == ["end short", "start long", "start short"]
    assert formation.journal.count("start short") == 1


@pytest.mark.long
def test_a_worker_that_is_told_twice_loses_nothing(
    formation: Formation, client: Celery
):
    with formation.start("worker") as worker:
        send(client, ("long", 60))
        wait_until_known(formation, 1)
        worker.terminate()
        worker.wait_for("Soft Shutdown")
        status, seconds = worker.stop()
    with formation.start("worker", 2):
        wait_until(lambda: formation.journal.count("start long") == 2, timeout=30)

    assert (status, seconds < 15) == (0, True)


@pytest.mark.long
def test_the_shipped_shutdown_ends_before_sigkill_comes(
    formation: Formation, client: Celery
):
    formation.configure(CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT=SOFT_SHUTDOWN)
    with formation.start("worker") as worker:
        send(client, ("long", 60))
        wait_until_known(formation, 1)
        status, seconds = worker.stop()

    assert (status, seconds < 28) == (0, True)


def test_a_periodic_task_runs_once_a_tick_however_many_workers_there_are(
    formation: Formation,
):
    with ExitStack() as stack:
        workers = [stack.enter_context(formation.start("worker", n)) for n in (1, 2)]
        for worker in workers:
            worker.wait_for(READY)
        beat = stack.enter_context(formation.start("beat"))
        beat.wait_for("Sending due task", times=3)
        beat.stop()
        # It says so before it sends, and may have been stopped between.
        sent = beat.output.count("Sending due task")
        wait_until(lambda: len(formation.journal) >= sent - 1)
        for worker in workers:
            worker.stop()

    assert sent - 1 <= len(formation.journal) <= sent


def test_a_worker_outlives_a_store_that_is_away_and_broken_connections(
    formation: Formation, client: Celery, valkey_tls: ValkeyBehindTLS
):
    proxy = valkey_tls.proxy
    proxy.refuse()
    with formation.start("worker") as worker:
        worker.wait_for(AWAY)
        proxy.heal()
        worker.wait_for(READY)
        times = worker.output.count(AWAY)
        proxy.refuse()
        proxy.reset()
        worker.wait_for(AWAY, times=times + 1)
        proxy.heal()
        send(client, ("healed", 0))
        wait_until(lambda: "end healed" in formation.journal, timeout=30)


@pytest.mark.long
def test_a_request_does_not_wait_for_a_frozen_store_until_the_router_gives_up(
    client: Celery, valkey_tls: ValkeyBehindTLS
):
    valkey_tls.proxy.blackhole()
    begin = time.monotonic()
    try:
        with pytest.raises((OperationalError, RuntimeError)):
            send(client, ("never", 0))
        seconds = time.monotonic() - begin
    finally:
        valkey_tls.proxy.heal()

    assert seconds < 25


def test_a_web_a_worker_and_a_beat_fit_the_smallest_plan(
    formation: Formation, client: Celery, valkey_tls: ValkeyBehindTLS
):
    proxy = valkey_tls.proxy
    with formation.start("beat") as beat, formation.start("worker") as worker:
        worker.wait_for(READY)
        beat.wait_for("Sending due task")
        results = send(client, *[(f"{number}", 0) for number in range(8)])
        most = proxy.connections
        for result in results:
            result.get(timeout=20)
            most = max(most, proxy.connections)
    # The web dyno has two processes as well, each with what the client here has: a connection
    # to send by, one to wait for results, one to read them.
    assert most + 3 <= SMALLEST_PLAN
