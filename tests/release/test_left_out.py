"""
What a release leaves alone: it belongs into the build, or the old release still needs it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import DYNO, Project
from tests.servers.postgres import Database

# clear_cache is django-extensions'; compress is django-compressor's.
COMMANDS = (
    "collectstatic",
    "compilemessages",
    "compress",
    "clear_cache",
    "remove_stale_contenttypes",
    "flush",
)
SPY = """
from pathlib import Path
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def handle(self, *args, **options):
        Path(r"{path}").write_text("run")
"""
SETTINGS = """
from config.settings import *
INSTALLED_APPS = ["spies", *INSTALLED_APPS]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cached",
    }
}
"""
CACHED = "from django.core.cache import cache; "
STALE = "INSERT INTO django_content_type (app_label, model) VALUES ('gone', 'thing')"


@pytest.fixture
def database(newest: Database) -> Database:
    return newest


@pytest.fixture
def spied(small: Project, database: Database, tmp_path: Path) -> dict[str, str]:
    """
    Give the project commands that tell when they are run, and return its variables.
    """
    package = small.directory / "spies" / "management" / "commands"
    package.mkdir(parents=True, exist_ok=True)
    for folder in (package, package.parent, package.parent.parent):
        (folder / "__init__.py").touch()
    for name in COMMANDS:
        (package / f"{name}.py").write_text(SPY.format(path=tmp_path / name))
    (small.directory / "spied_settings.py").write_text(SETTINGS)
    return {
        **DYNO,
        "DYNO": "release.1",
        "DATABASE_URL": database.url(),
        "DJANGO_SETTINGS_MODULE": "spied_settings",
    }


def release(small: Project, variables: dict[str, str], *options: str) -> str:
    done = small.release(*options, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_belongs_into_the_build_is_not_run(
    small: Project, spied: dict[str, str], tmp_path: Path
):
    release(small, spied)

    assert list(tmp_path.iterdir()) == []


def test_what_the_old_release_still_uses_stays(
    small: Project, database: Database, spied: dict[str, str]
):
    first = release(small, spied)
    database.query(STALE)
    small.manage("shell", "-c", f"{CACHED}cache.set('page', 'kept', None)", **spied)
    release(small, spied, "--full")
    shown = small.manage("shell", "-c", f"{CACHED}print(cache.get('page'))", **spied)

    assert ("cache_table: 1 made" in first, shown.stdout[-5:]) == (True, "kept\n")
    assert database.query("SELECT 1 FROM django_content_type WHERE model = 'thing'")


def test_the_spies_tell_when_they_are_run(
    small: Project, spied: dict[str, str], tmp_path: Path
):
    calls = "; ".join(f"call_command({name!r})" for name in COMMANDS)
    code = f"from django.core.management import call_command; {calls}"
    small.manage("shell", "-c", code, **spied)

    assert {path.name for path in tmp_path.iterdir()} == set(COMMANDS)
