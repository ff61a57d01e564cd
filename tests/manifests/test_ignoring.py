"""
Which files the patterns leave out: as git, Heroku and Docker read them.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from heroku_support.manifests import ignoring
from heroku_support.manifests.ignoring import IgnoreFile
from heroku_support.manifests.source import Source
from tests.manifests.examples import write

PATTERNS = [
    "manage.py",
    "/manage.py",
    "*.py",
    "shop/*.py",
    "shop",
    "shop/",
    "/templates/",
    "templates/",
    "**/templates",
    "shop/**/x.html",
    "shop/**",
    "m?nage.py",
    "[lm]anage.py",
    "[!m]anage.py",
    "[z-a]x",
    "*\n!manage.py",
    "*\n!*/\n!manage.py",
    "*.py\n!manage.py\n# manage.py",
    "shop/*\n!shop/templates",
    "\\!x\n\\#y",
    "  \n\nmanage.py  ",
    "/",
    "[",
]
PATHS = [
    "manage.py",
    "lanage.py",
    "shop/wsgi.py",
    "shop/templates/x.html",
    "shop/templates/a/x.html",
    "templates/y.html",
    "!x",
    "#y",
]


def dropped(name: str, text: str) -> set[str]:
    file = IgnoreFile(Source(name, text))
    return {path for path in PATHS if file.drops(path)}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write(tmp_path_factory.mktemp("ignoring"), dict.fromkeys(PATHS, ""))
    subprocess.run(["git", "init", "--quiet", root], check=True, timeout=60)
    return root


@pytest.mark.parametrize("text", PATTERNS)
def test_what_gitignore_leaves_out_is_what_git_does(text: str, repository: Path):
    (repository / ".gitignore").write_text(text)
    run = subprocess.run(
        ["git", "-C", repository, "check-ignore", "--stdin"],
        input="\n".join(PATHS),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert dropped(".gitignore", text) == set(run.stdout.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("manage.py", {"manage.py"}),
        ("*.py", {"manage.py", "lanage.py"}),
        ("**/*.py", {"manage.py", "lanage.py", "shop/wsgi.py"}),
        ("./shop", {path for path in PATHS if path.startswith("shop/")}),
        ("shop\n!shop/wsgi.py", {path for path in PATHS if "shop/t" in path}),
        ("**\n!shop", {path for path in PATHS if not path.startswith("shop/")}),
    ],
)
def test_dockerignore_is_read_from_the_root(text: str, expected: set[str]):
    assert dropped(".dockerignore", text) == expected


def test_a_pattern_of_many_stars_is_no_pattern():
    file = IgnoreFile(Source(".gitignore", "*a" * 400 + "b"))

    assert file.drops("a" * 200) is None


def test_slugignore_brings_nothing_back():
    assert "manage.py" in dropped(".slugignore", "*.py\n!manage.py")


@pytest.mark.parametrize(
    ("text", "matched", "left"),
    [
        ("[[a]", "[", "b"),
        ("x[&&~~||]", "x&", "xy"),
        ("[!a]", "b", "a"),
    ],
)
def test_a_set_of_characters_is_one_whatever_is_in_it(text, matched, left):
    pattern = re.compile(
        "".join(map(ignoring._translated, ignoring.TOKEN.findall(text)))
    )

    assert pattern.fullmatch(matched) and not pattern.fullmatch(left)
