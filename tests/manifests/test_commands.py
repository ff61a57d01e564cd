"""
Command lines: their words, options and places.
"""

from __future__ import annotations

import pytest

from heroku_support.manifests.commands import Command
from heroku_support.manifests.source import Source


def command(text: str, process: str = "web") -> Command:
    source = Source("Procfile", f"{process}: {text}\n")
    start = len(process) + 2
    return Command(process, text, source, start, start + len(text))


def test_operators_divide_it():
    parts = command("a b && c; d | e & f || g 2>&1").parts

    assert [" ".join(word.text for word in part.words) for part in parts] == [
        "a b",
        "c",
        "d",
        "e",
        "f",
        "g 2>&1",
    ]


def test_words_lose_their_quotes_and_keep_their_places():
    found = command("sh -c 'a b' \"c\"'d' ${PORT:-8000}")

    assert [word.text for word in found.words] == [
        "sh",
        "-c",
        "a b",
        "cd",
        "${PORT:-8000}",
    ]
    assert [word.start for word in found.words] == [5, 8, 11, 17, 24]


def test_a_command_may_be_variables_alone():
    assert list(command("A=1 B=2").parts[0].assignments) == ["A", "B"]


def test_variables_before_a_program_are_known():
    assignments = command("env A=1 B='x y' gunicorn C=3").parts[0].assignments

    assert {name: word.text for name, word in assignments.items()} == {
        "A": "1",
        "B": "x y",
    }


@pytest.mark.parametrize(
    "text", ["--bind x:1 app", "--bind=x:1 app", "-b x:1 app", "-bx:1 app", "-b=x:1"]
)
def test_an_option_is_found_in_each_of_its_forms(text: str):
    call = command(f"gunicorn {text}").call("gunicorn")

    assert call is not None
    word = call.option("-b", "--bind")
    assert word is not None
    assert word.text == "x:1"


def test_the_value_of_an_option_has_its_place():
    found = command("gunicorn --bind=x:1")
    call = found.call("gunicorn")

    assert call is not None
    word = call.option("--bind")
    assert word is not None
    assert found.source.text[word.start : word.end] == "x:1"


def test_of_an_option_that_comes_twice_the_last_counts():
    call = command("gunicorn -b a --bind b").call("gunicorn")

    assert call is not None
    assert getattr(call.option("-b", "--bind"), "text", "") == "b"


def test_an_option_at_the_end_has_no_value():
    call = command("gunicorn --bind").call("gunicorn")

    assert call is not None
    assert call.option("--bind") is None


@pytest.mark.parametrize(
    "text",
    ["gunicorn a", "exec gunicorn a", "A=1 bin/gunicorn a", "python -m gunicorn a"]
    + ["x && newrelic-admin run-program gunicorn a"],
)
def test_a_program_is_found_whatever_stands_before_it(text: str):
    call = command(text).call("gunicorn")

    assert call is not None
    assert [word.text for word in call.arguments] == ["a"]


def test_management_commands_are_found():
    found = command("./manage.py migrate && django-admin check; python manage.py")

    assert [word.text for word in found.manage("migrate", "check")] == [
        "migrate",
        "check",
    ]


def test_a_folded_text_has_its_words_in_their_places():
    source = Source("heroku.yml", "run:\n  web: >\n    gunicorn\n    shop.wsgi\n")
    found = Command("web", "gunicorn shop.wsgi\n", source, 12, len(source.text))

    assert [source.position(word.start) for word in found.words] == [(3, 5), (4, 5)]


def test_a_word_that_stands_otherwise_in_the_file_is_where_the_text_begins():
    source = Source("heroku.yml", 'run:\n  web: "a\\tb"\n')

    assert [word.start for word in Command("web", "a\tb", source, 12, 18).words] == [
        13,
        16,
    ]


def test_what_is_not_found_is_where_the_text_begins():
    assert [
        word.start for word in Command("web", "ä", Source("x", "\\u00e4"), 0, 6).words
    ] == [0]
