"""
What a release does about unsafe migrations.
"""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
from django.contrib.postgres.operations import RemoveCollation
from django.db import connections, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from heroku_support.dyno import Dyno
from heroku_support.release import unsafe
from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError, UnsafeMigrationError
from heroku_support.release.output import Output
from heroku_support.release.unsafe import policy
from heroku_support.release.unsafe.findings import BREAKS
from tests.release.unsafe.test_corpus import migration, shop_state

DROP = migrations.RemoveField("book", "note")


def release(wanted: str = "warn", *, stage: str = "production") -> Release:
    return Release(
        dyno=Dyno.from_environ({}, argv=[]),
        stage=stage,
        output=Output(io.StringIO()),
        candidates=("default",),
        lock_wait=1,
        wait_for_database=1,
        deadline=time.monotonic() + 60,
        unsafe=wanted,
    )


def said(release: Release) -> str:
    return release.output._stream.getvalue()


def meet(release: Release, *operations: Operation, **attributes: Any) -> str:
    """
    Show a release a migration of these operations, and return what it says.
    """
    pending = [migration(*operations, **attributes)]
    unsafe.refuse_or_warn(release, "default", pending, shop_state())
    return said(release)


def test_a_safe_migration_is_passed_over_in_silence():
    assert meet(release("fail"), migrations.RunPython(migrations.RunPython.noop)) == ""


def test_a_warning_names_migration_kind_rule_operation_and_reason():
    (line, *_) = meet(release(), DROP).splitlines()

    assert line == (
        "warning: shop.0002_next: breaks-running-code (remove-field): Remove field note from"
        " book: the release that is running reads and writes shop_book.note"
    )


def test_a_warning_says_what_to_write_instead():
    assert "\n             state_operations=[migrations.RemoveField" in meet(
        release(), DROP
    )


def test_a_warning_is_in_the_report():
    given = release()
    meet(given, DROP)

    assert json.loads(given.report.as_json())["unsafe"] == [
        "shop.0002_next: remove-field"
    ]
    assert len(given.report.warnings) == 1


def test_fail_tells_everything_and_ends_with_status_3():
    given = release("fail")
    with pytest.raises(UnsafeMigrationError, match="shop.0002_next") as caught:
        meet(given, DROP, migrations.RemoveField("book", "pages"))

    assert caught.value.returncode == 3
    assert "shop_book.note" in said(given) and "shop_book.pages" in said(given)


def test_off_says_nothing():
    assert meet(release("off"), DROP) == ""


def test_off_tells_nothing_that_was_found_otherwise():
    given = release("off")
    finding = unsafe.Finding("shop.0002", "x", BREAKS, "remove-field", "y", "z")
    policy.judge(given, [finding])

    assert said(given) == ""


class Computed(models.Field):
    """
    A field without a column.
    """

    def db_type(self, connection: Any) -> None:
        return None


def test_a_field_without_a_column_is_nothing_to_lose():
    made = migrations.AddField("book", "x", Computed())
    given = release()
    pending = [migration(migrations.RemoveField("book", "x"))]
    unsafe.refuse_or_warn(given, "default", pending, shop_state(made))

    assert said(given) == ""


def test_an_operation_that_looks_into_the_database_is_told_what_matters():
    name = models.CharField(
        max_length=9, null=True, db_index=True, db_collation="shop_order"
    )
    given = release()
    add = migrations.AddField("book", "x", name)

    assert meet(given, add, RemoveCollation("shop_order", "C")) == ""


def test_a_review_app_serves_nobody():
    assert meet(release("fail", stage="review"), DROP) == ""


def test_an_empty_database_serves_nobody():
    given = release("fail")
    pending = [migration(migrations.RunSQL("DROP TABLE old"), DROP)]
    unsafe.refuse_or_warn(given, "default", pending, ProjectState())

    assert said(given) == ""


@pytest.mark.parametrize("wanted", ["Fail", "", "true"])
def test_a_policy_that_is_none_is_one_line_with_the_fix(wanted: str):
    with pytest.raises(SettingError) as caught:
        meet(release(wanted), DROP)

    assert str(caught.value).endswith('Fix: HEROKU_SUPPORT_RELEASE_UNSAFE = "warn"')


class Broken(models.IntegerField):
    def db_parameters(self, connection: Any) -> Any:
        raise ZeroDivisionError("a bug\nof a field")


def test_what_the_scanner_trips_over_is_a_warning():
    given = release("fail")
    add = migrations.AddField("book", "x", Broken(null=True))

    assert meet(given, add) == (
        "warning: could not look for unsafe migrations: ZeroDivisionError: a bug of a field\n"
    )


def test_a_reason_lets_a_migration_through():
    assert meet(release("fail"), DROP, heroku_release_safe="unused since v41") == ""


@pytest.mark.parametrize("reason", [True, "  "])
def test_no_reason_does_not(reason: object):
    told = meet(release(), DROP, heroku_release_safe=reason)

    assert "remove-field" in told
    assert 'heroku_release_safe = "why this is safe"' in told


class Stage:
    """
    A member of django-syzygy's enum, or of django-safemigrate's.
    """

    def __init__(self, name: str) -> None:
        self.name = name


class Safe:
    """
    What django-safemigrate has since its version 5.
    """

    def __init__(self, name: str) -> None:
        self.when = Stage(name)


@pytest.mark.parametrize(
    "mark",
    [
        {"stage": Stage("POST_DEPLOY")},
        {"safe": Safe("AFTER_DEPLOY")},
        {"safe": Stage("after_deploy")},
    ],
)
def test_what_is_marked_to_run_after_the_deploy_is_unsafe_before(mark: dict[str, Any]):
    noop = migrations.RunPython(migrations.RunPython.noop)

    assert "(marked-after-deploy)" in meet(release(), noop, **mark)
    assert "(marked-after-deploy)" in meet(release(), **mark)


@pytest.mark.parametrize("name", ["PRE_DEPLOY", "ALWAYS"])
def test_another_mark_says_nothing_about_safety(name: str):
    assert "(remove-field)" in meet(release(), DROP, stage=Stage(name), safe=Safe(name))


def test_elsewhere_than_on_postgres_locks_are_not_known():
    given = release()
    meet(given, migrations.AddIndex("book", models.Index(fields=["pages"], name="i")))

    assert connections["default"].vendor == "sqlite"
    assert said(given) == ""


class Concurrently(migrations.AddField):
    def database_forwards(self, *arguments: Any) -> None:
        raise AssertionError("nobody may run it")


def test_an_operation_with_a_way_of_its_own_is_not_judged():
    field = models.IntegerField(default=1)

    assert meet(release(), Concurrently("book", "x", field)) == ""


def test_the_sql_of_a_foreign_operation_is():
    class Foreign(Operation):
        sql = "ALTER TABLE shop_book DROP COLUMN note"

        def state_forwards(self, app_label: str, state: ProjectState) -> None:
            """
            Nothing.
            """

        def database_forwards(self, *arguments: Any) -> None:
            raise AssertionError("nobody may run it")

        def describe(self) -> str:
            return "Foreign"

    assert f"{BREAKS} (remove-field): Foreign" in meet(release(), Foreign())


class NeverHere:
    """
    A router that keeps every migration out of every database.
    """

    def allow_migrate(self, *arguments: Any, **hints: Any) -> bool:
        return False


def test_what_a_router_keeps_away_is_not_judged(settings: Any):
    settings.DATABASE_ROUTERS = [NeverHere()]
    sql = migrations.RunSQL("DROP TABLE shop_tag")

    assert meet(release(), DROP, sql) == ""
