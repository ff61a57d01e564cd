"""
The types that a project's own type checker sees.
"""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import heroku_support
from heroku_support import Heroku

SETTINGS = Path(__file__).parent / "settings" / "every_helper.py"
NOT_HELPERS = {"dyno", "decisions"}


def run_mypy(path: Path) -> subprocess.CompletedProcess[str]:
    # Errors inside of an installed package are not shown to its users, and mypy finds one
    # that is installed by itself.
    home = Path(heroku_support.__file__).parent.parent
    installed = home.name == "site-packages"
    options = ["--strict", "--config-file=", "--follow-imports=silent"]
    return subprocess.run(
        [sys.executable, "-m", "mypy", *options, path.name],
        cwd=path.parent,
        env={} if installed else {"MYPYPATH": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_sample_uses_every_helper():
    public = {
        name for name, _ in inspect.getmembers(Heroku) if not name.startswith("_")
    }
    tree = ast.walk(ast.parse(SETTINGS.read_text()))
    used = {node.attr for node in tree if isinstance(node, ast.Attribute)}

    assert public - NOT_HELPERS - used == set()


def test_a_strict_type_checker_accepts_settings_that_use_every_helper(tmp_path: Path):
    (tmp_path / "settings.py").write_text(SETTINGS.read_text())
    checked = run_mypy(tmp_path / "settings.py")

    assert checked.returncode == 0, checked.stdout + checked.stderr


WRONG = {
    'heroku.databases(ssl="verified")': "incompatible type",
    'heroku.security(SECURE_HSTS_SECONDS="1")': "incompatible type",
    "heroku.security(SECURE_HTST_SECONDS=1)": "Unexpected keyword argument",
    "heroku.celery(CELERY_BROKER=1)": "Unexpected keyword argument",
    "heroku.allowed_hosts(1)": "incompatible type",
}


@pytest.mark.long
def test_a_strict_type_checker_finds_each_wrong_argument(tmp_path: Path):
    settings = tmp_path / "settings.py"
    lines = ["from heroku_support import Heroku", "heroku = Heroku()", *WRONG]
    settings.write_text("\n".join(lines) + "\n")
    checked = run_mypy(settings)

    for number, reason in enumerate(WRONG.values(), start=3):
        found = [
            line
            for line in checked.stdout.splitlines()
            if line.startswith(f"settings.py:{number}: error:")
        ]
        assert any(reason in line for line in found), checked.stdout
