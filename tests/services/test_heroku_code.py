"""
What the doctor passes, Heroku's own code passes: the client's two readers of a Procfile, and the
``readAppJson`` of ``@heroku/mcp-server``.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from heroku_support.manifests.registry import rules
from tests.manifests import dialects
from tests.manifests.examples import diagnose, files
from tests.manifests.mutations import mutated, sources

pytestmark = pytest.mark.services

HERE = Path(__file__).resolve().parent
MODULES = HERE.parents[1] / ".services" / "node_modules"
EXAMPLE = HERE.parents[1] / "example_project"
PARTS = [
    *("web: gunicorn a", "web:\tgunicorn a", "web:  a  ", "worker: celery -A a worker"),
    *(
        "celery-beat: b",
        "web : a",
        "web:a",
        " web: a",
        "web",
        "# x",
        "  # x",
        "",
        "   ",
        "\t",
    ),
    *(
        "Web: a",
        "a_b: c",
        "web: a: b",
        "release: x",
        "-a: b",
        "wörker: a",
        "web:",
        "web: # x",
    ),
]
# What of an app.json the schema of @heroku/mcp-server 1.2.8 refuses, and Heroku takes.
SIZES = frozenset(
    "eco basic standard-1x standard-2x performance-m performance-l private-s private-m"
    " private-l shield-s shield-m shield-l".split()
)


def heroku(procfiles: list[str], manifests: list[str]) -> dict[str, list[Any]]:
    """
    Return what Heroku's code makes of the texts.
    """
    assert MODULES.exists(), "There is no Heroku client. Run: make test-services"
    asked = json.dumps({"procfiles": procfiles, "manifests": manifests})
    command = ["node", HERE / "heroku_code.mjs", MODULES]
    done = subprocess.run(
        command, input=asked, capture_output=True, text=True, check=True, timeout=60
    )
    answers: dict[str, list[Any]] = json.loads(done.stdout)
    return answers


def passed(root: Path, name: str, text: str) -> set[str] | None:
    """
    Return the advice on a file, None where the doctor finds more against it.
    """
    (root / name).write_bytes(text.encode())
    found = diagnose(root, "fir").findings + diagnose(root, "cedar").findings
    if any(each.severity != "info" for each in found if each.path == name):
        return None
    advice = {each.rule for each in found}
    return None if "template" in advice else advice  # what it will be, nobody knows


def texts(name: str) -> list[str]:
    """
    Return the texts of all pages and of the example, mended or not.
    """
    found = [
        text
        for rule in rules()
        for when in ("Before", "After")
        for path, text in files(rule, when).items()
        if path == name
    ]
    return [*found, (EXAMPLE / name).read_text()]


def broken(name: str) -> list[str]:
    """
    Return texts that chance has broken, as far as they are texts still.
    """
    beginnings = {name: sources()[name]}
    contents = (mutated(number, beginnings)[name] for number in range(200))
    return [each.decode("utf-8", "ignore")[:5_000] for each in contents]


def test_a_procfile_that_is_passed_is_read_alike(tmp_path: Path):
    chance = Random(1)
    made = [
        "\n".join(chance.choices(PARTS, k=chance.randint(0, 4))) for _ in range(300)
    ]
    asked = [*texts("Procfile"), *made, *broken("Procfile")]
    advised = {text: passed(tmp_path, "Procfile", text) for text in asked}
    good = [text for text, advice in advised.items() if advice is not None]
    answers = heroku(good, [])

    assert len(good) > 50
    for text, local, named in zip(
        good, answers["local"], answers["named"], strict=True
    ):
        expected = dialects.cloud_native(text)
        assert dialects.classic(text) == expected, text
        assert named == expected, text
        if "name-hyphen" not in (advised[text] or ()):
            assert {name: each.strip() for name, each in local.items()} == expected


def test_the_dialects_are_what_the_clients_code_does():
    chance = Random(2)
    made = [
        "\n".join(chance.choices(PARTS, k=chance.randint(0, 4))) for _ in range(2_000)
    ]
    answers = heroku(made, [])

    for text, local, named in zip(
        made, answers["local"], answers["named"], strict=True
    ):
        assert read(dialects.local, text) == local, text
        assert read(dialects.local_named, text) == named, text


def read(dialect: Any, text: str) -> dialects.Processes | None:
    try:
        found: dialects.Processes = dialect(text)
    except dialects.RefusedError:
        return None
    return found


def test_an_app_json_that_is_passed_is_read(tmp_path: Path):
    asked = [*texts("app.json"), *broken("app.json")]
    good = [text for text in asked if passed(tmp_path, "app.json", text) is not None]
    answers = heroku([], [json.dumps(without_wrongly_refused(text)) for text in good])

    assert len(good) > 50
    refused = {
        text: reason
        for text, reason in zip(good, answers["manifests"], strict=True)
        if reason
    }
    assert refused == {}


def without_wrongly_refused(text: str) -> Any:
    """
    Return an app.json without what Heroku takes and that schema does not.
    """
    tree = json.loads(text.removeprefix("\ufeff"))
    tree.pop("$schema", None)
    tree.pop("stack", None)  # heroku-26 and container
    for part in (tree, *tree.get("environments", {}).values()):
        for name, entry in part.get("env", {}).items():
            if isinstance(entry, str):
                part["env"][name] = {"value": entry}
        part.get("scripts", {}).pop("test-setup", None)
        for entry in part.get("formation", {}).values():
            size = entry.get("size", "").lower()
            entry.pop("size", None)
            if size in SIZES:
                entry["size"] = size
    return tree


def test_what_that_schema_refuses_wrongly_is_still_so():
    wrong = [
        '{"env": {"A": "b"}}',
        '{"stack": "container"}',
        '{"stack": "heroku-26"}',
        '{"environments": {"test": {"scripts": {"test-setup": "x"}}}}',
        '{"$schema": "x"}',
        '{"formation": {"web": {"quantity": 1, "size": "Standard-1X"}}}',
        '{"formation": {"web": {"quantity": 1, "size": "performance-2xl"}}}',
    ]

    assert all(heroku([], wrong)["manifests"])
