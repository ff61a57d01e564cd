"""
A plain ``manage.py migrate`` on a dyno, beside releases and beside others of its kind.
"""

from __future__ import annotations

import io
import re
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations import Migration

from heroku_support.release import guard, lock
from tests.processes import DYNO, NO_SMOKE, Project
from tests.release import lock_process
from tests.servers.postgres import ROLE, Database, PostgresServer
from tests.servers.waiting import wait_until

RUN = {**DYNO, "DYNO": "run.1234"}
GUARDED = {**RUN, "DJANGO_SETTINGS_MODULE": "raced_settings"}
UNGUARDED = {**RUN, "DJANGO_SETTINGS_MODULE": "unguarded_settings"}
IMPATIENT = {**RUN, "DJANGO_SETTINGS_MODULE": "impatient_settings"}

# The second migration stops at a gate that the test opens.
GATE = 7
FILES = {
    "raced/__init__.py": "",
    "raced/migrations/__init__.py": "",
    "raced/migrations/0001_initial.py": """
        from django.db import migrations
        class Migration(migrations.Migration):
            operations = [
                migrations.RunSQL("CREATE TABLE raced (n int)", "DROP TABLE raced"),
            ]
    """,
    "raced/migrations/0002_rows.py": f"""
        from django.db import migrations
        class Migration(migrations.Migration):
            dependencies = [("raced", "0001_initial")]
            operations = [migrations.RunSQL(
                "SELECT pg_advisory_xact_lock({GATE}); INSERT INTO raced VALUES (1)",
                "SELECT pg_advisory_xact_lock({GATE}); DELETE FROM raced",
            )]
    """,
    # A project's own receiver, of an app below ours.
    "raced/apps.py": """
        from django.apps import AppConfig
        from django.db.models.signals import post_migrate
        def tell(sender, using, **kwargs):
            from heroku_support.release.lock import is_held
            print("receiver:", sender.label, is_held(using))
        class RacedConfig(AppConfig):
            name = "raced"
            def ready(self):
                post_migrate.connect(tell)
    """,
    "raced/models.py": "",
    "raced/tests.py": """
        from django.test import TestCase
        class Raced(TestCase):
            def test_nothing(self):
                pass
    """,
    "raced_settings.py": """
        from config.settings import *
        INSTALLED_APPS = [*INSTALLED_APPS, "raced"]
    """,
    "unguarded_settings.py": """
        from raced_settings import *
        HEROKU_SUPPORT_RELEASE_GUARD = False
    """,
    "impatient_settings.py": """
        from raced_settings import *
        HEROKU_SUPPORT_RELEASE_LOCK_WAIT = 1
    """,
}


@pytest.fixture(scope="module")
def project(small: Project) -> Project:
    """
    A project with an app whose second migration writes a row.
    """
    for name, source in FILES.items():
        path = small.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source))
    return small


@pytest.fixture(scope="module")
def migrated(project: Project, postgres_newest: PostgresServer) -> Iterator[Database]:
    """
    A database in which all is migrated, to make others of.
    """
    database = postgres_newest.create_database()
    done = project.manage("migrate", **GUARDED, DATABASE_URL=database.url())
    assert done.returncode == 0, done.stderr
    yield database
    database.drop()


@pytest.fixture
def database(migrated: Database) -> Iterator[Database]:
    """
    One in which all is migrated.
    """
    database = copy(migrated)
    yield database
    database.drop()


@pytest.fixture
def pending(database: Database) -> Database:
    """
    One in which the second migration is left to do.
    """
    undo_rows(database)
    return database


def copy(migrated: Database) -> Database:
    server = migrated.server
    name = f"{migrated.name}_{next(server.numbers)}"
    server.query(f"CREATE DATABASE {name} TEMPLATE {migrated.name} OWNER {ROLE}")
    return Database(server, name)


def undo_rows(database: Database) -> None:
    database.query("DELETE FROM raced")
    database.query("DELETE FROM django_migrations WHERE name = '0002_rows'")


def undo_app(database: Database) -> None:
    database.query("DROP TABLE raced")
    database.query("DELETE FROM django_migrations WHERE app = 'raced'")


@contextmanager
def gate(database: Database) -> Iterator[None]:
    """
    Keep the second migration shut for the block.
    """
    with psycopg.connect(database.url(), autocommit=True) as closed:
        closed.execute("SELECT pg_advisory_lock(%s)", [GATE])
        yield


def at_gate(database: Database) -> int:
    sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    ((count,),) = database.query(sql)
    return int(count)


