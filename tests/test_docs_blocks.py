"""
Every block of code in the docs is what it says: it compiles, it parses, its commands exist.
"""

from __future__ import annotations

import ast
import configparser
import json
import re
import shlex
import subprocess
import textwrap
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import metadata
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlparse
import yaml
from django.core.management import get_commands, load_command_class
from packaging.requirements import Requirement

from heroku_support import Heroku
from heroku_support.conf import Settings
from heroku_support.manifests import command as doctor
from heroku_support.scaffold import command as init
from tests.manifests.examples import diagnose, write
from tests.test_docs import DOCS, ROOT
from tests.test_docs import PAGES as LISTED

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

# tox copies only the first of these.
MORE = [ROOT / name for name in ("example_project/README.md", "CONTRIBUTING.md")]
PAGES = [*LISTED, *(path for path in MORE if path.exists())]
BLOCK = re.compile(r"^( *)```(\S*)\n(.*?)^\1```$", re.M | re.S)
PROCFILE = re.compile(r"(?:(?:# .*|(?:web|release|worker|beat|[a-z]+-beat): .+)\n)+")
APP_JSON = {"name", "addons", "buildpacks", "env", "environments", "formation", "stack"}
HEROKU_YML = {"setup", "build", "release", "run"}
COMMAND_IN_TEXT = re.compile(
    r"`((?:python manage\.py heroku_|python -m heroku_support|heroku |make )[^`]+)`"
)
WITHIN = re.compile(r"\$\(([^()]*)\)")
ASSIGNMENT = re.compile(r"\w+=")
# A list that is there already, and gets a line.
BEGUN = {"INSTALLED_APPS = [\n    'notes',\n": "]"}

# Commands of Django's or a library's; the settings of these tests have not all of them installed.
FOREIGN = {
    "build_solr_schema",
    "collectstatic",
    "createsuperuser",
    "rebuild_index",
    "rqworker",
}
MAKE = re.compile(r"^\.PHONY: (.+)$", re.M)
# Every command of the client 11.10.0, and their aliases; a test below asks the client itself.
HEROKU = set((ROOT / "tests" / "heroku_commands.txt").read_text().split())


class Block(NamedTuple):
    page: str
    kind: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page}: {self.text.strip().splitlines()[0]}"


def blocks(*kinds: str) -> list[Block]:
    found = []
    for path in PAGES:
        for match in BLOCK.finditer(path.read_text()):
            text = textwrap.dedent(match[3])
            found.append(Block(path.name, match[2], text))
    return [each for each in found if not kinds or each.kind in kinds]


def each_of(*kinds: str) -> pytest.MarkDecorator:
    found = [pytest.param(each, id=each.page) for each in blocks(*kinds)]
    return pytest.mark.parametrize("block", found)


def python(text: str) -> ast.Module:
    """
    Parse; "…" stands for what is left out.
    """
    return ast.parse(text.replace("…", "...") + BEGUN.get(text, ""))


def as_json(text: str) -> object:
    """
    Read a document, or keys of one.
    """
    return json.loads(text if text.lstrip().startswith("{") else "{" + text + "}")


def as_ini(text: str) -> object:
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return parser


def as_sql(text: str) -> object:
    statements = sqlparse.parse(text)
    assert {each.get_type() for each in statements} - {"UNKNOWN"}
    return statements


def as_shell(text: str) -> object:
    done = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True)
    assert done.stderr == ""
    return text


READERS: dict[str, Callable[[str], object]] = {
    "bash": as_shell,
    "console": lambda text: as_shell("\n".join(lines(text))),
    "dockerfile": str,
    "ini": as_ini,
    "json": as_json,
    "python": python,
    "sh": as_shell,
    "sql": as_sql,
    "text": str,
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
}


def lines(text: str) -> list[str]:
    """
    Return the commands of a session: behind "$ " where it shows answers, else all lines.
    """
    joined = text.replace("\\\n", " ").splitlines()
    asked = [each.removeprefix("$ ") for each in joined if each.startswith("$ ")]
    return asked or joined


def commands(line: str) -> Iterator[list[str]]:
    """
    Yield the words of each command of a line, without variables before it and redirections.
    """
    for inner in WITHIN.findall(line):
        yield from commands(inner)
    words = shlex.shlex(WITHIN.sub("…", line), posix=True, punctuation_chars=True)
    words.whitespace_split = True
    found: list[str] = []
    for word in words:
        if set(word) <= set("<>"):
            next(words)
        elif set(word) <= set("();|&"):
            yield from [found] if found else []
            found = []
        elif found or not ASSIGNMENT.match(word):
            found.append(word)
    yield from [found] if found else []


def every_command() -> list[tuple[str, list[str]]]:
    """
    Return the commands of all blocks, and those of ours and of the client in the text.
    """
    texts = [
        (each.page, line)
        for each in blocks("console", "sh")
        for line in lines(each.text)
    ]
    for path in PAGES:
        prose = BLOCK.sub("", path.read_text())
        for match in COMMAND_IN_TEXT.finditer(prose):
            texts.append((path.name, " ".join(match[1].replace("…", "").split())))
    found = []
    for name, line in texts:
        for words in commands(line):
            found.append((name, words))
            inner = run_there(words)
            found += [(name, inner)] if inner else []
    return found


def run_there(words: list[str]) -> list[str]:
    """
    Return what `heroku run` would run on a dyno.
    """
    if words[:2] != ["heroku", "run"]:
        return []
    options = {"--app", "-a"}
    kept = [
        word
        for before, word in zip(words[1:], words[2:], strict=False)
        if word not in options and before not in options
    ]
    while kept and kept[0].startswith("-"):
        del kept[0]
    return kept if len(kept) != 1 else next(commands(kept[0]))


