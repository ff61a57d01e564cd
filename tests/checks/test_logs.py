"""
The checks of LOGGING; the silent cases first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils.log import AdminEmailHandler, RequireDebugTrue

from heroku_support.checks import logs
from tests.settings.places import KEY, WEB, heroku

MADE = heroku({**WEB, **KEY}).logging()
Attach = Callable[..., None]
Configure = Callable[[Any], None]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Configure:
    """
    Return what sets LOGGING; not by override_settings, by which Django 6.1 opens the files.
    """
    return partial(monkeypatch.setattr, settings, "LOGGING")


@pytest.fixture
def attach(monkeypatch: pytest.MonkeyPatch) -> Attach:
    """
    Return what gives Django's logger its handlers, and takes away pytest's.
    """

    def attached(*handlers: logging.Handler) -> None:
        logger = logging.getLogger("django")
        monkeypatch.setattr(logger, "handlers", list(handlers))
        monkeypatch.setattr(logger, "propagate", False)

    return attached


def to_file(path: Any, *, kind: str = "logging.FileHandler") -> dict[str, Any]:
    """
    Return ``LOGGING`` with one handler.
    """
    return {"version": 1, "handlers": {"file": {"class": kind, "filename": path}}}


# --- W019 ----------------------------------------------------------------------------------


def test_a_file_is_fine_locally(log: Configure):
    log(to_file("debug.log"))

    assert logs.check_files() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "value", [{}, MADE, to_file("/dev/stdout"), to_file("/proc/1/fd/1")]
)
def test_what_logplex_reads_is_fine(log: Configure, value: dict[str, Any]):
    log(value)

    assert logs.check_files() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "kind",
    [
        "logging.FileHandler",
        "logging.handlers.RotatingFileHandler",
        "logging.handlers.TimedRotatingFileHandler",
        "logging.handlers.WatchedFileHandler",
    ],
)
def test_a_file_on_the_dyno_is_a_warning(log: Configure, kind: str):
    log(to_file("debug.log", kind=kind))

    assert logs.check_files() == [logs.W019]


# --- W020 ----------------------------------------------------------------------------------


def test_nothing_is_asked_of_the_log_locally(attach: Attach):
    attach(AdminEmailHandler())

    assert logs.check_output() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_a_handler_that_writes_is_fine(attach: Attach):
    attach(AdminEmailHandler(), logging.StreamHandler())

    assert logs.check_output() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_pythons_handler_of_last_resort_is_fine(attach: Attach):
    attach()

    assert logs.check_output() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_the_roots_handler_writes_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(logging.getLogger("django"), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.StreamHandler()])

    assert logs.check_output() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(DEBUG=True)
def test_djangos_handlers_write_with_debug(attach: Attach):
    attach(AdminEmailHandler())

    assert logs.check_output() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_djangos_own_handlers_are_a_warning(attach: Attach):
    console = logging.StreamHandler()
    console.addFilter(RequireDebugTrue())
    attach(console, AdminEmailHandler(), logging.NullHandler())

    assert logs.check_output() == [logs.W020]


# --- I002 ----------------------------------------------------------------------------------


def test_request_ids_are_for_dynos(log: Configure):
    log(to_file("debug.log"))

    assert logs.check_request_id() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "value",
    [
        {},
        None,
        MADE,
        {"filters": {"correlation_id": {}}},
        {"formatters": {"json": {"()": "structlog.stdlib.ProcessorFormatter"}}},
    ],
)
def test_lines_with_an_id_are_fine(log: Configure, value: Any):
    log(value)

    assert logs.check_request_id() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_lines_without_an_id_are_worth_knowing(log: Configure):
    log(to_file("/dev/stdout"))

    assert logs.check_request_id() == [logs.I002]