def waiters(database: Database) -> int:
    """
    Return how many connections are there for the release lock alone.
    """
    sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ %s"
    ((count,),) = database.query(sql, r"^(migrate|heroku_release) \S+$")
    return int(count)


def end(process: subprocess.Popen[str]) -> str:
    printed, _ = process.communicate(timeout=60)
    return printed


def rows(database: Database) -> tuple[int, int]:
    """
    Return how often the second migration was applied, and how often that was recorded.
    """
    ((applied,),) = database.query("SELECT count(*) FROM raced")
    sql = "SELECT count(*) FROM django_migrations WHERE name = '0002_rows'"
    ((recorded,),) = database.query(sql)
    return applied, recorded


# --- alone ---------------------------------------------------------------------------------


def test_it_migrates_and_lets_go(project: Project, pending: Database):
    done = project.manage("migrate", **GUARDED, DATABASE_URL=pending.url())

    assert (done.returncode, "release lock" in done.stdout) == (0, False), done.stderr
    assert rows(pending) == (1, 1)


def test_the_lock_is_held_for_the_receivers_of_every_app_and_no_longer(
    project: Project, database: Database
):
    code = """if True:
        from django.core.management import call_command
        from heroku_support.release.lock import is_held
        for _ in range(2):
            call_command("migrate", verbosity=0)
            print("afterwards:", is_held("default"))
    """
    done = project.manage("shell", "-c", code, **GUARDED, DATABASE_URL=database.url())
    held = re.findall(r"receiver: (\w+) (\w+)", done.stdout)

    assert {answer for _, answer in held} == {"True"}, done.stderr
    assert re.findall(r"receiver: raced True\nafterwards: (\w+)", done.stdout) == [
        "False",
        "False",
    ]


def test_a_release_does_not_wait_for_its_own_migrate(
    project: Project, pending: Database
):
    variables = {**GUARDED, "DYNO": "release.1", "DATABASE_URL": pending.url()}
    done = project.manage("heroku_migrate", **variables)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "waiting for" not in done.stdout


@pytest.mark.covers_processes
def test_a_migration_that_fails_lets_go_as_well(project: Project, pending: Database):
    pending.query("ALTER TABLE raced ADD CHECK (n > 1)")
    failed = project.manage("migrate", **GUARDED, DATABASE_URL=pending.url())

    assert "violates check constraint" in failed.stderr
    wait_until(lambda: waiters(pending) == 0)


def test_a_web_process_imports_nothing_of_it(project: Project, database: Database):
    code = "import sys; print([each for each in sys.modules if 'release' in each])"
    variables = {**GUARDED, "DYNO": "web.1", "DATABASE_URL": database.url()}
    done = project.manage("shell", "--no-imports", "-c", code, **variables)

    assert done.stdout == "[]\n", done.stderr


# --- beside another ------------------------------------------------------------------------


def two_at_once(
    project: Project, database: Database, commands: list[list[str]], **variables: str
) -> list[tuple[int, str]]:
    """
    Start the second while the first is at work, and return how both ended.
    """
    variables["DATABASE_URL"] = database.url()
    with gate(database):
        first = project.start(*commands[0], **variables)
        wait_until(lambda: at_gate(database) == 1, timeout=30)
        second = project.start(*commands[1], **variables)
        wait_until(lambda: at_gate(database) == 2 or waiters(database) == 2, timeout=30)
    printed = [end(first), end(second)]
    return [
        (process.returncode, each)
        for process, each in zip((first, second), printed, strict=True)
    ]


@pytest.mark.covers_processes
def test_without_the_guard_two_at_once_apply_the_same_twice_and_nobody_is_told(
    project: Project, pending: Database
):
    done = two_at_once(project, pending, [["migrate"], ["migrate"]], **UNGUARDED)

    assert [status for status, _ in done] == [0, 0]
    assert rows(pending) == (2, 2)


@pytest.mark.covers_processes
def test_of_two_at_once_one_migrates_and_the_other_says_that_it_has(
    project: Project, pending: Database
):
    _, second = two_at_once(project, pending, [["migrate"], ["migrate"]], **GUARDED)

    assert rows(pending) == (1, 1)
    assert re.search(
        r"waiting for the release lock \(0s of 900s\); held by pid \d+ migrate run\.1234"
        r"(?s:.*)CommandError: another process migrated meanwhile: raced\.0002_rows is"
        r" applied now\. Run it again: python manage\.py migrate\n$",
        second[1],
    ), second


