"""
What git has, and what the folders hold.
"""

from __future__ import annotations

import os
from pathlib import Path
from struct import pack

import pytest

from heroku_support.manifests.folders import files
from heroku_support.manifests.git_index import EXECUTABLE, ORDINARY, Index
from heroku_support.manifests.source import is_executable
from tests.manifests.examples import write

LINK = 0o120000


def index(**modes: int) -> Index:
    content = b"DIRC" + pack(">II", 2, len(modes))
    for path, mode in modes.items():
        entry = pack(">6I", *[0] * 6) + pack(">4I", mode, 0, 0, 0) + b"\1" * 20
        content += entry + pack(">H", len(path)) + path.encode() + b"\0" * 8
    return Index(content)


def test_it_has_what_is_tracked_by_its_whole_path():
    found = index(**{"bin/a.sh": ORDINARY})

    assert found.has("bin/a.sh")
    assert not any(map(found.has, ("a.sh", "bin/a", "bin", "x" * 5000)))


@pytest.mark.parametrize(
    ("mode", "expected"), [(EXECUTABLE, True), (ORDINARY, False), (LINK, None)]
)
def test_it_knows_which_files_are_programs(mode: int, expected: bool | None):
    found = index(other=EXECUTABLE, a=mode)

    assert found.is_executable("a") is expected
    assert found.is_executable("absent") is None


def test_it_finds_a_file_of_a_folder_and_not_of_one_below():
    found = index(**{"docs/media/a": ORDINARY, "media/b": ORDINARY})

    assert found.first("media/") == "media/b"
    assert index(**{"docs/media/a": ORDINARY}).first("media/") == ""


def test_what_is_no_index_has_nothing():
    found = Index(b"")

    assert found.is_empty and not found.has("") and not found.first("media/")


def test_folders_are_walked_some_levels_deep_without_what_tools_make(tmp_path: Path):
    deep = "a/b/c/d/e/f.py"
    paths = ["a/b.py", "a/b/c/d/e.py", deep, "venv/x.py", ".git/x", "node_modules/x"]
    write(tmp_path, dict.fromkeys(paths, ""))
    (tmp_path / "link").symlink_to(tmp_path / "a")

    assert files(tmp_path) == {"a/b.py", "a/b/c/d/e.py"}
    assert files(tmp_path / "absent") == frozenset()


def test_a_file_is_a_program_by_its_mode_where_there_are_modes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(tmp_path, {"a.sh": "", "b.sh": ""})
    (tmp_path / "b.sh").chmod(0o755)
    found = [is_executable(tmp_path, name) for name in ("a.sh", "b.sh", "absent")]
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")  # Windows knows programs by their names
        on_windows = is_executable(tmp_path, "b.sh")

    assert found == [False, True, None]
    assert on_windows is None
