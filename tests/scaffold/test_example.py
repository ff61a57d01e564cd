"""
The example project's files are those that ``heroku_init`` writes.
"""

from __future__ import annotations

import json

import pytest

from heroku_support.manifests.facts import facts
from heroku_support.manifests.project import Project
from heroku_support.scaffold.files import EVERYWHERE, FILES
from heroku_support.scaffold.reader import Reader
from heroku_support.scaffold.survey import GEO, Survey
from tests.processes import EXAMPLE


def survey(target: str) -> Survey:
    """
    Return what the example is while nobody has asked for its map.
    """
    found = Reader(Project(EXAMPLE, target)).survey()
    return found.other(target, found.python, found.features - {GEO})


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (target, path)
        for target, files in FILES.items()
        for path in files
        if path not in EVERYWHERE
    ],
)
def test_a_file_is_the_one_that_is_written(target: str, path: str):
    written = FILES[target][path](survey(target))

    assert (EXAMPLE / path).read_text() == written


@pytest.mark.parametrize("key", ["stack", "buildpacks", "addons", "formation"])
def test_app_json_asks_for_the_platform_that_is_written(key: str):
    own = json.loads((EXAMPLE / "app.json").read_text())
    written = json.loads(EVERYWHERE["app.json"](survey("cedar")))

    assert own[key] == written[key]


def test_its_stack_is_the_current_one():
    own = json.loads((EXAMPLE / "app.json").read_text())

    assert own["stack"] == facts("stacks").word("current")