def test_backwards_as_well(project: Project, database: Database):
    back = ["migrate", "raced", "0001"]
    first, second = two_at_once(project, database, [back, back], **GUARDED)

    assert (first[0], second[0], rows(database)) == (0, 1, (0, 0)), first
    assert "raced.0002_rows is no longer applied. Run it again" in second[1]


def test_beside_a_release_it_says_that_the_release_has_migrated(
    project: Project, pending: Database
):
    commands = [["heroku_migrate"], ["migrate"]]
    first, second = two_at_once(project, pending, commands, **GUARDED)

    assert (first[0], second[0], rows(pending)) == (0, 1, (1, 1)), first
    assert "another process migrated meanwhile" in second[1]


def test_a_release_beside_it_waits_and_finds_nothing_to_do(
    project: Project, pending: Database
):
    commands = [["migrate"], ["heroku_migrate"]]
    first, second = two_at_once(project, pending, commands, **GUARDED)

    assert (first[0], second[0], rows(pending)) == (0, 0, (1, 1)), second
    assert re.search(r"held by pid \d+ migrate run\.1234", second[1])


def test_with_nothing_to_do_it_waits_and_goes_on(project: Project, database: Database):
    url = database.url()
    holder = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(holder, "held")
    waiting = project.start("migrate", **GUARDED, DATABASE_URL=url)
    lock_process.line(waiting, "waiting for the release lock")
    lock_process.end(holder)

    assert "No migrations to apply" in end(waiting)
    assert waiting.returncode == 0


@pytest.mark.covers_processes
def test_it_gives_up_with_status_4_and_names_the_holder(
    project: Project, database: Database
):
    url = database.url()
    holder = lock_process.start("hold", "0", DATABASE_URL=url, NAME="heroku_release v1")
    lock_process.line(holder, "held")
    gave_up = project.manage("migrate", "-v0", **IMPATIENT, DATABASE_URL=url)
    lock_process.end(holder)

    assert (gave_up.returncode, gave_up.stdout) == (4, "")
    assert re.fullmatch(
        r"CommandError: gave up .* held by pid \d+ heroku_release v1, .*\n",
        gave_up.stderr,
    )


@pytest.mark.parametrize(
    "arguments", [["--plan"], ["--check"], ["--plan", "--check"]], ids=" ".join
)
def test_what_only_looks_waits_for_nobody(
    project: Project, database: Database, arguments: list[str]
):
    url = database.url()
    holder = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(holder, "held")
    looked = project.manage("migrate", *arguments, **IMPATIENT, DATABASE_URL=url)
    lock_process.end(holder)

    assert looked.returncode == 0, looked.stderr


def test_a_developers_machine_is_left_alone(project: Project, database: Database):
    url = database.url()
    holder = lock_process.start("hold", "0", DATABASE_URL=url)
    lock_process.line(holder, "held")
    local = {**IMPATIENT, "DYNO": "", "DATABASE_URL": url}
    done = project.manage("migrate", **local)
    lock_process.end(holder)

    assert done.returncode == 0, done.stderr


def test_the_databases_of_tests_are_left_alone(project: Project, database: Database):
    database.query(f"ALTER ROLE {ROLE} CREATEDB")
    try:
        url = database.url()
        tested = project.manage(
            "test", "raced", "--no-input", **GUARDED, DATABASE_URL=url
        )
    finally:
        database.query(f"ALTER ROLE {ROLE} NOCREATEDB")

    assert tested.returncode == 0, tested.stderr
    assert "receiver: raced False" in tested.stdout


@pytest.mark.covers_processes
def test_a_server_without_a_connection_left_is_one_line(
    project: Project, database: Database
):
    database.query(f"ALTER ROLE {ROLE} CONNECTION LIMIT 1")
    try:
        refused = project.manage("migrate", **GUARDED, DATABASE_URL=database.url())
    finally:
        database.query(f"ALTER ROLE {ROLE} CONNECTION LIMIT -1")

    assert refused.returncode == 5
    assert re.fullmatch(
        r"CommandError: the release lock: .*too many conn.*\n", refused.stderr
    )


IMPOSSIBLE = """
from {settings} import *
HEROKU_SUPPORT_RELEASE_LOCK_WAIT = "soon"
"""


@pytest.mark.covers_processes
def test_a_setting_that_makes_no_sense_is_one_line(
    project: Project, database: Database
):
    source = IMPOSSIBLE.format(settings=GUARDED["DJANGO_SETTINGS_MODULE"])
    (project.directory / "impossible_settings.py").write_text(source)
    impossible = {**GUARDED, "DJANGO_SETTINGS_MODULE": "impossible_settings"}
    impossible["DATABASE_URL"] = database.url()
    refused = project.manage("migrate", "--skip-checks", **impossible)

    assert refused.returncode == 1
    assert re.fullmatch(
        r"CommandError: HEROKU_SUPPORT_RELEASE_LOCK_WAIT is 'soon', .*\n",
        refused.stderr,
    )


