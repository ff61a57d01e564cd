"""
What the guides show of the written files is what is written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from heroku_support.scaffold.files import FILES, WORKFLOW
from tests.scaffold.surveys import survey

GUIDES = Path(__file__).parents[2] / "docs" / "how-to"
SHOWN = {
    "heroku.yml": "containers.md",
    "Dockerfile": "containers.md",
    WORKFLOW: "heroku-ci.md",
    ".env.example": "secrets-and-env.md",
}


@pytest.mark.parametrize(("path", "guide"), SHOWN.items())
def test_a_guide_shows_the_file_that_is_written(path: str, guide: str):
    corkboard = replace(
        survey(target="container"),
        name="corkboard",
        package="corkboard",
        servers=("corkboard.wsgi", "corkboard.asgi"),
    )

    shown = (GUIDES / guide).read_text()
    assert f"\n{FILES['container'][path](corkboard).rstrip()}\n```" in shown
