"""
Releases that are killed at any moment: what is recorded and what is there always agree.
"""

from __future__ import annotations

import random
import signal
import subprocess

import pytest

from tests.processes import NO_SMOKE, RELEASE, Project
from tests.release.test_release import lock_holders
from tests.release.written_app import WrittenApp
from tests.servers.postgres import Database
from tests.servers.waiting import wait_until

STEPS = 20
# A table with one row, which takes a while: a release can be caught within it.
OPERATION = (
    'RunSQL("CREATE TABLE chain_{number} AS SELECT 1 AS row, pg_sleep(0.03)::text")'
)
LONGEST = 4.0  # seconds that a release of them takes, and more
SIGNALS = (signal.SIGKILL, signal.SIGTERM)


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


@pytest.fixture(scope="session")
def chain(small: Project) -> WrittenApp:
    """
    An app whose every migration makes a table of its own.
    """
    app = WrittenApp.start(small, "chain")
    for number in range(1, STEPS + 1):
        app.add(f"{number:04}_step", OPERATION.format(number=number))
    return app


def recorded(database: Database) -> list[int]:
    """
    Return the numbers of the migrations that are recorded as applied, each as often as it is.
    """
    if not database.query("SELECT 1 FROM pg_class WHERE relname = 'django_migrations'"):
        return []
    sql = "SELECT name FROM django_migrations WHERE app = 'chain' ORDER BY name"
    return [int(name.partition("_")[0]) for (name,) in database.query(sql)]


def made(database: Database) -> list[int]:
    """
    Return the numbers of the migrations whose table is there.
    """
    sql = "SELECT relname FROM pg_class WHERE relname ~ '^chain_[0-9]+$'"
    return sorted(int(name.partition("_")[2]) for (name,) in database.query(sql))


def release_and_kill(
    small: Project, chain: WrittenApp, database: Database, chance: random.Random
) -> None:
    """
    Start a release, and kill it at some moment, if it is not done by then.
    """
    environ = {**RELEASE, **chain.variables, "DATABASE_URL": database.url()}
    process = small.start("heroku_release", *NO_SMOKE, **environ)
    try:
        process.communicate(timeout=chance.uniform(0, LONGEST))
    except subprocess.TimeoutExpired:
        process.send_signal(chance.choice(SIGNALS))
        process.communicate(timeout=30)


@pytest.mark.parametrize(
    "releases",
    [
        6,
        pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(3600)]),
    ],
)
def test_of_releases_killed_at_any_moment_no_lock_is_left_and_nothing_half_done(
    small: Project, chain: WrittenApp, database: Database, releases: int
):
    chance = random.Random(releases)
    for _ in range(releases):
        release_and_kill(small, chain, database, chance)
        wait_until(lambda: not lock_holders(database), timeout=2)
        # A statement whose client is gone ends within a second.
        wait_until(lambda: recorded(database) == made(database), timeout=3)
        if len(made(database)) == STEPS:
            database.query("DELETE FROM django_migrations WHERE app = 'chain'")
            for number in range(1, STEPS + 1):
                database.query(f"DROP TABLE chain_{number}")
    environ = {**RELEASE, **chain.variables, "DATABASE_URL": database.url()}
    last = small.release(**environ)

    assert last.returncode == 0, last.stderr
    assert recorded(database) == made(database) == [*range(1, STEPS + 1)]
