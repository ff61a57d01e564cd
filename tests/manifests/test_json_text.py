"""
JSON: as strict as the standard library, and each mistake by its name and place.
"""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heroku_support.manifests.findings import applied
from heroku_support.manifests.json_text import Document
from heroku_support.manifests.nodes import Mapping, Node, Scalar, Sequence
from heroku_support.manifests.source import Source

SOON = 0.5  # seconds of this process: what others do is no matter


def said(text: str) -> list[tuple[int, str]]:
    return [
        (each.offset, each.message)
        for each in Document(Source("app.json", text)).problems
    ]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ('{"a": 1,}', 7, "A comma before }"),
        ("[1, ]", 2, "A comma before ]"),
        ('{"a": 1 "b": 2}', 6, "No comma between this and what follows"),
        ('[{"a": 1}\n{"b": 2}]', 8, "No comma between this and what follows"),
        ("{\"a\": 'x'}", 6, "A single quote: JSON knows double ones"),
        ('{a: "x"}', 1, "The name a has no quotes"),
        ('// x\n{"a": 1}', 0, "A comment, which JSON has not"),
        ('{"a": 1} # x', 9, "A comment, which JSON has not"),
        ('{"a": /* x */ 1}', 6, "A comment, which JSON has not"),
        ('{"a": NaN}', 6, "NaN is no JSON value"),
        ('{"a": 01}', 6, "01 is no JSON value"),
        ('{"a": True}', 6, "True is no JSON value"),
        ('{"a": 1}}', 8, "} stands behind the end of the JSON"),
        ('{"a": [1, 2}', 11, "} closes what [ opened"),
        ('{"a": 1', 6, "What { opens in line 1 is not closed by the end"),
        ('{ { "a": 1}', 2, "A brace too many"),
        ('{"a": "x\n"}', 6, "A quote that is not closed on its line"),
        ('{"a": "\\x"}', 6, "A backslash or control character that JSON has not"),
        ('{"a": "\t"}', 6, "A backslash or control character that JSON has not"),
        ('{"a: "b"}', 1, 'No colon behind "a: "'),
        ('{"a":}', 5, "} where a value belongs"),
        ('{"a":', 5, "The end of the file where a value belongs"),
        ("{,}", 1, ", where a name belongs"),
        ('{"a":1:2}', 6, ": cannot stand here"),
        ('{"a":\n "b": 1}', 4, 'Nothing opens the value of "a"'),
        ('{"a":\n "b"\n ]}', 4, 'Nothing opens the value of "a"'),
        ('{"a":\n "b",\n "c"}', 4, 'Nothing opens the value of "a"'),
        ('{"a":\n "b",\n "c": 1:2}', 19, ": cannot stand here"),
        ("'", 0, "A quote that is not closed on its line"),
        ("", 0, "The file is empty"),
        ("[" * 20_000, 33, "More than 32 levels are nested here"),
    ],
)
def test_a_mistake_has_its_name_and_place(text: str, offset: int, message: str):
    assert said(text)[0] == (offset, message)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        (
            '{\n  "a": {\n  "b": {\n  }\n}\n',
            13,
            "What { opens in line 2 is not closed before this",
        ),
        (
            '{\n  "a": [\n    1,\n    2,\n  "b"\n',
            27,
            "What [ opens in line 2 is not closed before this",
        ),
        (
            '{\n  "a": {\n    "b": {\n      "c": 1\n  },\n  "d": 2\n}\n',
            37,
            "What { opens in line 3 is not closed before this",
        ),
        ('{\n"a": {\n', 7, "What { opens in line 2 is not closed by the end"),
    ],
)
def test_the_indentation_tells_where_something_was_to_be_closed(text, offset, message):
    assert said(text)[-1] == (offset, message)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ('{"a": 1,}', '{"a": 1}'),
        ('{"a": 1 "b": 2}', '{"a": 1, "b": 2}'),
        ("{\"a\": 'x'}", '{"a": "x"}'),
        ("{a: 1}", '{"a": 1}'),
    ],
)
def test_what_is_easily_mended_has_its_edits(text: str, mended: str):
    (problem,) = Document(Source("app.json", text)).problems

    assert applied(text, problem.edits) == mended


def test_of_many_mistakes_the_first_are_said():
    assert len(said("//\n" * 1_000)) == 51


def test_it_reads_on_behind_a_mistake():
    document = Document(Source("app.json", '{"a": 1,} // x'))

    assert isinstance(document.root, Mapping)
    assert len(document.problems) == 2


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, '{"a":' * 40_000, "9" * 200_000, '"' * 200_000, "/*" * 100_000]
    + ['{"a": "' + "\\" * 200_000, "'" * 200_000, "{" * 200_000],
)
def test_a_hostile_text_is_given_up_at_once(text: str):
    started = time.process_time()
    said(text)

    assert time.process_time() - started < SOON


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(TREES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_what_json_writes_is_read_without_a_word(tree, indent, ascii_only):
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only)
    document = Document(Source("app.json", text))

    assert document.problems == ()
    assert document.root is not None
    assert plain(document.root) == tree


def plain(node: Node) -> object:
    if isinstance(node, Mapping):
        return {entry.name: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value if node.type == "text" else json.loads(node.value)


@given(st.text(alphabet="{}[]\",:'01ae \n\\/*#-+.", max_size=12))
def test_it_takes_what_the_standard_library_takes_and_nothing_else(text: str):
    try:
        json.loads(text)
        is_json = True
    except ValueError:
        is_json = False

    assert (said(text) == []) == is_json
