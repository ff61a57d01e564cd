"""
What a user installs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import metadata, packages_distributions, requires
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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


# What whoever installs the extra has imported; pylibmc is one module and needs no other.
USED = {
    "postgres": ["psycopg", "psycopg_pool"],
    "redis": ["redis", "django.core.cache.backends.redis"],
    "celery": ["celery.bin.celery", "celery.backends.redis", "kombu.transport.redis"],
    "channels": ["channels.layers", "channels_redis.core"],
    "search": ["haystack.backends.solr_backend"],
    "storages": ["storages.backends.s3"],
    "doctor": ["heroku_support.manifests.command", "dockerfile_parse", "jsonschema"],
}

# In a process of its own, where what nobody asked for is as good as not installed.
IMPORT = """
import json, sys

names, missing = json.loads(sys.argv[1])

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())

from importlib import import_module
from django.conf import settings

simple = "haystack.backends.simple_backend.SimpleEngine"
settings.configure(HAYSTACK_CONNECTIONS={"default": {"ENGINE": simple}})
for name in names:
    import_module(name)
"""


def brought(requirement: Requirement, found: set[str]) -> set[str]:
    """
    Return what pip installs for a requirement: the name of each, with each of its extras.
    """
    name = canonicalize_name(requirement.name)
    for extra in ("", *requirement.extras):
        if (key := f"{name}[{extra}]") in found:
            continue
        found.add(key)
        for line in requires(name) or []:
            each = Requirement(line)
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                brought(each, found)
    return found


def test_it_needs_five_packages_and_no_other():
    assert requirements() == CORE


def test_the_postgres_extra_brings_a_driver():
    assert requirements("postgres") - CORE == {"psycopg"}


@pytest.mark.parametrize("extra", USED)
def test_an_extra_brings_all_that_its_libraries_import(extra: str):
    wanted = Requirement(f"django-heroku-support[{extra}]")
    there = {each.partition("[")[0] for each in brought(wanted, set())}
    missing = [
        module
        for module, owners in packages_distributions().items()
        if there.isdisjoint(map(canonicalize_name, owners))
    ]
    command = [sys.executable, "-c", IMPORT, json.dumps([USED[extra], missing])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


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
