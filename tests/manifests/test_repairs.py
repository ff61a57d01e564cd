"""
The line of a broken heroku.yml that its author will change.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from heroku_support.manifests.fixes import fix
from tests.manifests.examples import diagnose, write

WHOLE = """\
# Books
setup:
  addons:
    - plan: heroku-postgresql
build:
  docker:
    web: Dockerfile

release:
  image: web
  command:
    - python manage.py migrate
run:
  web: gunicorn books.wsgi
"""
BROKEN = [
    (
        "  image: web",
        "   image: web",
        10,
        "'image:' is indented by 3, and fits with 2",
        4,
    ),
    (
        "  image: web",
        " image: web",
        10,
        "'image:' is indented by 1, and fits with 2",
        2,
    ),
    ("  image: web", "  image:web", 10, "No space behind the colon", 8),
    ("  docker:", "  docker", 6, "No colon behind the key", 8),
    ("release:", " release:", 9, "'release:' is indented by 1, and fits with 0", 2),
    (
        "  command:",
        "    command:",
        11,
        "'command:' is indented by 4, and fits with 2",
        5,
    ),
    ("run:", "run", 13, "No colon behind the key", 3),
]


def broken(before: str, after: str, newline: str = "\n") -> str:
    return WHOLE.replace(before, after, 1).replace("\n", newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(("before", "after", "line", "message", "column"), BROKEN)
def test_the_line_that_is_wrong_is_named(
    before, after, line, message, column, newline, tmp_path: Path
):
    write(tmp_path, {"heroku.yml": broken(before, after, newline)})
    (found,) = [
        each for each in diagnose(tmp_path).findings if each.severity == "error"
    ]

    assert (found.line, found.column, found.message) == (line, column, message)


@pytest.mark.parametrize(("before", "after", "line", "message", "column"), BROKEN)
def test_it_is_mended(before, after, line, message, column, tmp_path: Path):
    write(tmp_path, {"heroku.yml": broken(before, after)})
    fix(diagnose(tmp_path)).write()

    assert (tmp_path / "heroku.yml").read_text() == WHOLE


def test_a_block_moves_with_what_is_under_it(tmp_path: Path):
    text = (
        WHOLE.replace("build:\n", " build:\n")
        .replace("  docker:", "   docker:")
        .replace("    web: D", "     web: D")
    )
    write(tmp_path, {"heroku.yml": text})
    fix(diagnose(tmp_path)).write()

    assert (tmp_path / "heroku.yml").read_text() == WHOLE


def test_where_no_line_alone_mends_it_the_parser_says_where_it_stopped(tmp_path):
    text = " a: [\n  b: c: d\n e: 'f\n"
    write(tmp_path, {"heroku.yml": text})
    (found,) = diagnose(tmp_path).findings

    assert (found.rule, found.edits) == ("yaml-syntax", ())


def test_a_long_file_is_tried_for_a_while(tmp_path: Path):
    text = "run:\n" + "".join(f"  w{n}: x\n" for n in range(2_000)) + "  a b\n" * 9
    write(tmp_path, {"heroku.yml": text})
    (found,) = diagnose(tmp_path).findings

    assert (found.line, found.edits) == (2_002, ())


@pytest.mark.parametrize(
    "text",
    [
        "release:\n  image web\n  command:\n    - x\n",
        "release:\n    image: web\n  command:\n    - x\n",
    ],
)
def test_the_line_that_is_unlike_the_others_is_the_one_to_change(text: str, tmp_path):
    build = "build:\n  docker:\n    web: Dockerfile\n"
    diagnosis = diagnose(write(tmp_path, {"heroku.yml": build + text}))
    (finding,) = diagnosis.findings
    fix(diagnosis).write()

    assert finding.line == 5
    assert "\n  image: web\n" in (tmp_path / "heroku.yml").read_text()


@pytest.mark.parametrize(
    ("addons", "line", "column", "message"),
    [
        (
            "    - plan: heroku-postgresql\n    as: DATABASE\n",
            4,
            5,
            "'as:' is indented by 4, and fits with 6",
        ),
        (
            "    plan: heroku-postgresql\n      as: DATABASE\n",
            3,
            5,
            "No dash before an item of a list",
        ),
    ],
)
def test_a_list_is_meant_as_in_the_documentation(
    addons, line, column, message, tmp_path
):
    build = "build:\n  docker:\n    web: Dockerfile\n"
    write(tmp_path, {"heroku.yml": "setup:\n  addons:\n" + addons + build})
    (found,) = [
        each for each in diagnose(tmp_path).findings if each.severity == "error"
    ]
    fix(diagnose(tmp_path)).write()

    assert (found.line, found.column, found.message) == (line, column, message)
    assert (tmp_path / "heroku.yml").read_text() == (
        "setup:\n  addons:\n    - plan: heroku-postgresql\n      as: DATABASE\n" + build
    )


def test_the_item_that_lacks_its_dash_is_named(tmp_path: Path):
    before = "    - python manage.py migrate"
    text = broken(before, f"{before}\n    python manage.py loaddata x")
    (found,) = diagnose(write(tmp_path, {"heroku.yml": text})).findings

    assert (found.line, found.column) == (13, 5)
    assert found.message == "No dash before an item of a list"


def test_a_key_at_the_margin_is_not_moved_beside_others_that_it_would_not_meet(
    tmp_path: Path,
):
    text = "build:\n  docker:\n    web: Dockerfile\nrelease:\n    image: web\n"
    text += "command:\n  - python manage.py migrate\n"
    diagnosis = diagnose(write(tmp_path, {"heroku.yml": text}))
    found = [each for each in diagnosis.findings if each.rule == "key-outside"]
    fix(diagnosis).write()

    assert [(each.line, each.edits) for each in found] == [(6, ())]
    assert (tmp_path / "heroku.yml").read_text() == text


def test_an_empty_section_moves_back_to_the_margin(tmp_path: Path):
    text = WHOLE.replace("build:\n", "  build:\n")
    write(tmp_path, {"heroku.yml": text})
    fix(diagnose(tmp_path)).write()

    assert (tmp_path / "heroku.yml").read_text() == WHOLE
