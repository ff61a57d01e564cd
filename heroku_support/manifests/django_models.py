"""
The models of a project's own apps.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_values import offset, parse
from heroku_support.manifests.settings_location import folders
from heroku_support.manifests.source import Source

MOST_FILES = 50  # of models, in a project
FILE_FIELDS = frozenset({"FileField", "ImageField"})


def model_files(project: Project, settings: DjangoSettings) -> Iterator[Source]:
    """
    Return the files with the models of the apps that are in this project.
    """
    apps = settings.sequence("INSTALLED_APPS")
    paths = (
        path
        for app in (apps.texts if apps else ())
        for folder in folders(project)
        for path in _paths(project, folder + app.partition(".apps.")[0])
    )
    count = 0
    for path in dict.fromkeys(paths):
        source = project.code(path)
        if source and count < MOST_FILES:
            count += 1
            yield source


def file_fields(source: Source) -> Iterator[tuple[str, int]]:
    """
    Return the fields that hold a file and name no storage, with their places.
    """
    if not any(name in source.text for name in FILE_FIELDS):
        return
    tree = parse(source)
    for node in ast.walk(tree) if isinstance(tree, ast.Module) else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            is_model = isinstance(owner, ast.Name) and owner.id == "models"
            given = {each.arg for each in node.keywords}
            if is_model and node.func.attr in FILE_FIELDS and "storage" not in given:
                yield node.func.attr, offset(source, node.lineno, node.col_offset)


def _paths(project: Project, app: str) -> Iterator[str]:
    base = app.replace(".", "/")
    yield f"{base}/models.py"
    for name in sorted(project.folder(f"{base}/models")):
        if name.endswith(".py"):
            yield f"{base}/models/{name}"
