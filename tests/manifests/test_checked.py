"""
What a rule and a system check both see is told once.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest
from django.core.checks import CheckMessage

from heroku_support import checks
from heroku_support.manifests.checked import CHECKS, Checked, Message
from heroku_support.manifests.doctor import examine
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import rules
from tests.manifests.examples import write

SQLITE = """\
ROOT_URLCONF = "shop.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
"""
HIDDEN = 'ROOT_URLCONF = "shop.urls"\nDATABASES = made_elsewhere()\n'
PATH = "shop/settings.py"
E001 = Message("E001", "error", "A database is SQLite.", "Do this.")
W003 = Message("W003", "warning", "HerokuMiddleware is not the first.", "Do that.")


def found(root: Path, text: str, *messages: Message, on_dyno: bool = False, path=PATH):
    write(root, {"shop/settings.py": text, "Procfile": "release: x\n"})
    checked = Checked(path, messages, on_dyno)
    diagnosis = examine(Project(root, checked=checked))
    return [
        (f"{each.line}:{each.column}", each.rule, each.severity)
        for each in diagnosis.findings
        if each.path.endswith(".py")
    ]


def test_every_check_has_its_place():
    ids = set()
    for module in pkgutil.iter_modules(checks.__path__):
        found = vars(import_module(f"heroku_support.checks.{module.name}")).values()
        ids |= {each.id for each in found if isinstance(each, CheckMessage)}

    assert {f"heroku_support.{name}" for name in CHECKS} == ids
    assert {rule for rule, _ in CHECKS.values()} <= rules().keys()


@pytest.mark.parametrize("on_dyno", [False, True])
def test_what_both_see_is_told_once_at_its_place(on_dyno: bool, tmp_path: Path):
    assert found(tmp_path, SQLITE, E001, on_dyno=on_dyno) == [
        ("2:36", "database-sqlite", "error")
    ]


def test_where_the_text_does_not_decide_the_check_does(tmp_path: Path):
    assert found(tmp_path, HIDDEN, E001) == [("2:13", "database-sqlite", "error")]


def test_a_setting_that_a_message_begins_with_is_its_place(tmp_path: Path):
    text = f'{HIDDEN}HEROKU_SUPPORT_CHECK_TTL = "soon"\n'
    said = Message(
        "E018", "error", "HEROKU_SUPPORT_CHECK_TTL is 'soon', no number.", ""
    )

    assert found(tmp_path, text, said) == [("3:28", "system-check", "error")]


def test_what_no_rule_looks_for_is_told_of_the_file(tmp_path: Path):
    assert found(tmp_path, HIDDEN, W003) == [("1:1", "system-check", "warning")]


def test_without_settings_that_can_be_read_the_check_is_told(tmp_path: Path):
    assert found(tmp_path, "x = 1\n", E001) == [("1:1", "database-sqlite", "error")]


def test_on_a_dyno_the_loaded_settings_are_what_holds(tmp_path: Path):
    assert found(tmp_path, SQLITE) == [("2:36", "database-sqlite", "error")]
    assert found(tmp_path, SQLITE, on_dyno=True) == []


def test_on_a_dyno_rules_without_a_check_are_told(tmp_path: Path):
    text = f"{SQLITE}ALLOWED_HOSTS = []\n"

    assert found(tmp_path, text, on_dyno=True) == [("3:17", "hosts-missing", "error")]


def test_settings_that_no_dyno_loads_are_not_asked(tmp_path: Path):
    assert found(tmp_path, HIDDEN, E001, path="shop/local.py") == []


def test_what_a_dyno_loads_is_told_of_its_own_file(tmp_path: Path):
    told = found(tmp_path, HIDDEN, E001, path="shop/other.py", on_dyno=True)

    assert told == [("1:1", "database-sqlite", "error")]
