"""
Data for a review app, once.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from heroku_support.release import plan, seed
from heroku_support.release.context import Release
from heroku_support.release.errors import SettingError
from tests.processes import DYNO, Project
from tests.release.releases import make_release
from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.django_db


def groups(release: Release) -> None:
    """
    A project's own seed.
    """
    Group.objects.create(name=f"of {release.stage}")


def broken(release: Release) -> None:
    """
    One that fails half way.
    """
    groups(release)
    Group.objects.create(name=f"of {release.stage}")


def impatient(release: Release) -> None:
    """
    One that fails, and does not say so to whom called it.
    """
    groups(release)
    raise SystemExit(3)


def seeding(text: str) -> override_settings:
    return override_settings(HEROKU_SUPPORT_RELEASE_SEED=text)


def run(*, stage: str = "review", **fields: Any) -> str:
    return seed.seed(make_release(stage=stage, **fields))


def is_marked() -> bool:
    return MigrationRecorder.Migration.objects.filter(app=seed.MARK[0]).exists()


def test_without_the_setting_it_is_left_out():
    assert run() == "skipped: no HEROKU_SUPPORT_RELEASE_SEED"


@seeding(f"{__name__}.groups")
@pytest.mark.parametrize("stage", ["", "staging", "production"])
def test_elsewhere_than_in_a_review_app_it_is_left_out(stage: str):
    assert run(stage=stage) == "skipped: not a review app"
    assert not Group.objects.exists()


@seeding(f"{__name__}.groups")
def test_a_function_is_run_once():
    assert [run(), run()] == ["done", "skipped: seeded before"]
    assert Group.objects.get().name == "of review"


def test_a_command_is_run_without_its_output(tmp_path: Path):
    fixture = tmp_path / "groups.json"
    fields = {"name": "editors", "permissions": []}
    fixture.write_text(json.dumps([{"model": "auth.group", "pk": 1, "fields": fields}]))
    stream = io.StringIO()
    with seeding(f"loaddata {fixture}"):
        run(stream=stream)

    assert Group.objects.get().name == "editors"
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("name", "error"), [("broken", IntegrityError), ("impatient", SystemExit)]
)
def test_one_that_fails_leaves_nothing_and_is_run_again(
    name: str, error: type[BaseException]
):
    with seeding(f"{__name__}.{name}"), pytest.raises(error):
        run()
    left = (Group.objects.exists(), is_marked())
    with seeding(f"{__name__}.groups"):
        assert (left, run()) == ((False, False), "done")


@seeding("no_such_command demo.json")
def test_what_is_neither_a_function_nor_a_command_is_named():
    with pytest.raises(SettingError, match="HEROKU_SUPPORT_RELEASE_SEED: 'no_such"):
        run()


# --- the mark ------------------------------------------------------------------------------


@pytest.fixture
def marked() -> None:
    with seeding(f"{__name__}.groups"):
        run()


def django(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output, stderr=output)
    return output.getvalue()


def test_djangos_migrate_does_not_mind_the_mark(marked: None):
    assert "No migrations to apply" in django("migrate")
    assert "seeded" not in django("showmigrations")


def test_djangos_check_for_pending_migrations_does_not_mind_it(marked: None):
    assert "No planned migration operations" in django("migrate", "--plan", "--check")
    assert "seeded" not in django("makemigrations", "--check", "--dry-run")


def test_it_is_no_migration_that_only_newer_code_knows(marked: None):
    assert plan.read("default").ahead == []


def test_pruning_leaves_it(marked: None):
    django("migrate", "auth", "--prune")
    with pytest.raises(CommandError, match="No installed app"):
        django("migrate", seed.MARK[0], "--prune")

    assert is_marked()


def test_emptying_the_database_does_not_bring_the_seed_back(marked: None):
    assert "seeded" not in django("sqlflush")


# --- as a release --------------------------------------------------------------------------


SEEDED = """
from config.settings import *
HEROKU_SUPPORT_RELEASE_SEED = "seeding.fill"
"""
SEED = """
from django.contrib.auth.models import Group
def fill(release):
    Group.objects.create(name="editors")
    {rest}
"""


def write_seed(small: Project, rest: str) -> None:
    (small.directory / "seeded_settings.py").write_text(SEEDED)
    (small.directory / "seeding.py").write_text(SEED.format(rest=rest))


def test_a_review_app_is_seeded_by_the_first_release_that_can(
    small: Project, postgres_newest: PostgresServer
):
    database = postgres_newest.create_database()
    variables = {
        **{**DYNO, "DYNO": "release.1", "DATABASE_URL": database.url()},
        "HEROKU_PR_NUMBER": "7",
        "DJANGO_SETTINGS_MODULE": "seeded_settings",
        "PYTHONDONTWRITEBYTECODE": "1",  # a changed file has the same second
    }
    write_seed(small, "raise ValueError('no editors today')")
    failed = small.release(**variables)
    left = database.query("SELECT name FROM auth_group")
    write_seed(small, "pass")
    releases = [small.release(**variables).stdout for _ in range(2)]
    database.drop()

    assert (failed.returncode, left) == (1, [])
    assert re.findall(r"seed: ([^(]+) \(", "".join(releases)) == [
        "done",
        "skipped: seeded before",
    ]


def test_why_a_seed_failed_is_one_line(small: Project, sqlite_url: str):
    write_seed(small, "raise ValueError('no editors today')")
    variables = {
        "DEBUG": "true",
        "DATABASE_URL": sqlite_url,
        "HEROKU_SUPPORT_STAGE": "review",
        "DJANGO_SETTINGS_MODULE": "seeded_settings",
    }
    failed = small.release(**variables)

    assert failed.stderr == "CommandError: seed: ValueError: no editors today\n"
