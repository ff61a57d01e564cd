"""
The checks of migrations, storage, disk, memory and queue time; and django-health-check's own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable, ServiceWarning

from heroku_support import own_connection
from heroku_support.dyno import MEGABYTE
from heroku_support.health import configured
from heroku_support.health.checks import disk, memory, migrations, queue_time, storage
from heroku_support.health.readiness import Readiness
from heroku_support.metrics import catalogue, frames, layout
from heroku_support.metrics.recorder import Recorder
from tests.metrics.recorders import private_recorder

QUOTA = 512 * MEGABYTE


def found(**checks: Any) -> tuple[str, str]:
    """
    The status and the output of the only check.
    """
    none = dict.fromkeys(("database", "cache", "key_value", "broker"))
    with override_settings(HEROKU_SUPPORT_CHECKS={**none, **checks}):
        readiness = Readiness(configured.checks(), timeout=10, ttl=0)
        (outcome,) = readiness.check().report.outcomes
    return outcome.status, outcome.output


# --- migrations ----------------------------------------------------------------------------


@pytest.fixture
def applied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """
    A database, as a cursor, in which four migrations were applied: all that there are.
    """
    names = [(app, f"000{number}") for app in ("auth", "shop") for number in (1, 2)]
    entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db")}
    databases = ConnectionHandler({"default": entry})
    for module in (own_connection, migrations):
        monkeypatch.setattr(module, "connections", databases)
    monkeypatch.setattr(migrations, "_on_disk", lambda: set(names))
    own = databases["default"]
    MigrationRecorder(own).ensure_schema()
    with own.cursor() as cursor:
        sql = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, 0)"
        cursor.executemany(sql, names)
        yield cursor
    own.close()


@pytest.mark.django_db
@pytest.mark.usefixtures("applied")
def test_with_all_migrations_applied_it_passes():
    assert found(migrations={}) == ("pass", "")


@pytest.mark.django_db
def test_pending_migrations_warn_with_their_names(applied: Any):
    applied.execute(
        "DELETE FROM django_migrations WHERE app = 'shop' AND name = '0002'"
    )

    assert found(migrations={}) == ("warn", "pending: shop.0002")


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["DELETE FROM", "DROP TABLE"])
def test_of_many_pending_migrations_some_are_named(applied: Any, sql: str):
    applied.execute(f"{sql} django_migrations")

    assert found(migrations={"aliases": ["default"]}) == (
        "warn",
        "pending: auth.0001, auth.0002, shop.0001 and 1 more",
    )


@pytest.mark.django_db
def test_the_apps_own_connection_is_left_alone(applied: Any):
    with CaptureQueriesContext(connection) as captured:
        migrations.look("default")

    assert not captured.captured_queries


@pytest.mark.django_db
def test_the_migrations_of_a_real_project_are_read():
    assert found(migrations={}) == ("pass", "")


# --- storage -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    backend = "django.core.files.storage.FileSystemStorage"
    entry = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "media")}}
    with override_settings(STORAGES={"default": entry}):
        yield tmp_path / "media"


def test_a_storage_is_asked_and_nothing_is_written(folder: Path):
    assert (found(storage={}), folder.exists()) == (("pass", ""), False)


def test_a_storage_that_is_written_to_keeps_nothing(folder: Path):
    assert found(storage={"writable": True}) == ("pass", "")
    assert list(folder.iterdir()) == []


def test_a_storage_that_cannot_be_written_to_warns(folder: Path):
    folder.write_text("no folder")
    status, output = found(storage={"writable": True})

    assert (status, output[:8]) == ("warn", str(folder)[:8])


class Mistaken(InMemoryStorage):
    """
    A storage that gives out another file.
    """

    def _save(self, name: str, content: Any) -> str:
        content.seek(0)
        content.truncate()
        saved: str = super()._save(name, content)
        return saved


def test_a_storage_with_another_content_warns():
    entry = {"BACKEND": f"{__name__}.Mistaken"}
    with override_settings(STORAGES={"default": entry}):
        status, output = found(storage={"writable": True})

    assert (status, output) == ("warn", "what was stored is not there")


class Unreachable(FileSystemStorage):
    """
    A storage whose service is away.
    """

    def exists(self, name: str) -> bool:
        raise ConnectionError(f"{storage.NAME} cannot be looked for")


def test_a_storage_that_does_not_answer_warns():
    entry = {"BACKEND": f"{__name__}.Unreachable"}
    with override_settings(STORAGES={"default": entry}):
        assert found(storage={})[0] == "warn"


# --- disk ----------------------------------------------------------------------------------


def test_a_disk_with_room_passes(tmp_path: Path):
    assert found(disk={"path": str(tmp_path), "below": 0.001}) == ("pass", "")


def test_a_disk_without_warns(tmp_path: Path):
    free = shutil.disk_usage(tmp_path).free / MEGABYTE
    status, output = found(disk={"path": str(tmp_path), "below": free * 2})

    assert status == "warn"
    assert output.endswith(f"MB are free, less than {free * 2:.0f}")


def test_the_disk_for_temporary_files_is_looked_at():
    disk.find("disk", below=0)[0].run()


# --- memory and queue time -----------------------------------------------------------------


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """
    A recorder of this process, where tests otherwise have none.
    """
    found = private_recorder(quota=QUOTA)
    for module in (memory, queue_time):
        monkeypatch.setattr(module, "current", lambda: found)
    yield found
    found.leave()


@pytest.mark.parametrize(
    ("used", "options", "expected"),
    [
        (0.80, {}, ("pass", "")),
        (0.90, {}, ("warn", "90% are used: 461 of 512 MB")),
        (0.90, {"above": 0.95}, ("pass", "")),
        (0.98, {"decides": True}, ("fail", "98% are used: 502 of 512 MB")),
    ],
)
def test_memory_is_enough_below_85_percent_of_the_quota(
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    used: float,
    options: dict[str, Any],
    expected: tuple[str, str],
):
    gauges = {
        catalogue.MEMORY_USAGE: used,
        catalogue.MEMORY_USED: used * QUOTA,
        catalogue.MEMORY_QUOTA: QUOTA,
    }
    # A test cannot fill a dyno's memory.
    snapshot = SimpleNamespace(gauges=lambda: gauges)
    monkeypatch.setattr(recorder, "snapshot", lambda: snapshot)

    assert found(memory=options) == expected


def test_memory_as_it_is_measured_passes(recorder: Recorder):
    assert found(memory={}) == ("pass", "")


def test_queue_time_is_the_p95_of_the_last_interval(recorder: Recorder):
    slot = recorder.attach()
    waited = layout.BOUNDS.index(1_600 * 1000) if 1_600_000 in layout.BOUNDS else 60
    slot[layout.QUEUE + 1 + waited] += 20
    own = recorder.slots()
    frames.keep(own, frames.read(own))

    assert found(queue_time={"above": 60})[0] == "pass"
    status, output = found(queue_time={})
    assert (status, output[:24]) == ("warn", "of 20 requests one waite")


def test_without_a_request_there_is_no_queue(recorder: Recorder):
    assert found(queue_time={}) == ("pass", "")


@pytest.mark.parametrize("name", ["memory", "queue_time"])
def test_where_nothing_is_measured_nothing_is_said(name: str):
    assert found(**{name: {}}) == ("pass", "")


# --- django-health-check -------------------------------------------------------------------


class Slow(HealthCheck):
    """
    As its documentation shows: async, with an exception of its own.
    """

    async def run(self) -> None:
        raise ServiceWarning("slow")


class Away(HealthCheck):
    """
    The older way.
    """

    def run(self) -> None:
        raise ServiceUnavailable("closed")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("health_check.checks.Cache", ("pass", "")),
        ({"check": "health_check.checks.Cache", "alias": "default"}, ("pass", "")),
        (
            {"check": "health_check.checks.Cache", "alias": "missing"},
            ("fail", "Unavailable: Cache alias does not exist"),
        ),
        (f"{__name__}.Slow", ("warn", "Warning: slow")),
        (f"{__name__}.Away", ("fail", "Unavailable: closed")),
        (
            {"check": f"{__name__}.Away", "decides": False},
            ("warn", "Unavailable: closed"),
        ),
    ],
    ids=str,
)
def test_a_check_of_django_health_check(entry: Any, expected: tuple[str, str]):
    assert found(peer=entry) == expected


handler = ConnectionHandler()


def use_database() -> None:
    handler["default"].ensure_connection()
    used.append(handler["default"])


used: list[Any] = []


@pytest.mark.django_db
def test_a_check_leaves_no_connection_of_its_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # A database in memory, as the tests have, is never closed.
    entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db")}
    monkeypatch.setattr(handler, "_settings", {"default": entry})
    monkeypatch.setattr("heroku_support.health.run.connections", handler)

    assert found(peer=f"{__name__}.use_database") == ("pass", "")
    assert used.pop().connection is None
