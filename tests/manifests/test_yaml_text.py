"""
YAML: what hostile texts cost, what is said of broken ones, and where.
"""

from __future__ import annotations

import builtins
import time

import pytest
import yaml

from heroku_support.manifests.nodes import Mapping, Sequence, mapping
from heroku_support.manifests.source import Source
from heroku_support.manifests.yaml_text import (
    Document,
    YamlMissingError,
    parse,
    type_of,
)

LOADERS = [yaml.BaseLoader, getattr(yaml, "CBaseLoader", yaml.BaseLoader)]
SOON = 2  # seconds of this process, with the measuring of coverage


def read(text: str, loader: object = None) -> tuple[Source, Document]:
    source = Source("heroku.yml", text)
    return source, parse(source, loader)


def said(text: str, loader: object = None) -> list[tuple[int, int, str]]:
    source, document = read(text, loader)
    return [(*source.position(each.offset), each.message) for each in document.problems]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: - x\n", 1, 4, "'- ' cannot follow a key on its line"),
        ("a: b: c\n", 1, 5, "A second ': ' in one line"),
        ("ä: ü: x\n", 1, 5, "A second ': ' in one line"),
        ("a: 😀\nb: c: d\n", 2, 5, "A second ': ' in one line"),
        ("a: b: c\r\n", 1, 5, "A second ': ' in one line"),
        ("a:\n\tb: c\n", 2, 1, "A tab cannot indent in YAML"),
        ("a:\n  - b\n  \tc\n", 3, 3, "A tab cannot indent in YAML"),
        (
            "a:\n  b: c\n # note\n    d: e\n",
            4,
            5,
            "'d' is indented under 'b', which has a value already",
        ),
        ("a:\n- b\n  c: d\n", 3, 3, "'c' is indented under a line that is no key"),
        ("build\n  docker:\n", 1, 1, "'build' has no colon, and lines under it"),
        (
            "a:\n    b: c\n  d: e\n",
            3,
            3,
            "Indented by 2, which fits no line above (they have 0, 4)",
        ),
        ("a:\n  b: c\n  d e\n", 3, 3, "Neither 'key: value' nor '- item'"),
        ("a: 'b\nc: d\n", 1, 4, "What ' opens here is not closed"),
        ("a: [b\nc: d\n", 1, 4, "What [ opens here is not closed"),
        ("a: @b\n", 1, 4, "A value cannot begin with @"),
        ("a: \x01\n", 1, 4, "The character U+0001 cannot stand in YAML"),
        ("a: b\n---\nc: d\n", 2, 1, "A second YAML document begins here"),
        ("a: &x 1\nb: *x\n", 2, 4, "The alias *x is not followed"),
        ("[" * 20_000, 1, 33, "More than 32 levels are nested here"),
    ],
)
def test_what_is_no_yaml_is_said_in_place(loader, text, line, column, message):
    assert said(text, loader) == [(line, column, message)]


@pytest.mark.parametrize("loader", LOADERS)
def test_what_nobody_foresaw_is_said_in_the_words_of_the_library(loader):
    ((_, _, message),) = said("%unknown\n", loader)

    assert message.startswith("Not YAML: ")


@pytest.mark.parametrize(
    "text",
    [
        # Billion laughs; keys that are merged again and again.
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(99)),
        "a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: *a}}\n" for n in range(99)),
        "a: &a\n  b: *a\n",
        "a: " + "9" * 5_000,
        "a: 2026-99-99\n",
        "a: !!python/object/apply:os.system [echo]\n",
        "{" * 20_000,
        "- " * 20_000,
        "".join(f"key{n}: value\n" for n in range(14_000)),
        "? " * 1_000,
    ],
)
def test_a_hostile_text_is_read_or_given_up_at_once(text: str):
    started = time.process_time()
    read(text)

    assert time.process_time() - started < SOON


def test_nothing_is_built_from_a_tag():
    _, document = read("a: !!int 'x'\n")
    entry = mapping(document.root).get("a")

    assert entry is not None
    assert (entry.value.type, entry.value.value) == ("text", "x")


def test_nodes_have_the_places_of_their_text():
    source, document = read("a:\r\n  - b\r\n  - 'c d'\r\n")
    entry = mapping(document.root).get("a")

    assert entry is not None
    assert isinstance(entry.value, Sequence)
    first, second = entry.value.items
    assert source.text[first.start : first.end] == "b"
    assert source.text[second.start : second.end] == "'c d'"


def test_an_empty_text_has_no_tree():
    assert read("# nothing\n")[1] == Document(None, ())


def test_a_key_that_is_no_text_is_a_question_mark():
    root = read("? [a]\n: b\n")[1].root

    assert isinstance(root, Mapping)
    assert root.names() == ["?"]


@pytest.mark.parametrize(
    ("plain", "kind"),
    [
        ("no", "boolean"),
        ("Off", "boolean"),
        ("3.10", "number"),
        ("0123", "number"),
        ("12:30", "number"),
        ("0x1F", "number"),
        ("", "null"),
        ("~", "null"),
        ("norway", "text"),
        ("3.10.1", "text"),
        ("1.2.3.4:80", "text"),
    ],
)
def test_a_word_is_what_yaml_takes_it_for(plain: str, kind: str):
    assert type_of(plain) == kind


def test_without_pyyaml_it_says_so(monkeypatch: pytest.MonkeyPatch):
    imported = builtins.__import__

    # What an environment without the extra does.
    def missing(name: str, *args: object) -> object:
        if name == "yaml":
            raise ImportError(name)
        return imported(name, *args)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(YamlMissingError):
        read("a: b\n")