@pytest.mark.covers_processes
def test_a_database_that_knows_no_lock_is_migrated_and_it_is_said(
    project: Project, survey: Path, tmp_path: Path
):
    path = tmp_path / "db.sqlite3"
    path.write_bytes(survey.read_bytes())
    variables = {**RUN, "DATABASE_URL": f"sqlite:///{path}"}
    done = project.manage("migrate", "--skip-checks", **variables)

    assert done.returncode == 0, done.stderr
    assert "SQLite has no advisory lock" in done.stdout


# --- many times ----------------------------------------------------------------------------

MIGRATE = (["migrate"], GUARDED)
RELEASE = (["heroku_release", *NO_SMOKE], {**GUARDED, "DYNO": "release.1"})
CONTROL = (["migrate"], UNGUARDED)
Command = tuple[list[str], dict[str, str]]


def is_clean(project: Project, database: Database, command: Command) -> bool:
    """
    Start two together: has one migrated, and has the other found nothing to do, or said so?
    """
    arguments, variables = command
    variables = {**variables, "DATABASE_URL": database.url()}
    processes = [project.start(*arguments, **variables) for _ in range(2)]
    printed = [end(process) for process in processes]
    codes = [process.returncode for process in processes]
    is_excused = command == MIGRATE and any(
        "another process migrated meanwhile" in each for each in printed
    )
    twice = "SELECT 1 FROM django_migrations GROUP BY app, name HAVING count(*) > 1"
    return (
        sorted(codes) in ([0, 0], [0, 1] if is_excused else [0, 0])
        and rows(database) == (1, 1)
        and not database.query(twice)
    )


def start_state(state: str, migrated: Database) -> Database:
    if state == "fresh":
        return migrated.server.create_database()
    database = copy(migrated)
    {"schema pending": undo_app, "data pending": undo_rows}[state](database)
    return database


STATES = ("fresh", "schema pending", "data pending")
RACES = [
    pytest.param(MIGRATE, "data pending", 1, id="migrate, data pending"),
    *(
        pytest.param(command, state, 30, id=f"{name}, {state}", marks=pytest.mark.long)
        for state in STATES
        for name, command in (("releases", RELEASE), ("migrates", MIGRATE))
    ),
]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("command", "state", "trials"), RACES)
def test_two_that_start_together_do_no_damage_and_two_unguarded_migrates_do(
    project: Project, migrated: Database, command: Command, state: str, trials: int
):
    def trial(command: Command) -> bool:
        database = start_state(state, migrated)
        found = is_clean(project, database, command)
        database.drop()
        return found

    assert all(trial(command) for _ in range(trials))
    # The control: most pairs do damage, but on a busy machine ten in a row have done none.
    assert not all(trial(CONTROL) for _ in range(60))


# --- what a plan is compared with ----------------------------------------------------------


def migration(name: str, *replaces: tuple[str, str]) -> Migration:
    made = Migration(name, "auth")
    made.replaces = list(replaces)
    return made


@pytest.mark.django_db
def test_a_plan_that_is_still_true_is_left_alone():
    guard._compare("default", [])
    guard._compare("default", [(migration("0999_new"), False)])
    guard._compare("default", [(migration("0001_initial"), True)])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "is_backwards", "said"),
    [
        (migration("0001_initial"), False, r"auth\.0001_initial is applied now"),
        (migration("0999_gone"), True, r"auth\.0999_gone is no longer applied"),
        (
            migration("0001_squashed", ("auth", "0001_initial")),
            False,
            r"auth\.0001_squashed is applied now",
        ),
    ],
    ids=["forwards", "backwards", "squashed"],
)
def test_a_plan_that_another_process_has_overtaken_is_refused(
    changed: Migration,
    is_backwards: bool,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(guard, "connections", {"other": connection})

    with pytest.raises(CommandError, match=f"{said}.* migrate --database other$"):
        guard._compare(
            "other", [(migration("0998_new"), False), (changed, is_backwards)]
        )


def test_where_tests_run_nothing_is_guarded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DYNO", "run.1")
    monkeypatch.setattr("sys.argv", ["pytest"])
    said = io.StringIO()
    guard.before_migrate(using="default", stdout=said)

    assert (said.getvalue(), lock.is_held("default")) == ("", False)
