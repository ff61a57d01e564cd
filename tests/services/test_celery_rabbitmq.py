"""
The example's worker with a real RabbitMQ, over TLS, as with CloudAMQP.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu import Connection, pools

from heroku_support import Heroku
from tests.formation import Formation
from tests.processes import Project
from tests.servers.rabbitmq import VIRTUAL_HOST, RabbitMQServer
from tests.servers.valkey import ValkeyBehindTLS
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.services

READY = " ready."
SMALLEST_PLAN = 20  # connections of CloudAMQP's shared plans


@pytest.fixture
def formation(
    example: Project, survey: Path, tmp_path: Path, rabbitmq: RabbitMQServer
) -> Formation:
    with Connection(rabbitmq.url(tls=False)) as connection:
        connection.default_channel.queue_delete("celery")
    return Formation.copy(
        example,
        tmp_path,
        survey,
        CLOUDAMQP_URL=rabbitmq.url(),
        # As a dyno trusts the authority that CloudAMQP's certificates are from.
        SSL_CERT_FILE=str(rabbitmq.authority),
    )


@pytest.fixture
def client(formation: Formation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Celery]:
    """
    A program that sends tasks.
    """
    monkeypatch.setenv("SSL_CERT_FILE", formation.variables["SSL_CERT_FILE"])
    settings: Any = Heroku(formation.variables, argv=[]).celery()
    with Celery(set_as_current=False) as app:
        app.config_from_object(settings, namespace="CELERY", force=True)
        yield app
    pools.reset()  # they outlive the program, and know queues that the next test deletes


def send(client: Celery, *tasks: tuple[str, float]) -> None:
    for task in tasks:
        client.send_task("measured.nap", args=task)


def test_a_task_runs_through_rabbitmq(formation: Formation, client: Celery):
    with formation.start("worker") as worker:
        send(client, ("sent", 0))
        worker.wait_for("succeeded in")

    assert formation.journal == ["start sent", "end sent"]


def test_a_result_comes_back_through_the_store(
    formation: Formation, valkey_tls: ValkeyBehindTLS, client: Celery
):
    formation.variables["REDIS_URL"] = valkey_tls.url
    with formation.start("worker") as worker:
        send(client, ("kept", 0))
        worker.wait_for("succeeded in")
        (key,) = valkey_tls.server.ask("KEYS", "celery-task-meta-*")

    assert "kept" in valkey_tls.server.ask("GET", key)


def test_a_broker_that_nobody_vouches_for_is_refused(formation: Formation):
    del formation.variables["SSL_CERT_FILE"]
    with formation.start("worker") as worker:
        worker.wait_for("CERTIFICATE_VERIFY_FAILED")


def test_a_stopped_worker_finishes_short_tasks_and_gives_back_long_ones(
    formation: Formation, client: Celery
):
    with formation.start("worker") as worker:
        send(client, ("short", 1), ("long", 60))
        wait_until(lambda: len(formation.journal) == 2, timeout=30)
        status, seconds = worker.stop()
    journal = sorted(formation.journal)
    with formation.start("worker", 2):
        wait_until(lambda: formation.journal.count("start long") == 2, timeout=30)

    assert (status, seconds < 15) == (0, True)
    assert journal == ["end short", "start long", "start short"]
    assert formation.journal.count("start short") == 1


def test_a_worker_outlives_its_broken_connections(
    formation: Formation, client: Celery, rabbitmq: RabbitMQServer
):
    with formation.start("worker") as worker:
        worker.wait_for(READY)
        rabbitmq.control("close_all_connections", "-p", VIRTUAL_HOST, "the test")
        worker.wait_for("Connected to", times=2)
        send(client, ("healed", 0))
        wait_until(lambda: "end healed" in formation.journal, timeout=30)


def test_a_web_a_worker_and_a_beat_fit_the_smallest_plan(
    formation: Formation, client: Celery, rabbitmq: RabbitMQServer
):
    with formation.start("beat") as beat, formation.start("worker") as worker:
        worker.wait_for(READY)
        beat.wait_for("Sending due task")
        send(client, *[(f"{number}", 0) for number in range(4)])
        wait_until(lambda: "end 3" in formation.journal, timeout=30)
        connections = rabbitmq.control("list_connections", "pid").split()

    # The web dyno has two processes, each with one connection, as the client here.
    assert len(connections) + 1 <= SMALLEST_PLAN
