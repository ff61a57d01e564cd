"""
Files that do harm to who reads them, and positions that survive whatever ends a line.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from heroku_support.manifests import source
from heroku_support.manifests.source import LARGEST, Source, SourceError, visible

SOON = 0.2  # seconds, within which every file is read or given up


def refused(root: Path, name: str = "Procfile") -> SourceError:
    started = time.perf_counter()
    with pytest.raises(SourceError) as caught:
        source.read(root, name)
    assert time.perf_counter() - started < SOON
    return caught.value


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_position_is_the_same_whatever_ends_a_line(end: str):
    text = Source("Procfile", end.join(["web: ä", "\tworker: 😀 x", ""]))

    assert text.position(text.text.index("x")) == (2, 12)
    assert text.lines == ("web: ä", "\tworker: 😀 x")


def test_a_position_at_the_end_is_behind_the_last_character():
    assert Source("Procfile", "web: x").position(6) == (1, 7)


def test_an_empty_text_has_a_first_position_and_no_line():
    text = Source("Procfile", "")

    assert text.position(0) == (1, 1)
    assert (text.lines, text.line(1), text.newline) == ((), "", "\n")


def test_a_new_line_ends_as_the_first_does():
    assert Source("Procfile", "a\r\nb\n").newline == "\r\n"


def test_a_line_begins_where_it_begins():
    text = Source("Procfile", "a\r\nb\n")

    assert (text.start(1), text.start(2), text.start(9)) == (0, 3, 5)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path):
    (tmp_path / "Procfile").write_bytes(b"\xef\xbb\xbfweb: x\n")
    text = source.read(tmp_path, "Procfile")

    assert text is not None
    assert (text.text, text.encoding) == ("web: x\n", "utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_by_its_mark(encoding: str, tmp_path: Path):
    (tmp_path / "Procfile").write_bytes("\ufeffweb: x\n".encode(encoding))
    text = source.read(tmp_path, "Procfile")

    assert text is not None
    assert (text.text, text.encoding) == ("web: x\n", "utf-16")


def test_what_is_not_there_is_none(tmp_path: Path):
    assert source.read(tmp_path, "Procfile") is None


def test_a_directory_is_refused(tmp_path: Path):
    (tmp_path / "Procfile").mkdir()

    assert "is a directory" in str(refused(tmp_path))


def test_a_pipe_is_never_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "Procfile")

    assert "is no regular file" in str(refused(tmp_path))


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)  # a socket's path has a hundred characters at most
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("Procfile")

        assert "cannot be read" in str(refused(tmp_path))


def test_a_loop_of_links_is_refused(tmp_path: Path):
    (tmp_path / "Procfile").symlink_to("other")
    (tmp_path / "other").symlink_to("Procfile")

    assert "cannot be read" in str(refused(tmp_path))


def test_a_link_to_nothing_is_refused(tmp_path: Path):
    (tmp_path / "Procfile").symlink_to("nothing")

    assert "No such file" in str(refused(tmp_path))


def test_nothing_is_read_outside_the_project(tmp_path: Path):
    (tmp_path / "secret").write_text("key")
    project = tmp_path / "project"
    project.mkdir()
    (project / "Procfile").symlink_to("../secret")

    assert "leads out of the project" in str(refused(project))
    assert not source.exists(project, "Procfile")


def test_a_folder_that_leads_out_is_not_followed(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "Dockerfile").write_text("FROM scratch\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / "docker").symlink_to("../elsewhere")

    assert "leads out" in str(refused(project, "docker/Dockerfile"))


def test_a_path_that_climbs_out_is_refused(tmp_path: Path):
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    project = tmp_path / "project"
    project.mkdir()

    assert "leads out" in str(refused(project, "../Dockerfile"))


def test_a_link_within_the_project_is_followed(tmp_path: Path):
    (tmp_path / "Procfile.heroku").write_text("web: x\n")
    (tmp_path / "Procfile").symlink_to("Procfile.heroku")
    text = source.read(tmp_path, "Procfile")

    assert text is not None
    assert text.text == "web: x\n"


def test_a_gigabyte_is_not_read(tmp_path: Path):
    with (tmp_path / "Procfile").open("wb") as file:
        file.truncate(1 << 30)

    assert f"more than the {LARGEST} that are read" in str(refused(tmp_path))


def test_a_name_that_no_file_can_have_is_not_there(tmp_path: Path):
    assert not source.exists(tmp_path, "a\0b")


@pytest.mark.parametrize(
    ("content", "reason", "position"),
    [
        (b"web: x\nwo\0rker: y\n", "holds a NUL byte", (2, 3)),
        (b"web: x\nw\xe4: y\n", "is not UTF-8", (2, 2)),
        (b"\xef\xbb\xbfweb: \xff\n", "is not UTF-8", (1, 6)),
        (b"\xff\xfew\0e", "is not UTF-16", (1, 1)),
    ],
)
def test_what_is_no_text_is_refused_at_its_byte(
    content: bytes, reason: str, position: tuple[int, int], tmp_path: Path
):
    (tmp_path / "Procfile").write_bytes(content)
    error = refused(tmp_path)

    assert error.reason == reason
    assert error.position == position


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch):
    (tmp_path / "Procfile").write_text("web: x\n")

    # Tests may be run by root, who reads everything.
    def denied(*args: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)

    assert "Permission denied" in str(refused(tmp_path))


def test_no_text_can_move_the_cursor():
    assert visible("a\033[2Jb\x07\u202ec\u2028") == "a\\x1b[2Jb\\x07\\u202ec\\u2028"


def test_what_people_write_is_shown_as_it_is():
    assert visible("größer – 日本 😀 “x”\u00a0y") == "größer – 日本 😀 “x”\u00a0y"
