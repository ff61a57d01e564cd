"""
The names of the migrations are those that Django would load.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader
from django.test import override_settings

from heroku_support import migration_names


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Places where migrations might be, to be imported.
    """
    for file in (
        "elsewhere/__init__.py",
        "elsewhere/0001_first.py",
        "elsewhere/_private.py",
        "elsewhere/package/__init__.py",
        "namespace/0001_first.py",
        "module.py",
    ):
        path = tmp_path / "of_tests" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("class Migration:\n    def __init__(self, *names): pass\n")
    (tmp_path / "of_tests" / "broken.py").write_text("import no_such_package\n")
    monkeypatch.syspath_prepend(tmp_path)


def loaded_by_django() -> set[tuple[str, str]]:
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return set(loader.disk_migrations)


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize(
    "modules",
    [
        {},
        {"auth": None},
        {"auth": "of_tests.elsewhere"},
        {"auth": "of_tests.namespace"},
        {"auth": "of_tests.module"},
    ],
    ids=["usual", "none", "elsewhere", "namespace", "module"],
)
def test_it_knows_the_names_that_django_would_load(modules: dict[str, str | None]):
    with override_settings(MIGRATION_MODULES=modules):
        assert migration_names.on_disk() == loaded_by_django()


@pytest.mark.usefixtures("folders")
@pytest.mark.parametrize("module", ["of_tests.missing", "of_tests.broken"])
def test_a_module_that_cannot_be_imported_is_not_passed_over(module: str):
    with override_settings(MIGRATION_MODULES={"auth": module}):
        with pytest.raises(ModuleNotFoundError):
            loaded_by_django()
        with pytest.raises(ModuleNotFoundError):
            migration_names.on_disk()
