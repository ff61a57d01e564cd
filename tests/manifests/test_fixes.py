"""
Files that are mended: nothing else changes, and nothing is lost.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from heroku_support.manifests.findings import Edit, applied
from heroku_support.manifests.fixes import FixError, fix
from tests.manifests.examples import diagnose, write

NESTED = (
    "# The database\r\nsetup:\r\n  addons:\r\n    - plan: x  # first\r\n"
    "  build:\r\n    docker:\r\n      web: Dockerfile\r\n"
)


def mend(root: Path, files: dict[str, str]) -> str:
    write(root, files)
    fix(diagnose(root)).write()
    (path,) = files
    return (root / path).read_bytes().decode()


def test_comments_order_and_line_ends_are_kept(tmp_path: Path):
    assert mend(tmp_path, {"heroku.yml": NESTED}) == (
        "# The database\r\nsetup:\r\n  addons:\r\n    - plan: x  # first\r\n"
        "build:\r\n  docker:\r\n    web: Dockerfile\r\n"
    )


def test_everything_that_can_be_mended_is(tmp_path: Path):
    text = "web : gunicorn –b a\r\n worker:celery\r\nworker:celery\r\nweb gunicorn\r\n"

    assert mend(tmp_path, {"Procfile": text}).startswith(
        "web: gunicorn --b a\nworker: celery\n"
    )


def test_what_a_mistake_hid_is_mended_too(tmp_path: Path):
    text = '{\n  "addons": ["heroku-postgresql:hobby-dev",],\n}\n'

    assert mend(tmp_path, {"app.json": text}) == (
        '{\n  "addons": ["heroku-postgresql:essential-0"]\n}\n'
    )


def test_tabs_become_spaces(tmp_path: Path):
    text = "build:\n\tdocker:\n\t\tweb: Dockerfile\n"

    assert mend(tmp_path, {"heroku.yml": text}) == (
        "build:\n  docker:\n    web: Dockerfile\n"
    )


def test_several_sections_are_moved_together(tmp_path: Path):
    text = (
        "setup:\n  addons:\n    - plan: x\n  build:\n    docker:\n      web: Dockerfile\n"
        "  release:\n    image: web\n    command:\n      - x\n"
    )

    assert mend(tmp_path, {"heroku.yml": text}) == (
        "setup:\n  addons:\n    - plan: x\nbuild:\n  docker:\n    web: Dockerfile\n"
        "release:\n  image: web\n  command:\n    - x\n"
    )


def test_a_mended_file_is_not_mended_again(tmp_path: Path):
    mend(tmp_path, {"heroku.yml": NESTED})

    assert fix(diagnose(tmp_path)).after == {}


def test_a_fix_that_makes_it_worse_is_not_made(tmp_path: Path):
    # With tabs as spaces, it still is no YAML.
    text = "build:\n\tdocker: [\n"
    write(tmp_path, {"heroku.yml": text})
    fixed = fix(diagnose(tmp_path))

    assert fixed.after == {}


def test_one_fix_that_fails_leaves_the_others(tmp_path: Path):
    # In lower case the second line would be the first once more.
    text = "web: a\nWeb: b –c\n"

    assert mend(tmp_path, {"Procfile": text}) == "web: a\nWeb: b --c\n"


def test_the_diff_shows_it_and_writes_nothing(tmp_path: Path):
    write(tmp_path, {"Procfile": "release: x\nweb : y"})
    diff = fix(diagnose(tmp_path)).diff

    assert diff == (
        "--- a/Procfile\n+++ b/Procfile\n@@ -1,2 +1,2 @@\n release: x\n-web : y\n+web: y\n"
    )
    assert (tmp_path / "Procfile").read_text() == "release: x\nweb : y"


def test_the_mode_is_kept(tmp_path: Path):
    write(tmp_path, {"Procfile": "web : y\n"})
    (tmp_path / "Procfile").chmod(0o640)
    fix(diagnose(tmp_path)).write()

    assert stat.S_IMODE((tmp_path / "Procfile").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path):
    write(tmp_path, {"Procfile.heroku": "web : y\n"})
    (tmp_path / "Procfile").symlink_to("Procfile.heroku")
    fix(diagnose(tmp_path)).write()

    assert (tmp_path / "Procfile").is_symlink()
    assert (tmp_path / "Procfile.heroku").read_text() == "web: y\n"


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path):
    write(tmp_path, {"Procfile": "web : y\n"})
    fixed = fix(diagnose(tmp_path))
    (tmp_path / "Procfile").write_text("web : z\n")

    with pytest.raises(FixError, match="^Procfile has changed"):
        fixed.write()
    assert (tmp_path / "Procfile").read_text() == "web : z\n"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_file_as_it_was(call: str, tmp_path: Path, monkeypatch):
    write(tmp_path, {"Procfile": "web : y\n"})

    # What the kernel says; no disk can be filled here.
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(FixError, match="No space left on device"):
        fix(diagnose(tmp_path)).write()

    assert [path.name for path in tmp_path.iterdir()] == ["Procfile"]
    assert (tmp_path / "Procfile").read_text() == "web : y\n"


def test_of_edits_that_overlap_the_first_is_made():
    edits = [Edit(1, 3, "x"), Edit(2, 4, "y"), Edit(1, 3, "x")]

    assert applied("abcde", edits) == "axde"
