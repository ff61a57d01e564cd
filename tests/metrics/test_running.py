"""
The servers that another process finds on this machine, and the one it takes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from heroku_support.dyno import Dyno
from heroku_support.metrics import frames, running, slots
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.running import choose, find
from tests.metrics.actors import Actor, path_in

WEB, OTHER = "web.1-0123abcd", "local-89abcdef"
LOCAL = Dyno.from_environ({}, argv=["manage.py"])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Where servers have their files.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def serving(folder: Path, *names: str) -> Iterator[list[Actor]]:
    actors = [Actor.start(folder, name=name) for name in names]
    try:
        yield actors
    finally:
        for actor in actors:
            actor.kill()


def test_a_server_is_found_with_all_its_processes(folder: Path):
    with serving(folder, WEB, WEB) as actors:
        (found,) = find()
        actors[0].count()
        counted = frames.read(found.slots)

    assert found.dyno == "web.1"
    assert found.processes == {each.process for each in actors}
    assert found.folder == os.getcwd()
    assert (counted.gauges.workers, sum(counted.totals)) == (2, 1)


def test_a_server_whose_processes_are_gone_is_none(folder: Path):
    with serving(folder, WEB):
        pass

    assert list(find()) == []
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"x", bytes(slots.SIZE)])
def test_what_is_no_file_of_slots_is_left_alone(folder: Path, content: bytes):
    path = path_in(folder)
    path.write_bytes(content)
    path.chmod(slots.MODE)

    assert slots.existing(path) is None
    assert path.read_bytes() == content


def test_a_file_that_others_may_write_to_is_not_read(folder: Path):
    with serving(folder, WEB):
        (path,) = folder.iterdir()
        path.chmod(0o666)
        found = list(find())
        path.chmod(slots.MODE)

    assert found == []


def test_a_link_is_not_followed(folder: Path):
    path_in(folder).symlink_to(folder / "elsewhere")

    assert slots.existing(path_in(folder)) is None


def test_the_one_server_of_this_folder_is_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    here = os.getcwd()
    with serving(folder, OTHER):
        monkeypatch.chdir(folder)
        with serving(folder, WEB):
            monkeypatch.chdir(here)
            assert choose(LOCAL).dyno == "local"


def test_of_several_one_must_be_named(folder: Path):
    with serving(folder, WEB, OTHER) as (one, two):
        with pytest.raises(ShowError, match="2 servers") as caught:
            choose(LOCAL)
        chosen = choose(LOCAL, two.process)

    assert chosen.dyno == "local"
    assert all(f"--pid {each.process}  " in str(caught.value) for each in (one, two))


def test_a_process_that_counts_nothing_is_none(folder: Path):
    with serving(folder, WEB) as (one,):
        with pytest.raises(ShowError, match="Process 1 does not") as caught:
            choose(LOCAL, 1)
        with pytest.raises(ShowError, match=f"--pid {one.process}  web.1: "):
            choose(LOCAL, 1)
    with pytest.raises(ShowError, match="Process 1 does not count here.$"):
        choose(LOCAL, 1)

    assert "web.1" in str(caught.value)


def test_servers_of_other_folders_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    with serving(folder, WEB) as (one,):
        monkeypatch.chdir(folder)
        with pytest.raises(ShowError, match=f"other folders(.|\n)*{one.process}"):
            choose(LOCAL)


@pytest.mark.parametrize(
    ("variables", "advice"),
    [({}, "runserver$"), ({"DYNO": "run.1"}, "--all, .* ps:exec --dyno web.1$")],
)
def test_where_nothing_runs_it_is_said_what_to_do(
    variables: dict[str, str], advice: str
):
    with pytest.raises(ShowError, match=advice):
        choose(Dyno.from_environ(variables, argv=["manage.py"]))


def test_elsewhere_than_on_linux_there_is_nothing_to_see(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ShowError, match="Only on Linux"):
        choose(LOCAL)


def test_a_command_line_shows_no_secret(folder: Path):
    process = folder / "1"
    process.mkdir()
    line = b"/usr/bin/python\0serve\0postgres://a:s3cret@host/b\0\x1b[2J\0"
    (process / "cmdline").write_bytes(line)
    shown = running._command(process)

    assert shown.startswith("python serve postgres://")
    assert "s3cret" not in shown
    assert shown.isprintable()


def test_a_process_that_has_just_ended_has_no_name(folder: Path):
    assert running._command(folder / "1") == "?"
    assert running._folder(folder / "1") == ""
