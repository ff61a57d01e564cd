"""
The checks of Celery's settings; the silent cases first.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from celery import Celery
from django.test import override_settings

from heroku_support.checks import celery
from tests.checks.test_checks import run_all
from tests.settings.places import KEY, WEB, heroku

STORE = "rediss://:secret@store.example.com:6380"
EAGER = {"CELERY_BROKER_URL": "memory://", "CELERY_TASK_ALWAYS_EAGER": True}


@pytest.fixture
def in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Run in a project that has imported Celery.
    """
    monkeypatch.setitem(sys.modules, "celery", ModuleType("celery"))


@pytest.fixture
def unused(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Run in a project that has not, though these tests have.
    """
    monkeypatch.delitem(sys.modules, "celery", raising=False)


@pytest.mark.usefixtures("in_use")
@override_settings(**EAGER)
def test_tasks_at_once_are_fine_locally():
    assert run_all(celery) == []


@pytest.mark.usefixtures("on_a_dyno", "unused")
@override_settings(**EAGER, CELERY_RESULT_BACKEND="cache+memory://")
def test_settings_that_nobody_reads_are_fine():
    assert run_all(celery) == []


@pytest.mark.usefixtures("on_a_dyno", "in_use")
@pytest.mark.parametrize("variable", ["REDIS_URL", "CLOUDAMQP_URL"])
def test_what_the_helper_makes_is_fine(variable: str):
    url = STORE if variable == "REDIS_URL" else "amqps://u:p@mq.example.com/v"
    made = heroku({**WEB, **KEY}, **{variable: url}).celery()
    with override_settings(**made):
        assert run_all(celery) == []


# --- E008 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"CELERY_RESULT_BACKEND": None},
        {"CELERY_RESULT_BACKEND": "django-db"},
        {"CELERY_RESULT_BACKEND": "redis://localhost"},
        {"CELERY_RESULT_BACKEND": f"{STORE}?ssl_cert_reqs=none"},
        {
            "CELERY_RESULT_BACKEND": STORE,
            "CELERY_REDIS_BACKEND_USE_SSL": {"ssl_cert_reqs": 0},
        },
    ],
)
def test_result_backends_that_celery_takes_are_fine(settings: dict[str, Any]):
    with override_settings(**settings):
        assert celery.check_result_backend() == []


@override_settings(CELERY_RESULT_BACKEND=STORE)
def test_a_result_backend_that_celery_refuses_is_an_error_everywhere():
    assert celery.check_result_backend() == [celery.E008]
    with pytest.raises(ValueError, match="ssl_cert_reqs"):
        _ = Celery(backend=STORE).backend


# --- W010, W011, W022 ----------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno", "in_use")
@pytest.mark.parametrize(
    "settings", [EAGER, {**EAGER, "CELERY_BROKER_URL": "amqps://mq.example.com"}]
)
def test_tasks_that_whoever_asked_waits_for_are_a_warning(settings: dict[str, Any]):
    with override_settings(**settings):
        assert run_all(celery) == [celery.W010]


@pytest.mark.usefixtures("on_a_dyno", "in_use")
@pytest.mark.parametrize("url", ["memory://", "filesystem://"])
def test_tasks_that_reach_no_worker_are_a_warning(url: str):
    with override_settings(CELERY_BROKER_URL=url):
        assert run_all(celery) == [celery.W022]


@pytest.mark.usefixtures("on_a_dyno", "unused")
@pytest.mark.parametrize("app", celery.APPS)
def test_an_app_of_celerys_is_use_as_well(install: Any, app: str):
    install(app, **EAGER)

    assert celery.check_eager() == [celery.W010]


@pytest.mark.usefixtures("on_a_dyno", "in_use")
def test_results_on_one_dyno_are_a_warning():
    with override_settings(CELERY_RESULT_BACKEND="file:///tmp/results"):
        assert run_all(celery) == [celery.W011]

    with override_settings(CELERY_RESULT_BACKEND=None):
        assert run_all(celery) == []
