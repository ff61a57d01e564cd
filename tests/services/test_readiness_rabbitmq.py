"""
The readiness of a broker and of its workers, with a real RabbitMQ and the example's worker.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from heroku_support import Heroku
from heroku_support.health import configured
from heroku_support.health.checks import broker
from heroku_support.health.readiness import Readiness
from tests.formation import Formation
from tests.processes import Project
from tests.servers.rabbitmq import PASSWORD, RabbitMQServer
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.services

CHECKS = {"database": None, "cache": None, "key_value": None, "workers": {}}


@pytest.fixture
def variables(rabbitmq: RabbitMQServer) -> dict[str, str]:
    return {
        "CLOUDAMQP_URL": rabbitmq.url(),
        # As a dyno trusts the authority that CloudAMQP's certificates are from.
        "SSL_CERT_FILE": str(rabbitmq.authority),
    }


@pytest.fixture
def readiness(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Readiness]:
    monkeypatch.setenv("SSL_CERT_FILE", variables["SSL_CERT_FILE"])
    settings: Any = Heroku(variables, argv=[]).celery()
    with override_settings(
        **settings, HEROKU_SUPPORT_CHECKS=CHECKS, HEROKU_SUPPORT_CHECK_TIMEOUT=4
    ):
        yield Readiness(configured.checks(), timeout=10, ttl=0)
    broker.celery_app.cache_clear()


def outputs(readiness: Readiness) -> dict[str, str]:
    outcomes = readiness.check().report.outcomes
    return {each.name: each.output for each in outcomes}


def connections(rabbitmq: RabbitMQServer) -> int:
    return len(rabbitmq.control("list_connections", "pid").split())


def test_a_broker_without_a_worker_and_with_one(
    readiness: Readiness,
    variables: dict[str, str],
    example: Project,
    survey: Path,
    tmp_path: Path,
    rabbitmq: RabbitMQServer,
):
    alone = outputs(readiness)
    wait_until(lambda: connections(rabbitmq) == 0, timeout=30)
    formation = Formation.copy(example, tmp_path, survey, **variables)
    with formation.start("worker") as worker:
        worker.wait_for(" ready.")
        wait_until(lambda: not any(outputs(readiness).values()), timeout=30)

    assert alone == {
        "broker": "",
        "workers": "no worker answered: heroku ps:scale worker=1",
    }


def test_a_broker_that_freezes_is_told_in_time_and_heals(
    readiness: Readiness, rabbitmq: RabbitMQServer
):
    outputs(readiness)  # what is imported the first time takes its time
    readiness._timeout = 0.5
    os.killpg(rabbitmq.process.pid, signal.SIGSTOP)
    frozen = outputs(readiness)
    os.killpg(rabbitmq.process.pid, signal.SIGCONT)
    readiness._timeout = 10

    assert "no answer within" in frozen["broker"]
    wait_until(lambda: outputs(readiness)["broker"] == "", timeout=60)


def test_a_wrong_password_is_not_told(readiness: Readiness, rabbitmq: RabbitMQServer):
    wrong = "no-such-p4ssword"
    url = rabbitmq.url(tls=False).partition("@")[2]
    with override_settings(CELERY_BROKER_URL=f"amqp://hare:{wrong}@{url}"):
        broker.celery_app.cache_clear()
        found = outputs(readiness)

    assert found["broker"] and wrong not in found["broker"]
    assert PASSWORD not in found["broker"]
