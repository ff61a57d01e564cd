"""
Config vars, read strictly.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heroku_support import variables
from heroku_support.errors import ConfigError

READERS = [variables.port, variables.web_concurrency]
READERS_BY_NAME = {"PORT": variables.port, "WEB_CONCURRENCY": variables.web_concurrency}


def problem_of(read, *arguments, **options):
    with pytest.raises(ConfigError) as caught:
        read(*arguments, **options)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("found", [{}, {"A": ""}, {"A": " \t\n"}])
def test_unset_and_blank_text_are_the_same(found):
    assert variables.text(found, "A") == ""


def test_text_is_without_the_white_space_around_it():
    assert variables.text({"A": " a b\n"}, "A") == "a b"


@pytest.mark.parametrize("word", ["1", "true", "True", "TRUE", "yes", "on", " on\n"])
def test_true(word):
    assert variables.boolean({"A": word}, "A") is True


@pytest.mark.parametrize("word", ["", " ", "0", "false", "False", "no", "off", "OFF"])
def test_false(word):
    assert variables.boolean({"A": word}, "A") is False


def test_unset_is_false():
    assert variables.boolean({}, "A") is False


@pytest.mark.parametrize("word", ["Flase", "2", "none", "y", "t", "٠"])
def test_word_that_is_neither_true_nor_false(word):
    problem = problem_of(variables.boolean, {"A": word}, "A")

    assert problem.reason == f"{word!r} is neither true nor false."
    assert (problem.variable, problem.fix) == ("A", "export A=false")


@pytest.mark.parametrize("read", READERS)
def test_unset_number_is_none(read):
    assert read({}) is None


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("PORT", "5006", 5006),
        ("PORT", "1", 1),
        ("PORT", "65535", 65535),
        ("PORT", "80 ", 80),
        ("PORT", "0080", 80),
        ("WEB_CONCURRENCY", "1", 1),
        ("WEB_CONCURRENCY", "256", 256),
    ],
)
def test_number(name, value, number):
    assert READERS_BY_NAME[name]({name: value}) == number


@pytest.mark.parametrize("name", READERS_BY_NAME)
@pytest.mark.parametrize(
    "value", ["abc", "", " ", "2.5", "1e3", "+1", "--1", "-", "1_0", "٣", "²", "1 0"]
)
def test_what_is_not_a_whole_number(name, value):
    problem = problem_of(READERS_BY_NAME[name], {name: value})

    assert problem.variable == name
    assert problem.reason == f"{value!r} is not a whole number."


@pytest.mark.parametrize(
    ("name", "value", "limits"),
    [
        ("PORT", "0", "1 and 65535"),
        ("PORT", "-1", "1 and 65535"),
        ("PORT", "65536", "1 and 65535"),
        ("PORT", "9" * 19, "1 and 65535"),
        ("WEB_CONCURRENCY", "0", "1 and 256"),
        ("WEB_CONCURRENCY", "257", "1 and 256"),
        ("WEB_CONCURRENCY", "99999", "1 and 256"),
    ],
)
def test_number_that_makes_no_sense(name, value, limits):
    problem = problem_of(READERS_BY_NAME[name], {name: value})

    assert problem.reason == f"{value!r} is not between {limits}."


@pytest.mark.parametrize("sign", ["", "-"])
def test_number_of_thousands_of_digits_is_cut_in_the_message(sign):
    problem = problem_of(variables.port, {"PORT": sign + "9" * 5000})

    assert "is not between 1 and 65535" in problem.reason
    assert len(problem.reason) < 100


@pytest.mark.parametrize(
    ("name", "found", "fix"),
    [
        ("PORT", {}, "unset PORT"),
        ("PORT", {"DYNO": "web.1"}, "heroku config:unset PORT"),
        ("WEB_CONCURRENCY", {}, "export WEB_CONCURRENCY=2"),
        (
            "WEB_CONCURRENCY",
            {"DYNO": "web.1"},
            "heroku config:set WEB_CONCURRENCY=2",
        ),
    ],
)
def test_fix_is_a_line_for_the_place(name, found, fix):
    assert problem_of(READERS_BY_NAME[name], {name: "x", **found}).fix == fix


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, []),
        ({"A": ""}, []),
        ({"A": " , ,"}, []),
        ({"A": "a"}, ["a"]),
        ({"A": "a.com, b.com,\n c d ,"}, ["a.com", "b.com", "c d"]),
    ],
)
def test_words(found, words):
    assert variables.words(found, "A") == words


# Environments are bytes: what is no UTF-8 arrives as lone surrogates.
@given(st.text(st.characters()))
@example("\udc80")
def test_any_value_is_read_or_refused(value):
    found = {"A": value, "PORT": value, "WEB_CONCURRENCY": value}

    for read in (lambda given: variables.boolean(given, "A"), *READERS):
        with suppress(ConfigError):
            assert read(found) in range(65536)


@given(st.integers())
def test_any_number_is_read_or_refused(number):
    with suppress(ConfigError):
        assert variables.port({"PORT": str(number)}) == number
        assert 1 <= number <= 65535


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        ({"DYNO": "web.1"}, "heroku config"),
        ({"BUILD_DIR": "/tmp/b"}, "heroku config"),
        ({"CNB_STACK_ID": "heroku-24"}, "heroku config"),
        (
            {"CI": "true", "DYNO": "run.1", "HEROKU_TEST_RUN_ID": "1"},
            "heroku ci:config",
        ),
    ],
)
def test_a_line_for_heroku_is_for_the_place_that_lasts(environ, command):
    assert variables.assignment(environ, "A", "1") == f"{command}:set A=1"
    assert variables.removal(environ, "A") == f"{command}:unset A"


@pytest.mark.parametrize("environ", [{}, {"CI": "true"}])
def test_a_line_for_elsewhere_is_the_shells(environ):
    assert variables.assignment(environ, "A", "1") == "export A=1"
    assert variables.removal(environ, "A") == "unset A"


def test_a_url_in_the_wrong_variable_is_not_shown():
    with pytest.raises(ConfigError) as caught:
        variables.port({"PORT": "postgres://user:S3cr3t@db.example.com/name"})

    assert "PORT a URL is not a whole number." in str(caught.value)
    assert "S3cr3t" not in str(caught.value)
