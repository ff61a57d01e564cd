"""
hadolint has nothing to say about the Dockerfile that is written, for any manager and feature.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from heroku_support.scaffold import files
from heroku_support.scaffold.installing import IMAGE_INSTALL
from heroku_support.scaffold.survey import FEATURES
from tests.processes import EXAMPLE
from tests.scaffold.surveys import survey

HADOLINT = Path(sys.executable).with_name("hadolint")


def said(dockerfile: str) -> str:
    """
    Return its findings, of any level.
    """
    command = [HADOLINT, "--no-color", "-"]
    done = subprocess.run(
        command, input=dockerfile, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("features", [(), FEATURES], ids=["plain", "everything"])
@pytest.mark.parametrize("manager", sorted(IMAGE_INSTALL))
def test_it_finds_nothing_in_what_is_written(manager: str, features: tuple[str, ...]):
    assert said(files.dockerfile(survey(*features, manager=manager))) == ""


def test_it_finds_nothing_in_the_example():
    assert said((EXAMPLE / "Dockerfile").read_text()) == ""


def test_it_would_find_something():
    assert "DL3006" in said("FROM debian\n")
