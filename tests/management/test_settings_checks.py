"""
The system checks as the doctor's command runs them.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core import checks
from django.core.management import call_command

from heroku_support.management.settings_checks import checked

ROOT = Path(__file__).resolve().parents[2]


def test_the_checks_of_loaded_settings_are_those_of_their_project():
    found = checked(ROOT)

    assert found is not None
    assert (found.path, found.on_dyno) == ("tests/django_settings.py", False)


def test_settings_of_another_project_are_not_asked(tmp_path: Path):
    assert checked(tmp_path) is None


def test_on_a_dyno_it_is_known(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DYNO", "web.1")
    found = checked(ROOT)

    assert found is not None
    assert found.on_dyno


def test_levels_are_severities(monkeypatch: pytest.MonkeyPatch):
    messages = [
        checks.Error("a", id="heroku_support.E001"),
        checks.Warning("b", hint="do", id="heroku_support.W001"),
        checks.Info("c", id="heroku_support.I001"),
    ]
    # Settings that are wrong in three ways would be overridden ones, which name no module.
    monkeypatch.setattr(checks, "run_checks", lambda **kwargs: messages)
    found = checked(ROOT)

    assert found is not None
    assert [(each.name, each.severity, each.hint) for each in found.messages] == [
        ("E001", "error", ""),
        ("W001", "warning", "do"),
        ("I001", "info", ""),
    ]


def test_the_command_tells_what_they_say(tmp_path: Path, monkeypatch):
    messages = [checks.Warning("It is odd.", id="heroku_support.W003")]
    # The same.
    monkeypatch.setattr(checks, "run_checks", lambda **kwargs: messages)
    out = io.StringIO()
    call_command("heroku_doctor", str(ROOT / "tests"), stdout=out)

    assert "django_settings.py:" in out.getvalue()
    assert "system-check: It is odd (heroku_support.W003)" in out.getvalue()
