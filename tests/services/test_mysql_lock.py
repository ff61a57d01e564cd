"""
The release lock on MariaDB, whose named locks are MySQL's as well.
"""

from __future__ import annotations

import itertools
import re
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import dj_database_url
import pymysql
import pytest
from django.db.utils import ConnectionHandler

from heroku_support import own_connection
from heroku_support.release import lock
from heroku_support.release.errors import LockTimeoutError, StepError
from heroku_support.release.mysql_lock import MySQLLock
from tests.processes import DYNO, Project
from tests.release import lock_process
from tests.release.test_lock import intervals
from tests.servers.mariadb import PASSWORD, MariaDBServer
from tests.servers.waiting import wait_until

pytestmark = [pytest.mark.services, pytest.mark.django_db]

RELEASE = {
    **DYNO,
    "DYNO": "release.1",
    "DJANGO_SETTINGS_MODULE": "mysql_settings",
}
# A wheel there is of PyMySQL only; mysqlclient is what Django asks for.
SETTINGS = """
import pymysql
pymysql.install_as_MySQLdb()
from config.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "slow_there"]
"""
MIGRATION = """
from django.db import migrations
class Migration(migrations.Migration):
    operations = [
        migrations.RunSQL("SELECT get_lock('gate', 60), release_lock('gate')"),
        migrations.RunSQL("CREATE TABLE slow_there (id int)"),
    ]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[MariaDBServer]:
    with MariaDBServer.start() as server:
        yield server


@pytest.fixture
def url(server: MariaDBServer) -> str:
    return server.create_database()


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """
    Give the lock a project's connections, which the tests' own settings do not have.
    """
    pymysql.install_as_MySQLdb()
    handlers: list[ConnectionHandler] = []

    def connect(**urls: str) -> None:
        parsed = {alias: {**dj_database_url.parse(url)} for alias, url in urls.items()}
        handler = ConnectionHandler({"default": {}, **parsed})
        for module in (own_connection, lock):
            monkeypatch.setattr(module, "connections", handler)
        handlers.append(handler)

    yield connect
    for handler in handlers:
        handler.close_all()


@pytest.fixture
def project(example: Project) -> Project:
    """
    The example with a migration that waits until the test opens its gate.
    """
    package = example.directory / "slow_there" / "migrations"
    package.mkdir(parents=True, exist_ok=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()
    (package / "0001_initial.py").write_text(MIGRATION)
    (example.directory / "mysql_settings.py").write_text(SETTINGS)
    return example


@pytest.fixture
def gate(url: str) -> Iterator[Any]:
    """
    Keep the migration shut until this is closed.
    """
    parts = dj_database_url.parse(url)
    closed = pymysql.connect(
        host=parts["HOST"],
        port=int(parts["PORT"]),
        user=parts["USER"],
        password=parts["PASSWORD"],
    )
    with closed.cursor() as cursor:
        cursor.execute("SELECT get_lock('gate', 0)")
    yield closed
    if closed.open:
        closed.close()


def acquire(*aliases: str, wait: float = 0, log: Callable[[str], Any] = str) -> Any:
    return lock.release_lock(aliases or ["default"], name="test", wait=wait, log=log)


def at_gate(server: MariaDBServer) -> bool:
    sql = "SELECT id FROM information_schema.processlist WHERE state = 'User lock'"
    return bool(server.query(sql))


def test_what_the_release_calls_does_not_wait_for_it_and_a_lock_ends_with_its_block(
    url: str, connect: Callable[..., None]
):
    connect(default=url, other=url)
    for _ in range(2):
        with acquire("default", "other") as held, acquire() as inner:
            inner.check()
            held.check()

            assert held.query("other", "SELECT 1") == [(1,)]
    assert not lock.is_held("default")


def test_two_databases_of_a_server_do_not_exclude_each_other(
    server: MariaDBServer, url: str, connect: Callable[..., None]
):
    connect(default=url, other=server.create_database())
    with acquire("default", "other") as held:
        assert len(held.locks) == 2


def test_a_lock_that_is_lost_is_told(
    server: MariaDBServer, url: str, connect: Callable[..., None]
):
    connect(default=url)
    with acquire() as held:
        ((number,),) = held.query("default", "SELECT connection_id()")
        server.query(f"KILL {number}")

        with pytest.raises(StepError, match="lost the release lock: "):
            held.check()


def test_a_lock_that_its_own_connection_gave_back_is_told(
    url: str, connect: Callable[..., None]
):
    connect(default=url)
    with acquire() as held:
        held.query("default", "SELECT release_all_locks()")

        with pytest.raises(StepError, match="lost the release lock: the server"):
            held.check()


def test_a_server_that_ends_idle_connections_does_not_end_it(
    server: MariaDBServer, url: str, connect: Callable[..., None]
):
    connect(default=url)
    server.query("SET GLOBAL wait_timeout = 1")
    try:
        with acquire() as held:
            server.query("SELECT sleep(2)")
            held.check()
    finally:
        server.query("SET GLOBAL wait_timeout = DEFAULT")

    assert not lock.is_held("default")


def test_a_frozen_holder_is_named_and_keeps_its_lock(
    url: str, connect: Callable[..., None]
):
    connect(default=url)
    holder = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(holder, "held")
    holder.send_signal(signal.SIGSTOP)
    said: list[str] = []
    with pytest.raises(LockTimeoutError) as refused, acquire(wait=1, log=said.append):
        pass
    holder.send_signal(signal.SIGCONT)
    lock_process.end(holder)

    named = r"held by connection (\d+) app@\S+, idle for \d+s"
    assert re.search(rf"\(0s of 1s\); {named}$", said[0])
    assert re.search(
        rf"{named}\. Try again when it is done; if it hangs: KILL \1$",
        str(refused.value),
    )


def test_a_holder_of_another_user_is_named_by_its_connection(
    server: MariaDBServer, url: str, connect: Callable[..., None]
):
    server.query(
        "CREATE USER stranger@'%' IDENTIFIED BY 'Stranger-Pw-1';"
        " GRANT ALL ON `app\\_%`.* TO stranger@'%'"
    )
    _, _, address = url.rpartition("@")
    connect(default=f"mysql://stranger:Stranger-Pw-1@{address}")
    holder = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(holder, "held")

    with pytest.raises(LockTimeoutError, match=r"held by connection \d+\."), acquire():
        pass
    lock_process.end(holder)


def test_a_holder_that_has_just_gone_is_not_named(
    url: str, connect: Callable[..., None]
):
    connect(default=url)
    free = MySQLLock("default", name="test")
    free.connect()
    holder = free.holder()
    free.close()

    assert holder.who == "its holder has just let go of it"


def test_a_holder_that_is_killed_has_let_go_within_two_seconds(
    url: str, connect: Callable[..., None]
):
    connect(default=url)
    holder = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(holder, "held")
    holder.kill()
    started = time.monotonic()
    with acquire(wait=30):
        spent = time.monotonic() - started
    lock_process.end(holder)

    assert spent < 2


def test_those_that_compete_never_hold_it_at_once(url: str):
    found = intervals(url, processes=4, times=3)

    assert len(found) == 12
    assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(found))


def test_of_two_releases_at_once_one_migrates_and_the_other_finds_nothing_to_do(
    project: Project, server: MariaDBServer, url: str, gate: Any
):
    variables = {**RELEASE, "DATABASE_URL": url}
    first = project.start("heroku_migrate", **variables)
    wait_until(lambda: at_gate(server), timeout=60)
    second = project.start("heroku_migrate", **variables)
    lock_process.line(second, "waiting for the release lock")
    gate.close()
    printed = [lock_process.end(process) for process in (first, second)]

    assert [first.returncode, second.returncode] == [0, 0], printed
    assert "migrate: nothing to do" in printed[1]


def test_a_waiter_gives_up_with_status_4_and_names_the_holder(
    project: Project, server: MariaDBServer, url: str, gate: Any
):
    variables = {**RELEASE, "DATABASE_URL": url}
    holder = project.start("heroku_migrate", **variables)
    wait_until(lambda: at_gate(server), timeout=60)
    waited = project.manage("heroku_migrate", "--lock-wait", "1", **variables)
    gate.close()
    lock_process.end(holder)

    assert waited.returncode == 4, waited.stdout
    assert re.fullmatch(
        r"CommandError: gave up .* held by connection \d+ app@.*\n", waited.stderr
    )
    assert PASSWORD not in waited.stdout + waited.stderr


def test_a_plain_migrate_beside_a_release_says_that_it_has_migrated(
    project: Project, server: MariaDBServer, url: str, gate: Any
):
    variables = {**RELEASE, "DATABASE_URL": url}
    holder = project.start("heroku_migrate", **variables)
    wait_until(lambda: at_gate(server), timeout=60)
    plain = project.start("migrate", **{**variables, "DYNO": "run.1"})
    lock_process.line(plain, "waiting for the release lock")
    gate.close()
    printed = [lock_process.end(process) for process in (holder, plain)]

    assert [holder.returncode, plain.returncode] == [0, 1], printed
    assert "another process migrated meanwhile: slow_there.0001_initial" in printed[1]
