"""
Which migrations a branch adds: real repositories, and a project without a database.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from heroku_support.release.errors import StepError
from heroku_support.release.unsafe import recorder, scan_since
from heroku_support.release.unsafe.since import added
from tests.release.unsafe.test_corpus import default

INITIAL = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Note", [
            ("id", models.BigAutoField(primary_key=True)),
            ("text", models.TextField()),
            ("length", models.IntegerField(null=True)),
        ]),
    ]
"""
NEXT = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("{app}", "{after}")]
    replaces = {replaces}
    operations = [{operations}]
"""


def git(directory: Path, *arguments: str) -> None:
    """
    Run git as somebody who has no settings.
    """
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(
        ["git", *identity, "-C", str(directory), *arguments],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> str:
    """
    The name of an app, different in each test, as modules are imported once.
    """
    monkeypatch.syspath_prepend(tmp_path)
    return f"notes{abs(hash(request.node.nodeid))}"


@pytest.fixture
def repository(tmp_path: Path, app: str, settings) -> Path:
    """
    A repository with a first migration on `main`, and a branch that is checked out.
    """
    folder = tmp_path / app / "migrations"
    folder.mkdir(parents=True)
    for package in (folder.parent, folder):
        (package / "__init__.py").write_text("")
    (folder / "0001_initial.py").write_text(INITIAL)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "branch")
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, app]
    return tmp_path


def commit(repository: Path) -> None:
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=x")


def write(
    repository: Path,
    name: str,
    operations: str,
    *,
    after: str = "0001_initial",
    replaces: object = (),
) -> Path:
    """
    Write a migration of the repository's app.
    """
    (folder,) = repository.glob("*/migrations")
    text = NEXT.format(
        app=folder.parent.name,
        after=after,
        operations=operations,
        replaces=list(replaces),
    )
    path = folder / f"{name}.py"
    path.write_text(text)
    return path


def found(repository: Path, ref: str = "main") -> list[tuple[str, str]]:
    """
    Return the name of each unsafe migration, and of what was found in it.
    """
    findings = scan_since(ref, repository)
    return [(each.migration.partition(".")[2], each.rule) for each in findings]


DROP = 'migrations.RemoveField("note", "text")'
INDEX = 'migrations.AddIndex("note", models.Index(fields=["length"], name="by_length"))'


def test_a_branch_that_adds_nothing_has_nothing(repository: Path):
    assert found(repository) == []


def test_what_was_committed_on_the_branch_is_looked_at(repository: Path):
    write(repository, "0002_drop", DROP)
    commit(repository)

    assert found(repository) == [("0002_drop", "remove-field")]


def test_what_is_not_committed_yet_is_looked_at(repository: Path):
    write(repository, "0002_drop", DROP)
    write(repository, "0003_index", INDEX, after="0002_drop")
    git(repository, "add", "*0002*")

    assert found(repository) == [
        ("0002_drop", "remove-field"),
        ("0003_index", "build-index"),
    ]


def test_what_main_has_added_meanwhile_is_not(repository: Path):
    git(repository, "checkout", "--quiet", "main")
    write(repository, "0002_drop", DROP)
    commit(repository)

    assert found(repository, "HEAD") == []


def test_a_migration_with_a_new_number_counts(repository: Path):
    write(repository, "0002_index", INDEX)
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "other")
    path = write(repository, "0002_index", INDEX)
    git(repository, "mv", str(path), str(path.with_name("0003_index.py")))

    assert found(repository, "branch") == [("0003_index", "build-index")]


def test_what_an_old_migration_says_of_an_added_one_is_not_told(repository: Path):
    write(repository, "0003_old", DROP)
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "other")
    write(repository, "0002_new", "")
    write(repository, "0003_old", DROP, after="0002_new")

    assert found(repository, "branch") == []


def test_a_squash_of_what_was_there_is_not_new(repository: Path):
    write(repository, "0002_index", INDEX)
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "other")
    (folder,) = repository.glob("*/migrations")
    write(
        repository,
        "0002_squashed",
        INDEX,
        replaces=[(folder.parent.name, "0002_index")],
    )

    assert found(repository, "branch") == []


def test_it_is_run_from_anywhere_in_the_repository(repository: Path):
    path = write(repository, "0002_drop", DROP)

    assert added("main", path.parent) == {path}


def test_a_commit_that_git_does_not_know_is_one_line(repository: Path):
    with pytest.raises(StepError, match="no 'origin/main'.*: git fetch origin main$"):
        scan_since("origin/main", repository)


def test_the_command_says_that_nothing_is_unsafe(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(repository)
    call_command("heroku_migrate", check=True, since="main")

    assert "migrations added since main: nothing is unsafe" in capsys.readouterr().out


def test_the_command_fails_by_what_is_unsafe(
    repository: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(repository)
    write(repository, "0002_drop", DROP)
    with pytest.raises(CommandError) as refused:
        call_command("heroku_migrate", check=True, since="main", unsafe="fail")

    assert refused.value.returncode == 3


def test_the_command_warns_of_what_is_unsafe(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(repository)
    write(repository, "0002_drop", DROP)
    call_command("heroku_migrate", check=True, since="main", unsafe="warn")

    assert "remove-field" in capsys.readouterr().out


def test_a_ref_is_never_an_option(repository: Path):
    with pytest.raises(StepError, match="git knows no '--all'"):
        scan_since("--all", repository)


def test_a_shallow_clone_is_told_how_to_reach_back(repository: Path, tmp_path: Path):
    write(repository, "0002_index", INDEX)
    commit(repository)
    clone = tmp_path / "clone"
    git(repository, "clone", "--quiet", "--depth=1", f"file://{repository}", str(clone))

    with pytest.raises(
        StepError, match="shallow.*--unshallow origin main.*fetch-depth"
    ):
        added("origin/main", clone)


def test_a_folder_without_a_repository_is_one_line(tmp_path: Path):
    with pytest.raises(StepError, match=r"^--since: fatal: not a git repository"):
        added("main", tmp_path)


def test_a_machine_without_git_is_told(
    repository: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(StepError, match="needs git.*: apt-get install git"):
        added("main", repository)


def test_a_project_without_a_driver_for_postgres_is_told(
    repository: Path, monkeypatch: pytest.MonkeyPatch
):
    def no_driver(module: str) -> None:
        raise ImproperlyConfigured("Error loading psycopg2 or psycopg module")

    write(repository, "0002_drop", DROP)
    # Here it is installed, and imported long ago.
    monkeypatch.setattr(recorder, "_silent", no_driver)

    with pytest.raises(StepError, match=r"pip install 'psycopg\[binary\]'"):
        scan_since("main", repository)


def test_a_project_on_postgres_is_asked_without_a_connection(
    repository: Path,
):
    write(repository, "0002_index", INDEX)
    with default("postgres://app@127.0.0.1:1/none"):
        assert found(repository) == [("0002_index", "build-index")]
