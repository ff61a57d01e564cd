"""
``DEBUG`` and the keys.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import heroku_support
from heroku_support.errors import ConfigError
from tests.processes import environment
from tests.settings.places import (
    BUILD,
    CI,
    EVERYWHERE,
    FIR,
    LOCAL,
    ON_HEROKU,
    WEB,
    heroku,
    problem_of,
)

INSECURE = "django-insecure-l+27bg!j$2wo4_ukz8i_hb6sm+#78@#^l8o"
BUILD_COMMANDS = [
    ("manage.py", "collectstatic", "--noinput"),
    ("manage.py", "compilemessages"),
]


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_debug_is_off_unless_asked_for(environ):
    assert heroku(environ).debug() is False


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_debug_that_is_asked_for(environ):
    assert heroku(environ, DEBUG="true").debug() is True


def test_debug_that_is_no_word_is_a_problem():
    problem = problem_of(heroku(WEB, DEBUG="maybe").debug)

    assert problem.reason == "'maybe' is neither true nor false."
    assert problem.fix == "heroku config:set DEBUG=false"


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize("key", ["k", "k" * 50, "$HOME", "${DYNO}$$", "a=b,c#d 'e\""])
def test_key_is_taken_as_it_is(environ, key):
    assert heroku(environ, SECRET_KEY=key).secret_key() == key


def test_key_is_without_the_white_space_around_it():
    assert heroku(WEB, SECRET_KEY=" key\n").secret_key() == "key"


@pytest.mark.parametrize("environ", ON_HEROKU)
@pytest.mark.parametrize("missing", [{}, {"SECRET_KEY": ""}, {"SECRET_KEY": " "}])
def test_key_that_is_missing_on_a_dyno_is_a_problem(environ, missing):
    problem = problem_of(heroku(environ, **missing).secret_key)

    assert (problem.variable, problem.reason) == ("SECRET_KEY", "is missing.")
    assert problem.fix.startswith('heroku config:set SECRET_KEY="$(python -c ')


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_key_that_startproject_wrote_is_a_problem_on_a_dyno(environ):
    problem = problem_of(heroku(environ, SECRET_KEY=INSECURE).secret_key)

    assert "django-insecure-… key" in problem.reason
    assert INSECURE not in str(problem)


@pytest.mark.parametrize("environ", [LOCAL, CI, BUILD])
def test_key_that_startproject_wrote_is_used_elsewhere(environ):
    assert heroku(environ, SECRET_KEY=INSECURE).secret_key() == INSECURE


@pytest.mark.parametrize("environ", [CI, BUILD, {**BUILD, **FIR}, {"CNB_A": "b"}])
def test_key_of_a_build_or_of_ci_is_random(environ):
    keys = {heroku(environ).secret_key() for _ in range(5)}

    assert len(keys) == 5
    assert min(map(len, keys)) >= 50


@pytest.mark.parametrize("argv", BUILD_COMMANDS)
@pytest.mark.parametrize("environ", [LOCAL, WEB])
def test_key_of_a_command_of_a_build_is_random(environ, argv):
    keys = {heroku(environ, argv=argv).secret_key() for _ in range(5)}

    assert len(keys) == 5


def test_key_is_random_locally_with_debug():
    keys = {heroku(LOCAL, DEBUG="true").secret_key() for _ in range(5)}

    assert len(keys) == 5


@pytest.mark.parametrize("debug", [{}, {"DEBUG": "false"}])
def test_key_that_is_missing_locally_is_a_problem_without_debug(debug):
    problem = problem_of(heroku(LOCAL, **debug).secret_key)

    assert problem.variable == "SECRET_KEY"
    assert problem.fix == "export DEBUG=true"


def test_key_is_random_while_problems_are_collected():
    with pytest.raises(ConfigError), heroku(WEB) as settings:
        keys = {settings.secret_key(), settings.secret_key()}

    assert len(keys) == 2


def test_key_differs_between_two_processes():
    code = "from heroku_support import Heroku; print(Heroku().secret_key())"
    command = [sys.executable, "-c", code]
    keys = {
        subprocess.check_output(command, env=environment(CI="true"), timeout=60)
        for _ in range(2)
    }

    assert len(keys) == 2


def test_no_key_is_written_in_the_package():
    (folder,) = heroku_support.__path__
    sources = "\n".join(
        path.read_text()
        for path in Path(folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
    mentioned = re.findall(r"[^\s`]*django-insecure-[^\s`]*", sources)

    # The constant that keys are compared with, and what the docstrings call them.
    assert {each.strip('"') for each in mentioned} == {
        "django-insecure-",
        "django-insecure-…",
    }


@pytest.mark.parametrize(
    ("value", "keys"),
    [("", []), ("old", ["old"]), (" $old , older,", ["$old", "older"])],
)
def test_fallbacks(value, keys):
    settings = heroku(WEB, SECRET_KEY_FALLBACKS=value)

    assert settings.secret_key_fallbacks() == keys


def test_no_fallbacks():
    assert heroku(WEB).secret_key_fallbacks() == []
