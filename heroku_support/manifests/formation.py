"""
How many processes and threads run at once when every dyno is up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from heroku_support.manifests.commands import Command, Word
from heroku_support.manifests.facts import facts
from heroku_support.manifests.nodes import Mapping, Scalar, mapping, text
from heroku_support.manifests.project import Project

OUR_CONFIGURATION = "python:heroku_support.gunicorn"
OUR_THREADS = 3  # heroku_support/gunicorn.py
SMALLEST = "standard-1x"
FIR_SIZE = re.compile(r"dyno-(\d{1,3})c-(\d{1,4}(?:\.\d{1,2})?)gb\Z")
# GB, with which the Python buildpack and gunicorn's configuration reckon.
WORKER_MEMORY = 0.25


@dataclass(frozen=True)
class Load:
    """
    The dynos of a process type.

    :param processes: of each dyno.
    :param threads: of each process.
    :param is_counted: ``WEB_CONCURRENCY`` says how many processes there are.
    :param program: ``celery worker``, ``celery beat``, or the name of a server.
    """

    name: str
    dynos: int
    processes: int = 1
    threads: int = 1
    is_counted: bool = False
    program: str = ""

    def with_processes(self, count: int) -> Load:
        """
        Return it as it would be with another ``WEB_CONCURRENCY``.
        """
        return replace(self, processes=count) if self.is_counted else self


def formation(project: Project) -> tuple[Load, ...]:
    """
    Return the processes that run all the time, as app.json's formation has them.

    Without one there is a web dyno and nothing else, as after an app's first deploy.
    """
    return tuple(_loads(project))


def _loads(project: Project) -> Iterator[Load]:
    asked = project.app_json.root.get("formation") if project.app_json else None
    entries = mapping(asked.value if asked else None)
    concurrency = project.live.web_concurrency or _number(
        project.variables.get("WEB_CONCURRENCY", "")
    )
    for command in project.commands:
        entry = entries.get(command.process)
        dynos = _quantity(mapping(entry.value)) if entry else 0
        if not entries.entries and command.process == "web":
            dynos = 1
        if dynos and command.process != "release":
            size = mapping(entry.value).get("size") if entry else None
            counted = concurrency or _processes(text(size.value) if size else "")
            yield _load(project, command, Load(command.process, dynos, counted))


def _quantity(entry: Mapping) -> int:
    found = entry.get("quantity")
    value = found.value if found else None
    return (_number(value.value) if isinstance(value, Scalar) else None) or 0


def _load(project: Project, command: Command, load: Load) -> Load:
    if call := command.call("gunicorn"):
        is_ours = any(OUR_CONFIGURATION in word.text for word in call.arguments)
        # The buildpack of Cedar sets it; on Fir and in a container, nobody does.
        by_default = load.processes if is_ours or project.target.name == "cedar" else 1
        workers = _integer(call.option("-w", "--workers"))
        threads = _integer(call.option("--threads")) or (OUR_THREADS if is_ours else 1)
        return replace(
            load,
            program="gunicorn",
            processes=workers or by_default,
            threads=threads,
            is_counted=not workers,
        )
    if (call := command.call("celery")) and call.has("worker"):
        asked = _integer(call.option("-c", "--concurrency"))
        asked = asked or project.live.celery_concurrency
        return replace(load, program="celery worker", processes=asked or load.processes)
    program = "celery beat" if call and call.has("beat") else ""
    return replace(load, processes=1, program=program)


def _processes(size: str) -> int:
    """
    Return how many processes the Python buildpack, or gunicorn's configuration, makes of a size.
    """
    size = size.lower()
    if match := FIR_SIZE.match(size):
        return max(1, min(2 * int(match[1]) + 1, int(float(match[2]) / WORKER_MEMORY)))
    known = facts("sizes").numbers("processes")
    return known.get(size, known[SMALLEST])


def _integer(word: Word | None) -> int | None:
    return _number(word.text) if word else None


def _number(digits: str) -> int | None:
    return int(digits) if digits.isdecimal() and len(digits) < 5 else None
