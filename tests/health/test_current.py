"""
One readiness for a process, made anew where a test changes a setting.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.health import current
from tests.metrics.recorders import private_recorder


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    current.forget()
    yield
    current.forget()


def test_everybody_asks_the_same_one():
    assert current.current() is current.current()


def test_a_setting_that_a_test_changes_makes_another():
    before = current.current()
    with override_settings(HEROKU_SUPPORT_CHECK_TTL=7):
        within = current.current()

    assert before is not within is not current.current()
    assert within._ttl == 7


def test_where_nothing_is_measured_a_process_is_alone():
    assert current.board() is None


def test_where_processes_count_together_they_share_the_report(
    monkeypatch: pytest.MonkeyPatch,
):
    recorder = private_recorder()
    monkeypatch.setattr(current.metrics, "current", lambda: recorder)
    found = current.board()
    recorder.leave()

    assert found and found.take()


def test_a_child_begins_anew(monkeypatch: pytest.MonkeyPatch):
    hooks: list[Any] = []
    # What is registered stays for the process's life.
    monkeypatch.setattr(os, "register_at_fork", lambda **hook: hooks.append(hook))
    found = current.current()

    assert hooks == [{"after_in_child": found.forget}]


def test_windows_has_no_fork_to_prepare_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "register_at_fork")

    assert current.current()
