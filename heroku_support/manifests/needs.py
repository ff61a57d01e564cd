"""
The files of a project without which it does not build or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.project import LOCKS, Project
from heroku_support.manifests.scripts import scripts
from heroku_support.manifests.serving import application

MOST = 200  # templates and migrations that are looked at


@dataclass(frozen=True)
class Need:
    """
    A file that is needed, and what for.

    :param is_certain: whether nothing works without it.
    """

    path: str
    why: str
    is_certain: bool = True


def needs(project: Project, ignored_by: str) -> Iterator[Need]:
    """
    Return the files that are there and are needed, the most important first.

    :param ignored_by: the name of the file that may leave them out.
    """
    is_docker = ignored_by == ".dockerignore"
    named = _copied(project) if is_docker else _read_by_heroku(project, ignored_by)
    yield from (each for each in named if project.has(each.path))
    if project.only or (is_docker and not _copies_all(project)):
        return
    if project.has("manage.py") and "manage.py" in project.names:
        yield Need("manage.py", "without it nothing migrates or collects static files")
    for script in scripts(project):
        if script.is_there:
            yield Need(script.path, f"{script.source.path} runs it")
    if ignored_by != ".gitignore":
        yield from _modules(project)
    yield from _parts_of_django(project)


def _read_by_heroku(project: Project, ignored_by: str) -> Iterator[Need]:
    if project.lock:
        yield Need(project.lock, "it says what to install")
    elif ignored_by == ".gitignore":
        for name in LOCKS:
            yield Need(name, "it says what to install", is_certain=False)
    yield Need("Procfile", "it says what to run", project.is_read_by("cedar", "fir"))
    yield Need(".python-version", "it says which Python", is_certain=False)
    if ignored_by == ".gitignore":
        yield Need(
            "heroku.yml", "it says what to build", project.is_read_by("container")
        )
        for path in project.dockerfiles:
            yield Need(path, "it says what to build", project.is_read_by("container"))


def _copied(project: Project) -> Iterator[Need]:
    for file in project.dockerfiles.values():
        for instruction in file.instructions:
            for each in instruction.copied:
                path = each.removeprefix("./")
                for found in _matches(project, file, path) if "*" in path else [path]:
                    yield Need(found, f"{file.source.path} copies it")


def _matches(project: Project, file: Dockerfile, pattern: str) -> list[str]:
    # Of what a pattern takes, only what another instruction names is needed.
    named = " ".join(each.value for each in file.named("RUN", "CMD", "ENTRYPOINT"))
    words = set(re.split(r"[\s=\"',\[\]]+", named))
    return sorted(
        name
        for name in project.names
        if fnmatchcase(name, pattern) and {name, f"./{name}"} & words
    )


def _copies_all(project: Project) -> bool:
    return any(
        {".", "./"} & set(each.copied)
        for file in project.dockerfiles.values()
        for each in file.instructions
    )


def _modules(project: Project) -> Iterator[Need]:
    for command in project.commands:
        word = application(command)
        if word:
            module = word.text.partition(":")[0].replace(".", "/")
            if project.has(f"{module}.py"):
                yield Need(f"{module}.py", "the web process loads it")
    if project.settings:
        path = project.settings.source.path
        yield Need(path, "it has the settings", is_certain=False)


def _parts_of_django(project: Project) -> Iterator[Need]:
    count = 0
    for path in sorted(project.paths):
        folders = path.split("/")[:-1]
        if "tests" in folders or count == MOST:
            continue
        if "migrations" in folders and path.endswith(".py"):
            count += 1
            yield Need(path, "it is a migration", is_certain=False)
        elif "templates" in folders:
            count += 1
            yield Need(path, "it is a template", is_certain=False)
