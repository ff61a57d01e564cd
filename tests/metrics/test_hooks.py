"""
The hooks of gunicorn where nothing is measured; tests/metrics/test_servers.py has the others.
"""

from __future__ import annotations

import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from heroku_support import gunicorn
from heroku_support.health.front import AccessLogFilter, WSGIFront


def test_a_worker_that_is_not_measured_is_served_by_the_front_all_the_same():
    log = logging.getLogger("tests.metrics.hooks")
    # A worker is not made without its server; these are all that the hook touches.
    worker: Any = SimpleNamespace(
        wsgi=lambda environ, start: [], log=SimpleNamespace(access_log=log)
    )
    gunicorn.post_worker_init(worker)
    gunicorn.worker_exit(None, worker)

    assert isinstance(worker.wsgi, WSGIFront)
    assert [type(each) for each in log.filters] == [AccessLogFilter]


def test_a_worker_without_django_has_nothing_to_report(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "heroku_support.metrics.current", raising=False)

    assert gunicorn.worker_exit(None, None) is None