def accept(words: list[str]) -> None:
    """
    Fail where a command, or an option of ours, is not there.
    """
    match words:
        case ["python", "manage.py", name, *arguments]:
            if name in FOREIGN:
                return
            command = load_command_class(get_commands()[name], name)
            command.create_parser("manage.py", name).parse_args(arguments)
        case ["python", "-m", "heroku_support", "doctor" | "init" as name, *arguments]:
            parser = ArgumentParser()
            {"doctor": doctor, "init": init}[name].add_arguments(parser)
            parser.parse_args(arguments)
        case ["make", target, *_]:
            makefile = ROOT / "Makefile"
            # tox copies no Makefile.
            known = (
                MAKE.findall(makefile.read_text()) if makefile.exists() else [target]
            )
            assert target in known[0].split()
        case ["heroku", name, *_]:
            assert name in HEROKU, f"heroku {name}"
        case ["pip", "install", *requirements]:
            ours = set(metadata("django-heroku-support").get_all("Provides-Extra"))
            for each in requirements:
                # A folder of this repository, with extras.
                named = each.replace("..[", "django-heroku-support[")
                found = None if each == "-e" else Requirement(named)
                if found and found.name == "django-heroku-support":
                    assert found.extras <= ours


def test_every_block_has_a_kind_that_is_checked():
    assert [each.name for each in blocks() if each.kind not in READERS] == []


@each_of()
def test_every_block_is_what_it_says(block: Block):
    READERS[block.kind](block.text)


@each_of("python")
def test_python_names_what_there_is(block: Block):
    for node in ast.walk(python(block.text)):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("heroku_supp"):
                names = [each.name for each in node.names]
                found = import_module(module)
                assert [n for n in names if n != "*" and not hasattr(found, n)] == []
            case ast.Attribute(value=ast.Name(id="heroku"), attr=name):
                assert hasattr(Heroku, name)
            case ast.Name(id=name) if name.startswith("HEROKU_SUPPORT_"):
                assert hasattr(Settings, name)


@each_of("text")
def test_procfiles_please_the_doctor(block: Block, tmp_path: Path):
    if PROCFILE.fullmatch(block.text):
        assert errors(tmp_path, "Procfile", block.text) == []


@each_of("json", "yaml", "dockerfile")
def test_other_files_of_heroku_please_the_doctor(block: Block, tmp_path: Path):
    value = READERS[block.kind](block.text)
    keys = set(value) if isinstance(value, dict) else set()
    if block.kind == "dockerfile":
        assert errors(tmp_path, "Dockerfile", block.text) == []
    elif keys and keys <= APP_JSON:
        assert errors(tmp_path, "app.json", json.dumps(value)) == []
    elif keys and keys <= HEROKU_YML:
        assert errors(tmp_path, "heroku.yml", block.text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Procfile", "web:gunicorn config.wsgi\n"),
        ("app.json", '{"formation": []}'),
        ("heroku.yml", "setup:\n  build:\n    docker:\n      web: Dockerfile\n"),
        ("Dockerfile", "FROM python:3.13\nCMD gunicorn --bind 127.0.0.1:8000 a\n"),
    ],
)
def test_a_wrong_file_is_found(tmp_path: Path, name: str, text: str):
    assert errors(tmp_path, name, text) != []


def errors(folder: Path, name: str, text: str) -> list[str]:
    found = diagnose(write(folder, {name: text})).findings
    return [each.message for each in found if each.severity == "error"]


@pytest.mark.parametrize(
    "words", [pytest.param(words, id=name) for name, words in every_command()]
)
def test_every_command_and_its_options_exist(words: list[str]):
    accept(words)


@pytest.mark.parametrize(
    "line",
    [
        "python manage.py heroku_release --no-such-option",
        "python manage.py no_such_command",
        "python -m heroku_support doctor --no-such-option",
        "heroku no:such",
        "heroku run python manage.py heroku_health --no-such-option",
        "make no-such-target",
    ],
)
@pytest.mark.source
def test_what_does_not_exist_is_found(line: str):
    words = next(commands(line))
    with pytest.raises((Exception, SystemExit)):
        accept(run_there(words) or words)


@pytest.mark.services
def test_the_client_has_the_commands_and_their_options():
    path = ROOT / ".services/node_modules/heroku/oclif.manifest.json"
    known = json.loads(path.read_text())["commands"]
    for each in list(known.values()):
        known |= dict.fromkeys(each["aliases"] + each["hiddenAliases"], each)
    wrong = [
        f"{page}: {' '.join(words)}" for page, words in asked() if unknown(words, known)
    ]

    assert wrong == []


def asked() -> list[tuple[str, list[str]]]:
    return [(page, words) for page, words in every_command() if words[0] == "heroku"]


def unknown(words: list[str], known: dict[str, dict[str, object]]) -> set[str]:
    """
    Return the options that the client's command has not; some hand all on to another.
    """
    command = known[words[1]]
    if not command["strict"]:
        return set()
    flags = command["flags"]
    named = {f"--{name}" for name in flags}
    named |= {f"-{each['char']}" for each in flags.values() if "char" in each}
    return {word for word in words[2:] if word.startswith("-")} - named


def test_there_is_something_to_check():
    assert {each.kind for each in blocks()} >= {"console", "json", "python", "yaml"}
    assert (DOCS / "README.md") in PAGES
