"""
What a project depends on: requirements.txt, and the lock files of Poetry, uv and Pipenv.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from heroku_support.manifests.source import Source

NAME = re.compile(
    r"\s*(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*"
    r"(?P<specifier>[^;#]*)"
)
INCLUDE = re.compile(r"\s*(?:-r|--requirement)[\s=]\s*(\S+)")
EDITABLE = re.compile(r"\s*(?:-e|--editable)[\s=]\s*(\S+)")
PINNED = re.compile(r"===?\s*([0-9][^\s,;*]*)\s*\Z")
LOCKED = re.compile(
    r'^\[\[package\]\]\r?\nname = "([^"]+)"\r?\nversion = "([^"]+)"', re.MULTILINE
)
MOST_LINES = 20_000  # with the hashes of pip-compile, in all files together
MOST_PACKAGES = 5_000
MOST_FILES = 20  # that one requirements.txt may include


@dataclass(frozen=True)
class Requirement:
    """
    A line that asks for a package.

    :param name: in lower case, with hyphens.
    :param specifier: what stands behind the name, without a marker.
    :param extras: as a rule, each brings the package that it is called after.
    """

    name: str
    extras: tuple[str, ...]
    specifier: str
    source: Source
    start: int

    @property
    def line(self) -> str:
        """
        The line that it begins.
        """
        return self.source.line(self.source.position(self.start).line)

    @property
    def version(self) -> tuple[int, ...] | None:
        """
        The version that it is pinned to, None where it is not.
        """
        match = PINNED.match(self.specifier.strip())
        return numbers(match[1]) if match else None


@dataclass(frozen=True)
class Dependencies:
    """
    The packages that are installed.

    :param requirements: of a lock file none: its packages have no line to point at.
    :param versions: of what is pinned or locked.
    :param is_complete: whether nothing else can come, from a folder or a repository.
    """

    requirements: tuple[Requirement, ...]
    names: frozenset[str]
    versions: dict[str, tuple[int, ...]]
    is_complete: bool


def normal(name: str) -> str:
    """
    Return the name as PyPI compares it.
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def numbers(version: str) -> tuple[int, ...]:
    """
    Return the leading numbers of a version.
    """
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part[:9]) for part in found.group().split(".")) if found else ()


def from_requirements(
    source: Source, read: Callable[[str], Source | None]
) -> Dependencies:
    """
    Return what a requirements.txt asks for, with the files that it includes.

    :param read: how to read a file by its path from the root.
    """
    found: list[Requirement] = []
    is_complete = True
    queue, seen, left = [source], {source.path}, MOST_LINES
    while queue:
        each = queue.pop(0)
        lines, left = left, max(0, left - len(each.lines))
        for kind, value, start in _lines(each, lines):
            if len(found) == MOST_PACKAGES:
                is_complete = False
            elif kind == "include":
                path = _beside(each.path, value)
                included = (
                    read(path) if path not in seen and len(seen) < MOST_FILES else None
                )
                is_complete = is_complete and (included is not None or path in seen)
                seen.add(path)
                queue += [included] if included else []
            elif kind == "package":
                found.append(_requirement(each, value, start))
            else:
                is_complete = False
    versions = {each.name: each.version for each in found if each.version}
    names = frozenset(name for each in found for name in (each.name, *each.extras))
    return Dependencies(tuple(found), names, versions, is_complete)


def from_lock(source: Source) -> Dependencies:
    """
    Return what a poetry.lock or uv.lock names: every package, also of development.
    """
    versions = {
        normal(match[1]): numbers(match[2])
        for match in islice(LOCKED.finditer(source.text), MOST_PACKAGES)
    }
    is_complete = 0 < len(versions) < MOST_PACKAGES
    return Dependencies((), frozenset(versions), versions, is_complete)


def from_pipfile_lock(source: Source) -> Dependencies:
    """
    Return what a Pipfile.lock installs on Heroku.
    """
    try:
        packages = json.loads(source.text)["default"]
        versions = {
            normal(name): numbers(str(entry.get("version", "")).lstrip("="))
            for name, entry in islice(packages.items(), MOST_PACKAGES)
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Dependencies((), frozenset(), {}, False)
    is_complete = len(versions) < MOST_PACKAGES
    return Dependencies((), frozenset(versions), versions, is_complete)


def _lines(source: Source, most: int) -> Iterator[tuple[str, str, int]]:
    continued = False
    if len(source.lines) > most:
        yield "other", "", 0
    for number, line in enumerate(source.lines[:most], 1):
        start, text = source.start(number), line.strip()
        is_continuation, continued = continued, text.endswith("\\")
        if is_continuation or not text or text.startswith("#"):
            continue
        include, editable = INCLUDE.match(line), EDITABLE.match(line)
        if include:
            yield "include", include[1], start
        elif text.startswith("-") and not editable:
            continue
        elif (
            editable or "://" in text.partition(" @ ")[0] or text.startswith((".", "/"))
        ):
            yield "other", text, start
        elif NAME.match(line):
            yield "package", line, start
        else:
            yield "other", text, start


def _requirement(source: Source, line: str, start: int) -> Requirement:
    match = NAME.match(line)
    assert match is not None  # it is why this line is a package
    specifier = match["specifier"].replace("\\", "").partition(" --hash")[0].strip()
    extras = tuple(map(normal, re.findall(r"[\w.-]+", match["extras"] or "")))
    at = start + match.start("name")
    return Requirement(normal(match["name"]), extras, specifier, source, at)


def _beside(path: str, name: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/{name}" if folder else name
