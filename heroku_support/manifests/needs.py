"""
The files of a project without which it does not build or run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from heroku_support.manifests.project import LOCKS, Project
from heroku_support.manifests.scripts import scripts

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
                yield Need(each.removeprefix("./"), f"{file.source.path} copies it")


def _copies_all(project: Project) -> bool:
    return any(
        {".", "./"} & set(each.copied)
        for file in project.dockerfiles.values()
        for each in file.instructions
    )


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
