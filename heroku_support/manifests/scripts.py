"""
The scripts of a project that its files name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.commands import Command, Part, Word
from heroku_support.manifests.dockerfile import Instruction
from heroku_support.manifests.nodes import Scalar
from heroku_support.manifests.project import Project
from heroku_support.manifests.source import Source

SHELLS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash", "dash", "source", "."})
LARGEST = 64 * 1024  # bytes of a script that is looked at
# What the Python buildpack runs, if it is there.
HOOKS = ("bin/pre_compile", "bin/post_compile")


@dataclass(frozen=True)
class Script:
    """
    A script, and where it is named.

    :param path: from the project's root; of one that is not there, as it is written.
    :param is_program: whether it is run by its name, and not handed to a shell.
    :param is_exec: whether there is no shell around it.
    """

    path: str
    is_there: bool
    is_program: bool
    is_exec: bool
    word: Word
    source: Source


def scripts(project: Project) -> Iterator[Script]:
    """
    Return each script that a Procfile, heroku.yml, app.json or Dockerfile runs.
    """
    for command in (*project.commands, *_of_app_json(project.app_json)):
        is_image = command.source.path not in ("Procfile", "app.json")
        for part in command.parts:
            found = _script(project, part, command.source, is_image)
            if found:
                yield found
            if part.words and part.words[0].text == "cd":  # what follows is elsewhere
                break
    if project.is_read_by("container"):
        for file in project.dockerfiles.values():
            for each in file.instructions:
                yield from _entrypoint(project, each)


def text(project: Project, path: str) -> Source | None:
    """
    Return what a script holds, None where that is no text.
    """
    return project.read(path, largest=LARGEST)


def _script(
    project: Project, part: Part, source: Source, is_image: bool
) -> Script | None:
    words = [word for word in part.words if "=" not in word.text]
    is_program = not words or words[0].text not in SHELLS
    words = words if is_program else words[1:]
    word = words[0] if words else None
    if not word or not _is_own(word.text):
        return None
    path, is_there = _found(project, word.text, is_image)
    return Script(path, is_there, is_program, False, word, source)


def _entrypoint(project: Project, each: Instruction) -> Iterator[Script]:
    words = each.exec_form or []
    if each.name not in ("ENTRYPOINT", "CMD") or not words:
        return
    is_program = words[0] not in SHELLS
    name = "".join(words[:1] if is_program else words[1:2])
    if _is_own(name):
        start = each.find(name)
        path, is_there = _found(project, name, True)
        word = Word(name, start, start + len(name))
        yield Script(path, is_there, is_program, is_program, word, each.source)


def _is_own(path: str) -> bool:
    is_relative = not path.startswith(("/", "-")) or path.endswith(".sh")
    is_script = path.startswith(("./", "bin/")) or path.endswith(".sh")
    return is_script and is_relative and "$" not in path


def _found(project: Project, written: str, is_image: bool) -> tuple[str, bool]:
    path = posixpath.normpath(written)
    if not path.startswith("/") and project.has(path):
        return path, True
    if is_image:  # which puts it where it likes: by its name
        name = "/" + path.rpartition("/")[2]
        found = [each for each in project.paths if f"/{each}".endswith(name)]
        if len(found) == 1:
            return found[0], True
    return written, False


def _of_app_json(manifest: AppJson | None) -> Iterator[Command]:
    for _, entry in manifest.entries("scripts") if manifest else ():
        value = entry.value
        if manifest and isinstance(value, Scalar) and value.type == "text":
            place = (manifest.source, value.start + 1, value.end)
            yield Command(entry.name, value.value, *place)
