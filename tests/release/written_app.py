"""
An app of a project which a test writes, migration by migration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.processes import Project

HEAD = """
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations import RunPython, RunSQL

class Migration(migrations.Migration):
    dependencies = {dependencies}
    atomic = {atomic}
    replaces = {replaces}
    operations = [{operations}]
"""
SETTINGS = """
from config.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "{app}"]
"""
# The operations of migrations.
TABLE = (
    'migrations.CreateModel("Item", [("id", models.BigAutoField(primary_key=True)),'
    ' ("name", models.TextField())])'
)
COLUMN = 'migrations.AddField("item", "extra", models.IntegerField(null=True))'
INDEX = 'AddIndexConcurrently("item", models.Index(fields=["name"], name="by_name"))'


@dataclass(frozen=True)
class WrittenApp:
    """
    :param variables: that turn it on.
    """

    name: str
    folder: Path
    variables: Mapping[str, str]

    @classmethod
    def start(cls, project: Project, name: str, settings: str = "") -> WrittenApp:
        """
        Write an app without migrations.

        :param settings: that the project has beside it.
        """
        folder = project.directory / name / "migrations"
        folder.mkdir(parents=True)
        for package in (folder, folder.parent):
            (package / "__init__.py").touch()
        module = project.directory / f"{name}_settings.py"
        module.write_text(SETTINGS.format(app=name) + settings)
        return cls(name, folder, {"DJANGO_SETTINGS_MODULE": module.stem})

    def add(
        self, name: str, *operations: str, atomic: bool = True, replaces: str = "[]"
    ) -> None:
        """
        Write a migration that comes after those that are there.
        """
        before = sorted(path.stem for path in self.folder.glob("0*.py"))[-1:]
        source = HEAD.format(
            dependencies=[(self.name, each) for each in before],
            atomic=atomic,
            replaces=replaces,
            operations=", ".join(operations),
        )
        (self.folder / f"{name}.py").write_text(source)

    def remove(self, name: str) -> None:
        """
        Remove a migration, as a rollback does.
        """
        (self.folder / f"{name}.py").unlink()
