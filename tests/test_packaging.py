"""
What a user installs.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import metadata, requires
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
COMPILED = shutil.ignore_patterns("__pycache__")
CORE = {"dj-database-url", "django", "django-environ", "gunicorn", "whitenoise"}


def requirements(extra: str | None = None) -> set[str]:
    found = (Requirement(line) for line in requires("django-heroku-support") or [])
    return {
        each.name.lower()
        for each in found
        if each.marker is None or (extra and each.marker.evaluate({"extra": extra}))
    }


def test_it_needs_five_packages_and_no_other():
    assert requirements() == CORE


def test_the_postgres_extra_brings_a_driver():
    assert requirements("postgres") - CORE == {"psycopg"}


def test_it_is_typed():
    assert metadata("django-heroku-support")["Name"] == "django-heroku-support"
    assert "Typing :: Typed" in (
        metadata("django-heroku-support").get_all("Classifier") or []
    )


@pytest.mark.source
def test_what_goes_to_pypi_is_whole_and_has_nothing_else(tmp_path: Path):
    subprocess.run([*BUILD, "--outdir", tmp_path, ROOT], check=True)
    (wheel,), (source,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    subprocess.run([*LOOK_OVER, wheel, source], check=True)
    shipped = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    own = (path for path in (ROOT / "heroku_support").rglob("*") if path.is_file())

    assert shipped == {
        path.relative_to(ROOT).as_posix() for path in own if path.suffix != ".pyc"
    }


# By way of the source distribution, as `make dist` does.
BUILD = (sys.executable, "-m", "build", "--quiet")
LOOK_OVER = (sys.executable, "-m", "twine", "check", "--strict")
