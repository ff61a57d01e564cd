"""
Tasks of Celery: what is counted of them, in this process and in those of a real worker.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery, signals
from django.apps import apps
from kombu import pools

from heroku_support import Heroku
from heroku_support.metrics import catalogue, celery, layout
from heroku_support.metrics.layout import SLOT_WORDS, WORD
from heroku_support.metrics.recorder import Recorder
from heroku_support.metrics.tasks import Tasks
from tests.formation import Formation
from tests.metrics.recorders import private_recorder
from tests.metrics.sink import Sink, sink
from tests.processes import Project
from tests.servers.valkey import ValkeyServer
from tests.servers.waiting import wait_until

FAILING = """
@app.task(name="measured.fail", bind=True, max_retries=1)
def fail(self):
    raise self.retry(countdown=0, exc=ValueError("no"))
"""


@pytest.fixture
def slot() -> memoryview:
    return memoryview(bytearray(SLOT_WORDS * WORD)).cast("Q")


@pytest.mark.parametrize(
    ("state", "failures", "retries"),
    [("SUCCESS", 0, 0), ("FAILURE", 1, 0), ("RETRY", 0, 1), (None, 0, 0)],
)
def test_a_task_is_counted_with_how_it_ended_and_how_long_it_ran(
    slot: memoryview, state: str | None, failures: int, retries: int
):
    tasks = Tasks(lambda: slot)
    tasks.begin("a")
    tasks.end("a", state)
    counted = slot[layout.TASKS], slot[layout.TASK_FAILURES], slot[layout.TASK_RETRIES]

    assert counted == (1, failures, retries)
    assert sum(slot[layout.TASK + 1 : layout.UNCOUNTED]) == 1


def test_tasks_of_many_threads_are_all_counted(slot: memoryview):
    tasks = Tasks(lambda: slot)

    def work(name: int) -> None:
        for each in range(500):
            tasks.begin(f"{name}.{each}")
            tasks.end(f"{name}.{each}", "SUCCESS")

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert slot[layout.TASKS] == 2000


def test_a_second_try_that_begins_before_the_first_has_ended_is_counted(
    slot: memoryview,
):
    tasks = Tasks(lambda: slot)

    def again() -> None:
        tasks.begin("a")
        tasks.end("a", "SUCCESS")

    tasks.begin("a")
    thread = threading.Thread(target=again)
    thread.start()
    thread.join()
    tasks.end("a", "RETRY")

    assert (slot[layout.TASKS], slot[layout.TASK_RETRIES]) == (2, 1)


def test_a_task_of_the_parent_is_not_its_childs(slot: memoryview):
    tasks = Tasks(lambda: slot)
    tasks.begin("a")
    tasks.forget()
    tasks.end("a", "SUCCESS")

    assert slot[layout.TASKS] == 0


# --- Celery's signals ----------------------------------------------------------------------


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """
    A recorder of this process, where tests otherwise have none, that hears of tasks.
    """
    found = private_recorder()
    monkeypatch.setattr(celery, "current", lambda: found)
    yield found
    found.leave()


@pytest.fixture
def eager() -> Iterator[Celery]:
    """
    An app whose tasks run where they are called.
    """
    with Celery(set_as_current=False, broker="memory://") as app:
        app.conf.task_always_eager = True
        celery.connect()
        yield app
    for signal, receiver in [
        (signals.worker_process_init, celery._attach),
        (signals.worker_process_shutdown, celery._leave),
        (signals.task_prerun, celery._begin),
        (signals.task_postrun, celery._end),
    ]:
        signal.disconnect(receiver)


def test_tasks_that_call_others_are_counted_each(recorder: Recorder, eager: Celery):
    @eager.task
    def inner() -> None:
        raise ValueError

    @eager.task
    def outer() -> None:
        inner.delay()

    outer.delay()
    counted = recorder.snapshot().counters()

    assert (counted[catalogue.TASKS], counted[catalogue.TASK_FAILURES]) == (2, 1)


def test_a_process_of_a_pool_has_its_slot_from_its_start_to_its_end(
    recorder: Recorder, eager: Celery
):
    signals.worker_process_init.send(sender=None)
    found = recorder.slots()
    before = [is_alive for _, is_alive in found.used()]
    signals.worker_process_shutdown.send(sender=None, pid=os.getpid(), exitcode=0)

    assert before == [True]
    assert not next(found.used())[0][layout.OWNER]


def test_where_nothing_is_measured_tasks_run_all_the_same(eager: Celery):
    @eager.task
    def five() -> int:
        return 5

    signals.worker_process_init.send(sender=None)
    signals.worker_process_shutdown.send(sender=None, pid=1, exitcode=0)

    assert five.delay().get() == 5


def test_django_connects_where_celery_is_there_already(
    monkeypatch: pytest.MonkeyPatch,
):
    connected: list[int] = []
    monkeypatch.setattr(celery, "connect", lambda: connected.append(1))
    config: Any = apps.get_app_config("heroku_support")
    # Once more; the tests' own setup did not know of Celery.
    monkeypatch.setattr("heroku_support.apps.register", lambda *a, **k: None)
    monkeypatch.setattr("heroku_support.apps.pre_migrate.connect", lambda *a, **k: None)
    config.ready()
    monkeypatch.delitem(sys.modules, "celery.signals")
    config.ready()

    assert connected == [1]


# --- a real worker -------------------------------------------------------------------------


def test_a_worker_dyno_reports_its_tasks_as_a_web_dyno_its_requests(
    example: Project, survey: Path, tmp_path: Path, valkey: ValkeyServer
):
    valkey.ask("FLUSHALL")
    with sink() as server:
        formation = Formation.copy(
            example,
            tmp_path,
            survey,
            REDIS_URL=valkey.url(),
            HEROKU_METRICS_URL=server.url,
        )
        formation.configure(HEROKU_SUPPORT_METRICS_INTERVAL=1)
        with (formation.project.directory / "config" / "celery.py").open("a") as module:
            module.write(FAILING)
        with formation.start("worker") as worker:
            worker.wait_for(" ready.")
            run_tasks(formation)
            wait_until(lambda: server.total("django.tasks") >= 12, timeout=30)
            wait_until(lambda: gauge(server, "django.workers") == 2, timeout=30)
            status, _ = worker.stop()

    assert status == 0
    assert {name: server.total(f"django.{name}") for name in EXPECTED} == EXPECTED
    assert server.total("django.task.ms.sum") >= 10 * 10


EXPECTED = {
    "tasks": 12,
    "task.ms.count": 12,
    "tasks.retries": 1,
    "tasks.failures": 1,
    "worker.kills": 0,
    "requests": 0,
}


def run_tasks(formation: Formation) -> None:
    settings: Any = Heroku(formation.variables, argv=[]).celery()
    with Celery(set_as_current=False) as client:
        client.config_from_object(settings, namespace="CELERY", force=True)
        for number in range(10):
            client.send_task("measured.nap", args=(str(number), 0.01))
        client.send_task("measured.fail")
        client.backend.client.connection_pool.disconnect()
    pools.reset()


def gauge(server: Sink, name: str) -> float:
    return float(server.posts[-1].body["gauges"][name])
