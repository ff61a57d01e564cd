"""
Where metrics are on, where they count, and which ways to report are set up.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from heroku_support.dyno import Dyno
from heroku_support.metrics import catalogue, current, slots
from tests.metrics.sink import sink


def dyno(*argv: str, **variables: str) -> Dyno:
    return Dyno.from_environ(variables, argv=argv or ["gunicorn"])


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    No recorder yet, and an environment that is the test's.
    """
    # It is made once a process, of which there are not enough for all these cases.
    registered: list[object] = []
    monkeypatch.setattr(current.atexit, "register", registered.append)
    monkeypatch.setattr(
        os, "register_at_fork", lambda **hooks: registered.append(hooks)
    )
    current.current.cache_clear()
    yield
    current.current.cache_clear()


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("argv", "variables", "is_on"),
    [
        (("gunicorn",), {"DYNO": "web.1"}, True),
        (("gunicorn",), {"DYNO": "web-12a34b56d-e78f9"}, True),
        (("manage.py", "runserver"), {}, True),
        (("gunicorn",), {"DYNO": "run.1"}, False),
        (("gunicorn",), {"DYNO": "release.1"}, False),
        (("gunicorn",), {"CI": "true", "DYNO": "web.1"}, False),
        (("manage.py", "collectstatic"), {}, False),
        (("manage.py", "test"), {}, False),
        (("pytest",), {}, False),
    ],
    ids=str,
)
def test_metrics_are_on_where_requests_are_served(
    argv: tuple[str, ...],
    variables: dict[str, str],
    is_on: bool,
    monkeypatch: pytest.MonkeyPatch,
):
    found = dyno(*argv, **variables)
    monkeypatch.setattr(current.Dyno, "from_environ", lambda: found)

    assert (current.current() is not None) is is_on
    assert current.current() is current.current()


@pytest.mark.usefixtures("fresh")
@override_settings(HEROKU_SUPPORT_METRICS=False)
def test_they_can_be_turned_off(monkeypatch: pytest.MonkeyPatch):
    found = dyno(DYNO="web.1")
    monkeypatch.setattr(current.Dyno, "from_environ", lambda: found)

    assert current.current() is None


@pytest.mark.usefixtures("fresh")
def test_windows_has_no_fork_to_prepare_for(monkeypatch: pytest.MonkeyPatch):
    found = dyno(DYNO="web.1")
    monkeypatch.setattr(current.Dyno, "from_environ", lambda: found)
    monkeypatch.delattr(os, "register_at_fork")

    assert current.current()


# --- the file ------------------------------------------------------------------------------


def test_processes_of_a_dyno_share_a_file_whatever_their_command():
    names = {
        current.file_name(dyno(*argv, DYNO="web.1", PORT="5000"))
        for argv in (("gunicorn",), ("celery", "worker"))
    }

    assert len(names) == 1


def test_servers_elsewhere_have_a_file_each_of_their_own():
    commands = (("manage.py", "runserver"), ("manage.py", "runserver", "8001"))
    names = {current.file_name(dyno(*argv)) for argv in commands}

    assert len(names) == 2
    assert all(name.startswith("local-") for name in names)


def test_a_strange_name_of_a_dyno_is_a_name_of_a_file():
    assert "/" not in current.file_name(dyno(DYNO="../../etc/passwd"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_file_is_in_the_temporary_folder(folder: Path):
    found = current.open_slots(dyno(DYNO="web.1"))
    (path,) = folder.iterdir()

    assert found.is_shared
    assert path.name.startswith(f"heroku-support-{os.geteuid()}-web.1-")


def test_without_a_file_each_process_counts_for_itself_and_the_log_says_so(
    folder: Path, caplog: pytest.LogCaptureFixture
):
    found = dyno(DYNO="web.1")
    (folder / f"heroku-support-{os.geteuid()}-{current.file_name(found)}").mkdir()
    opened = current.open_slots(found)

    assert not opened.is_shared
    assert "each process counts for itself" in caplog.text


# --- the ways out --------------------------------------------------------------------------


def names(**variables: str) -> list[str]:
    return [each.name for each in current.exits(dyno(**variables), slots.private())]


def test_nothing_leaves_unless_it_is_asked_to():
    assert names() == []
    assert names(OTEL_SERVICE_NAME="till") == []


@override_settings(
    HEROKU_SUPPORT_METRICS_STATSD="127.0.0.1:8125", HEROKU_SUPPORT_METRICS_L2MET=True
)
def test_each_way_is_on_where_it_is_asked_for():
    variables = {
        "HEROKU_METRICS_URL": "https://app.metrics.heroku.com/s3cret",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
    }

    assert names(**variables) == [
        *variables,
        "HEROKU_SUPPORT_METRICS_STATSD",
        "l2met",
    ]


@override_settings(HEROKU_SUPPORT_METRICS_STATSD="s3cret")
def test_what_is_set_up_wrongly_is_left_out_and_the_log_names_it(
    caplog: pytest.LogCaptureFixture,
):
    variables = {
        "HEROKU_METRICS_URL": "s3cret",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "ftp://s3cret",
    }
    with caplog.at_level(logging.WARNING):
        left = names(**variables)

    assert left == []
    assert [message.split()[1] for message in caplog.messages] == [
        *variables,
        "HEROKU_SUPPORT_METRICS_STATSD",
    ]
    assert "s3cret" not in caplog.text


@override_settings(HEROKU_SUPPORT_METRICS_PREFIX="shop")
def test_a_recorder_reports_as_it_is_set_up(folder: Path):
    with sink() as server:
        recorder = current.make(dyno(DYNO="web.1", HEROKU_METRICS_URL=server.url))
        requests = recorder.requests
        requests.end(requests.begin(None), 200)
        counted = recorder.snapshot().counters()[catalogue.REQUESTS]
        recorder.leave()
        (post,) = server.posts

    assert post.body["counters"]["shop.requests"] == counted == 1
