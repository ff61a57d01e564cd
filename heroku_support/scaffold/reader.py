"""
Find out what a project is: its name, its settings module, its server, its dependency manager.
"""

from __future__ import annotations

import ast
import re
import sys

from heroku_support.manifests.facts import facts
from heroku_support.manifests.nodes import text
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_range import allows
from heroku_support.manifests.python_version import release, series
from heroku_support.scaffold import settings_modules
from heroku_support.scaffold.errors import ScaffoldError
from heroku_support.scaffold.features import Features
from heroku_support.scaffold.python_code import Module, read_module
from heroku_support.scaffold.survey import ASGI, Survey

# Packages that are called so in every other project, so that they name none.
NAMELESS = {"app", "backend", "config", "conf", "core", "mysite", "project", "src"}
MANAGERS = {
    "requirements.txt": "pip",
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "Pipfile.lock": "pipenv",
    "Pipfile": "pipenv",
}
# Its own table, or before there is one, how it builds.
POETRY = re.compile(r"\[tool\.poetry|\bpoetry[.-]core\b")

# Heroku CI installs the first beside requirements.txt (heroku-buildpack-python v351).
FOR_TESTS = (
    "requirements-test.txt",
    "requirements-dev.txt",
    "requirements_dev.txt",
    "dev-requirements.txt",
)


class Reader:
    """
    A Django project, and its settings module.

    :param asked_for: features that were asked for on the command line.
    :raises ScaffoldError: if it is no Django project, or cannot be read.
    """

    def __init__(
        self, project: Project, asked_for: frozenset[str] = frozenset()
    ) -> None:
        if "manage.py" not in project.names:
            raise ScaffoldError(
                f"There is no manage.py in {project.root}: name the folder that has it."
            )
        self.project = project
        self.asked_for = asked_for
        self.name = _settings_name(project)
        path = _settings_path(project, self.name)
        self.settings: Module = read_module(project, path)
        self.modules = settings_modules.modules(project, self.settings)
        self.features = Features(project, self.settings)

    def survey(self) -> Survey:
        """
        Return what it is.
        """
        package = self.name.partition(".")[0]
        servers = (self._server(package, "wsgi"), self._server(package, "asgi"))
        features = self.features.found(self.asked_for)
        of_server = settings_modules.of_server(self.project, servers[ASGI in features])
        return Survey(
            name=_app_name(self.project, package),
            package=package,
            settings=self.name,
            servers=servers,
            target=self.project.target.name,
            python=_python(self.project),
            manager=_manager(self.project),
            celery=self.features.celery or package,
            has_pytest=_has_pytest(self.project),
            test_requirements=next(
                (each for each in FOR_TESTS if self.project.has(each)), ""
            ),
            features=features,
            has_app=settings_modules.has_app(self.modules),
            has_version_file="runtime.txt" not in self.project.names
            or ".python-version" in self.project.names,
            dyno_settings="" if of_server == self.name else of_server,
            demanded=settings_modules.needed(self.project),
            hosts_variable=settings_modules.hosts_variable(self.project),
        )

    def _server(self, package: str, kind: str) -> str:
        for given in self.settings.strings(f"{kind.upper()}_APPLICATION"):
            return given.rpartition(".")[0]
        for folder in (package, *sorted(self.project.names)):
            if self.project.has(f"{folder}/{kind}.py"):
                return f"{folder}.{kind}"
        return f"{package}.{kind}"


def _settings_name(project: Project) -> str:
    for node in ast.walk(read_module(project, "manage.py").tree):
        if isinstance(node, ast.Call) and len(node.args) == 2:
            names = [getattr(each, "value", None) for each in node.args]
            if names[0] == "DJANGO_SETTINGS_MODULE" and isinstance(names[1], str):
                return names[1]
    raise ScaffoldError(
        "manage.py names no settings module. Write into it: "
        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")'
    )


def _settings_path(project: Project, name: str) -> str:
    path = name.replace(".", "/")
    for each in (f"{path}.py", f"{path}/__init__.py"):
        if project.has(each):
            return each
    raise ScaffoldError(
        f"manage.py names {name}, and there is no {path}.py: correct the name."
    )


def _app_name(project: Project, package: str) -> str:
    # As app.json says it, else as the settings' package is called, or the folder.
    given = project.app_json.root.get("name") if project.app_json else None
    if given and text(given.value):
        return text(given.value)
    name = project.root.resolve().name if package in NAMELESS else package
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "django-app"


def _manager(project: Project) -> str:
    for name, manager in MANAGERS.items():
        if name in project.names:
            return manager
    pyproject = project.read("pyproject.toml")
    if pyproject and "dependencies" in pyproject.text:
        return "poetry" if POETRY.search(pyproject.text) else "uv"
    return "pip"


def _python(project: Project) -> str:
    # The file's, else that of whoever runs this, as far as Heroku has it and pyproject.toml takes it.
    said = project.python_version
    if said and said.version:
        return series(said.version)
    older = project.runtime
    if older and older.version:
        return series(release(older.version))
    python = facts("python")
    lasting = [
        each
        for each in reversed(python.words("supported"))
        if each not in python.pairs("deprecated")
    ]
    running = series(sys.version_info[:2])
    first = [running] if running in lasting else []
    declared = project.declared
    fit = (
        each
        for each in (*first, python.word("default"), *lasting)
        if not declared or allows(declared.python, release(each)) is not False
    )
    return next(fit, python.word("default"))


def _has_pytest(project: Project) -> bool:
    if project.names & {"pytest.ini", "conftest.py"}:
        return True
    read = (project.read("pyproject.toml"), project.read("setup.cfg"))
    return any("[tool" in each.text and "pytest" in each.text for each in read if each)
