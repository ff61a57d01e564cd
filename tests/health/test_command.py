"""
``manage.py heroku_health``: the report for a person and for a program, and its exit status.
"""

from __future__ import annotations

import json
import logging
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from tests.processes import DYNO, Project

OWN = "tests.health.test_configured"
NONE = dict.fromkeys(("database", "cache", "key_value", "broker"))


def run(*arguments: str, **checks: Any) -> str:
    with override_settings(HEROKU_SUPPORT_CHECKS={**NONE, **checks}):
        output = StringIO()
        call_command("heroku_health", *arguments, stdout=output, no_color=True)
        return output.getvalue()


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_each_check_is_a_line_and_the_last_is_the_answer():
    first, second, last = lines(run(shop=f"{OWN}.passes", bank=f"{OWN}.warns"))

    assert (first[:2], first[3:]) == (["pass", "shop"], ["ms"])
    assert (second[:2], second[3:]) == (["warn", "bank"], "ms the bank is slow".split())
    assert last == ["ready,", "1", "warning"]


def test_without_a_warning_it_is_ready():
    assert lines(run(shop=f"{OWN}.passes"))[-1] == ["ready"]


def test_with_nothing_to_check_it_says_so():
    assert run() == "There is nothing to check.\n"


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ({"bank": f"{OWN}.fails"}, "not ready: 1 check failed"),
        ({"a": f"{OWN}.fails", "b": f"{OWN}.leaves"}, "not ready: 2 checks failed"),
        ({"memmory": {}}, "not ready: 1 check failed"),
    ],
    ids=["one", "two", "a mistake"],
)
def test_what_fails_is_an_exit_status_of_1(checks: dict[str, Any], expected: str):
    with pytest.raises(CommandError) as caught:
        run(**checks)

    assert (str(caught.value), caught.value.returncode) == (expected, 1)


def test_json_is_what_the_endpoint_tells():
    found = json.loads(run("--json", bank=f"{OWN}.warns"))

    assert found["status"] == "warn"
    assert found["checks"]["bank"][0]["output"] == "the bank is slow"


def test_it_logs_nothing_beside(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    run(bank=f"{OWN}.warns")

    assert not caplog.records


@override_settings(HEROKU_SUPPORT_CHECK_TIMEOUT="soon")
def test_a_setting_that_makes_no_sense_is_one_line():
    with pytest.raises(CommandError, match="is 'soon', no number of seconds. Fix: "):
        run()


def test_a_shell_gets_the_status_and_no_secret(example: Project):
    url = "postgres://app:s3cret-p4ssword@127.0.0.1:1/app"
    done = example.manage("heroku_health", **DYNO, DATABASE_URL=url)

    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: not ready: 1 check failed\n",
    )
    assert done.stdout.startswith("fail  database:default")
    assert "s3cret" not in done.stdout
