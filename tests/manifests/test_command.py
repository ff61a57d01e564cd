"""
``python -m heroku_support doctor`` and ``manage.py heroku_doctor``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from heroku_support.__main__ import main
from heroku_support.manifests import toml_text
from tests.manifests.examples import write
from tests.processes import environment

CLEAN = {"Procfile": "web: gunicorn a\n"}
WARNS = {"Procfile": "web: gunicorn --timeout 60 a\n"}
FAILS = {"Procfile": "web : gunicorn a\n"}
ADVISES = {"Procfile": "a-b: x\n"}


def doctor(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "heroku_support", "doctor", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment()
    )


@pytest.mark.covers_processes
def test_it_runs_without_settings(tmp_path: Path):
    write(tmp_path, {**FAILS, "manage.py": "raise SystemExit('broken')\n"})
    ended = doctor(tmp_path, "--format", "json")

    assert ended.returncode == 1
    assert "space-before-colon" in {
        each["rule"] for each in json.loads(ended.stdout)["findings"]
    }


@pytest.mark.parametrize(
    ("files", "options", "status"),
    [
        (CLEAN, [], 0),
        (WARNS, [], 0),
        (WARNS, ["--strict"], 1),
        (ADVISES, ["--strict"], 0),
        (FAILS, [], 1),
        (FAILS, ["--ignore", "space-before-colon"], 0),
        (FAILS, ["--ignore", "crlf,space-before-colon", "--ignore=reload"], 0),
        (FAILS, ["--target", "container"], 0),
        (FAILS, ["--fix"], 0),
        (FAILS, ["--diff"], 1),
        (FAILS, ["--fix", "--diff"], 1),
    ],
)
def test_the_exit_status_says_what_was_found(files, options, status, tmp_path, capsys):
    assert main(["doctor", str(write(tmp_path, files)), *options]) == status


def test_the_diff_is_shown_and_nothing_written(tmp_path: Path, capsys):
    main(["doctor", str(write(tmp_path, FAILS)), "--fix", "--diff"])

    assert "+web: gunicorn a\n" in capsys.readouterr().out
    assert (tmp_path / "Procfile").read_text() == "web : gunicorn a\n"


def test_what_is_mended_is_no_longer_found(tmp_path: Path, capsys):
    main(["doctor", str(write(tmp_path, FAILS)), "--fix"])

    assert capsys.readouterr().out.startswith("Nothing found.")
    assert (tmp_path / "Procfile").read_text() == "web: gunicorn a\n"


def test_one_file_can_be_named(tmp_path: Path, capsys):
    write(tmp_path, {**FAILS, "manage.py": ""})
    main(["doctor", str(tmp_path / "Procfile"), "--format", "github"])

    assert capsys.readouterr().out.count("::error") == 1


def test_rules_are_ignored_by_pyproject(tmp_path: Path, capsys):
    table = '[tool.heroku_support.doctor]\nignore = ["space-before-colon"]\n'
    write(tmp_path, {**FAILS, "pyproject.toml": table})

    assert main(["doctor", str(tmp_path)]) == 0


@pytest.mark.parametrize(
    "text", ["", "[tool]\n", "tool = 1\n", "[tool.heroku_support]\n"]
)
def test_a_pyproject_about_something_else_ignores_nothing(text, tmp_path, capsys):
    write(tmp_path, {**FAILS, "pyproject.toml": text})

    assert main(["doctor", str(tmp_path)]) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = \n", "pyproject.toml:1:5: Invalid value"),
        ("\0", "pyproject.toml holds a NUL byte"),
        ("[tool.heroku_support.doctor]\nignore = 1\n", 'write ignore = ["rule-name"].'),
        (
            "[tool.heroku_support.doctor]\nignore = [1]\n",
            'write ignore = ["rule-name"].',
        ),
        ("[tool.heroku_support.doctor]\nselect = []\n", "has only 'ignore'"),
        (
            '[tool.heroku_support.doctor]\nignore = ["clrf"]\n',
            "there is no rule 'clrf'. Did you mean crlf?",
        ),
    ],
)
def test_a_mistake_in_pyproject_is_one_line(text, message, tmp_path, capsys):
    write(tmp_path, {**CLEAN, "pyproject.toml": text})
    with pytest.raises(SystemExit) as ended:
        main(["doctor", str(tmp_path)])

    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--ignore", "xyz"], "--ignore: there is no rule 'xyz'.\n"),
        (["nowhere"], "nowhere does not exist: name the project's folder.\n"),
        (["--target", "moon"], "invalid choice"),
    ],
)
def test_bad_usage_is_one_line_and_status_2(options, message, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *options])

    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_a_folder_that_cannot_be_listed_is_one_line(tmp_path, monkeypatch, capsys):
    # Tests may be run by root, who lists everything.
    def denied(*args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", denied)
    with pytest.raises(SystemExit):
        main(["doctor", str(tmp_path)])

    assert "cannot be read: Permission denied" in capsys.readouterr().err


def test_a_file_that_cannot_be_mended_is_one_line(tmp_path, monkeypatch, capsys):
    # No disk can be filled here.
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SystemExit):
        main(["doctor", str(write(tmp_path, FAILS)), "--fix"])

    assert "Procfile cannot be written: No space left" in capsys.readouterr().err


def test_without_a_reader_of_toml_it_says_which_extra(tmp_path, monkeypatch, capsys):
    # As on Python 3.10 without the extra.
    monkeypatch.setattr(toml_text, "READER", "tomli_that_is_not_installed")
    write(tmp_path, {**CLEAN, "pyproject.toml": ""})
    with pytest.raises(SystemExit):
        main(["doctor", str(tmp_path)])

    assert "pip install 'django-heroku-support[doctor]'" in capsys.readouterr().err


def test_what_a_terminal_cannot_show_is_written_out(tmp_path: Path):
    write(tmp_path, {"Procfile": "web: gunicorn –b\n"})
    command = [sys.executable, "-m", "heroku_support", "doctor", str(tmp_path)]
    latin = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    ended = subprocess.run(command, capture_output=True, env=latin, check=False)

    assert ended.returncode == 1
    assert b"gunicorn \\u2013b" in ended.stdout


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """
    Be on a terminal; yield what reads what it shows.
    """
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb") as screen, os.fdopen(theirs, "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        # A terminal keeps some kilobytes until they are read.
        yield lambda: (stdout.flush(), os.read(screen.fileno(), 65536).decode())[1]


@pytest.mark.parametrize(("variable", "is_colored"), [("", True), ("1", False)])
def test_a_terminal_has_colors_unless_no_color_says_none(
    variable: str, is_colored: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NO_COLOR", variable)
    write(tmp_path, ADVISES)
    with terminal(monkeypatch) as shown:
        main(["doctor", str(tmp_path)])
        assert ("\033[" in shown()) is is_colored
        call_command("heroku_doctor", str(tmp_path))
        assert ("\033[" in shown()) is is_colored


def test_a_pipe_has_no_colors(tmp_path: Path, capsys):
    main(["doctor", str(write(tmp_path, ADVISES))])

    assert "\033" not in capsys.readouterr().out


def test_nothing_of_the_project_is_run(tmp_path: Path):
    trap = "raise SystemExit('run')\n"
    names = ("yaml", "dockerfile_parse", "django", "json", "settings", "sitecustomize")
    files = {f"{name}.py": trap for name in names}
    write(tmp_path, {**files, "Dockerfile": "FROM a\n", "heroku.yml": "build:\n  x\n"})
    command = [sys.executable, "-m", "heroku_support", "doctor"]
    ended = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert ended.stdout.endswith("Target: container (guessed from heroku.yml).\n")


def test_no_settings_are_loaded():
    code = (
        "import sys, heroku_support.__main__ as m; "
        "from heroku_support.manifests.registry import rules; rules(); "
        "sys.exit('django.conf' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def managed(*arguments: str | Path, **options: object) -> str:
    output = StringIO()
    call_command("heroku_doctor", *map(str, arguments), stdout=output, **options)
    return output.getvalue()


def test_manage_py_does_the_same(tmp_path: Path):
    assert managed(write(tmp_path, CLEAN)).startswith("Nothing found.")


def test_manage_py_ends_with_the_status(tmp_path: Path):
    with pytest.raises(SystemExit) as ended:
        managed(write(tmp_path, FAILS))

    assert ended.value.code == 1


def test_manage_py_says_what_it_could_not_do():
    with pytest.raises(CommandError, match="does not exist") as caught:
        managed("nowhere")

    assert caught.value.returncode == 2


def test_manage_py_is_colored_where_that_is_asked_for(tmp_path: Path):
    write(tmp_path, ADVISES)

    assert "\033" in managed(tmp_path, force_color=True)
    assert "\033" not in managed(tmp_path)
