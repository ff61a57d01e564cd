"""
Files that are meant to do harm: each is examined at once, in little memory, and told in place.

Files that are no files, such as pipes and links, are in ``test_source.py``; disks that are full or
read-only in ``test_fixes.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from heroku_support.manifests.doctor import Diagnosis, examine
from heroku_support.manifests.project import Project
from heroku_support.manifests.reporters import REPORTERS
from tests.manifests.budget import MEGABYTE, measured
from tests.manifests.examples import places

SECONDS = 1.5  # the limit is 0.5; coverage doubles the time, and a core may be shared
MEMORY = 100 * MEGABYTE
BUILD = "build:\n  docker:\n    web: Dockerfile\n"
MERGES = "a: &a0 {x: 1, y: 1}\n" + "".join(
    f"a{n}: &a{n} {{{', '.join(f'k{m}: {{<<: *a{n - 1}}}' for m in range(9))}}}\n"
    for n in range(1, 10)
)
LAUGHS = "a0: &a0 [ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)

ROWS: list[tuple[str, str, bytes, list[str]]] = [
    # C1: Procfile.
    ("Procfile", "space-before-colon", b"web: x\nweb : y\n" * 5_000, ["2"]),
    ("Procfile", "crlf", b"web: x\r\n", ["1"]),
    ("Procfile", "byte-order-mark", b"\xef\xbb\xbfweb: x\n", ["1"]),
    ("Procfile", "utf-16", "web: x\n".encode("utf-16"), ["1"]),
    ("Procfile", "colon-missing", b"\tweb\tx\n", ["1"]),
    ("Procfile", "colon-missing", b"web x", ["1"]),
    ("Procfile", "unreadable", b"web: x\nwor\0ker: y\n", ["2"]),
    ("Procfile", "process-duplicate", b"web: x\nweb: y\n", ["2"]),
    ("Procfile", "name-characters", "web: x\nwörker: y\n".encode(), ["2"]),
    ("Procfile", "unreadable", b"web: x\nw\xe4: y\n", ["2"]),
    # C2: YAML.
    ("heroku.yml", "yaml-alias", LAUGHS.encode() + BUILD.encode(), ["2"]),
    ("heroku.yml", "yaml-alias", MERGES.encode() + BUILD.encode(), ["2"]),
    ("heroku.yml", "yaml-alias", b"build: &a\n  docker: *a\n", ["2"]),
    ("heroku.yml", "yaml-syntax", b"[" * 20_000, ["1"]),
    ("heroku.yml", "yaml-duplicate-key", f"{BUILD}    web: b\n".encode(), ["4"]),
    ("heroku.yml", "config-quotes", b"setup:\n  config:\n    A: NO\n", ["3"]),
    ("heroku.yml", "config-quotes", b"setup:\n  config:\n    A: 1:30\n", ["3"]),
    ("heroku.yml", "config-quotes", b"setup:\n  config:\n    A: " + b"9" * 5_000, ["3"]),
    ("heroku.yml", "build-missing", b"a: !!python/object/apply:os.abort []\n", ["1"]),
    ("heroku.yml", "unreadable", b"a: b\n" * 60_000, ["1"]),
    ("heroku.yml", "key-unknown", b"build:\n  docker:\n" + b"".join(b"  k%d:\n" % n for n in range(3_000)), [str(n) for n in range(3, 103)]),
    ("heroku.yml", "section-unknown", b"build:\n  docker: {}\n" + b"".join(b"k%d: x\n" % n for n in range(3_000)), [str(n) for n in range(3, 103)]),
    # C3: JSON.
    ("app.json", "json-syntax", b"[" * 100_000, ["1"]),
    ("app.json", "json-syntax", b'{\n"name": NaN}', ["2"]),
    ("app.json", "json-duplicate-key", b'{"name": "a",\n"name": "b"}', ["2"]),
    ("app.json", "byte-order-mark", b'\xef\xbb\xbf{"name": "a"}', ["1"]),
    ("app.json", "app-value-shape", b'{"name":\n' + b"9" * 5_000 + b"}", ["2"]),
    # C4: TOML.
    ("uv.lock", "version-missing", b"a = " + b"[" * 100_000, ["1"]),
    # Whole files of nothing, and of one character.
    ("Procfile", "web-missing", b"", []),
    ("heroku.yml", "heroku-yml-empty", b"", ["1"]),
    ("app.json", "json-syntax", b"", ["1"]),
    ("requirements.txt", "lock-missing", b"-" * 200_000, []),
    ("Dockerfile", "command-missing", b"\\\n" * 30_000, []),
    ("Dockerfile", "unreadable", b"RUN x && \\\n" * 10_000, ["1"]),
    (".python-version", "version-syntax", b"3" * 200_000, ["1"]),
    ("runtime.txt", "runtime-txt", b"python-" * 30_000, ["1"]),
]  # fmt: skip


def examined(root: Path) -> Diagnosis:
    """
    Examine and report, within what that may cost.
    """
    with measured(root) as cost:
        diagnosis = examine(Project(root))
        for report in REPORTERS.values():
            report(diagnosis)
    assert cost.outside == []
    assert cost.seconds < SECONDS
    assert cost.bytes < MEMORY
    return diagnosis


@pytest.mark.parametrize(("name", "rule", "content", "lines"), ROWS)
def test_a_hostile_file_is_told_in_place(name, rule, content, lines, tmp_path: Path):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "manage.py").touch()
    found = places(examined(tmp_path), rule)

    assert [each.split(":")[1] for each in found][: len(lines)] == lines


@pytest.mark.parametrize(
    "files",
    [
        {"heroku.yml": "build:\n  docker:\n    web: ../secret\n"},
        {"heroku.yml": "build:\n  docker:\n    web: /etc/passwd\n"},
        {"requirements.txt": "-r ../secret\n-r /etc/passwd\n-c ../../x\n-e ../..\n"},
        {"Procfile": "web: ../secret\nrelease: bash /etc/passwd\n"},
        {"Procfile": "web: gunicorn ...wsgi --chdir ..\n"},
        {"pyproject.toml": 'readme = "../secret"\n', "manage.py": ""},
        {"manage.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "..secret")\n'},
        {".git/index": "DIRC", ".slugignore": "../secret\n", "manage.py": ""},
    ],
)
def test_what_a_file_names_outside_of_the_project_is_not_opened(files, tmp_path: Path):
    (tmp_path / "secret").write_text("key")
    root = tmp_path / "project"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    examined(root)


def test_of_links_that_lead_out_nothing_is_opened(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.mkdir()
    for name in ("Procfile", "settings.py", "index"):
        (secret / name).write_text("web : 7f3a9c\n")
    root = tmp_path / "project"
    root.mkdir()
    for name in ("Procfile", "app.json", "requirements.txt", "uv.lock", "runtime.txt"):
        (root / name).symlink_to("../secret/Procfile")
    (root / "config").symlink_to("../secret")
    (root / ".git").symlink_to("../secret")
    diagnosis = examined(root)

    assert "7f3a9c" not in "".join(form(diagnosis) for form in REPORTERS.values())


@pytest.mark.parametrize("form", sorted(REPORTERS))
def test_what_moves_a_cursor_is_written_out(form: str, tmp_path: Path):
    escape = "\x1b]0;owned\x07\x1b[2J\u202e"
    (tmp_path / "bin\x1b[2J").touch()
    for name in ("Procfile", "heroku.yml", "app.json", "Dockerfile", ".python-version"):
        (tmp_path / name).write_text(f'{escape}web : x\n{{"{escape}": 1}}\n')

    assert not set("\x1b\x07\u202e") & set(REPORTERS[form](examine(Project(tmp_path))))
