"""
Celery's signals, by which the processes of a worker count their tasks.

Where a pool has processes, each has a slot; where it has threads, the worker itself has one.
"""

from __future__ import annotations

from typing import Any

from celery import signals

from heroku_support.metrics.current import current


def connect() -> None:
    """
    Hear of each task, and of each process that a pool begins and ends.
    """
    signals.worker_process_init.connect(_attach)
    signals.worker_process_shutdown.connect(_leave)
    signals.task_prerun.connect(_begin)
    signals.task_postrun.connect(_end)


def _attach(**kwargs: Any) -> None:
    if recorder := current():
        recorder.attach()


def _leave(**kwargs: Any) -> None:
    if recorder := current():
        recorder.leave()


def _begin(task_id: str, **kwargs: Any) -> None:
    if recorder := current():
        recorder.tasks.begin(task_id)


def _end(task_id: str, state: str | None = None, **kwargs: Any) -> None:
    if recorder := current():
        recorder.tasks.end(task_id, state)
