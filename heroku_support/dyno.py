"""
What the environment and the command line say about this process and the place where it runs.

Nothing else in the package reads ``os.environ`` or ``sys.argv``; ``settings/dotenv.py`` writes
the former.
"""

from __future__ import annotations

import os
import sys
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, cast

from heroku_support import variables
from heroku_support.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Phase = Literal["local", "build", "ci", "release", "run", "dyno"]
    Generation = Literal["cedar", "fir"]

RUNTIME_PHASES = frozenset({"release", "run", "dyno"})
# A Docker build sets no variable that tells it apart; what it runs does.
BUILD_COMMANDS = frozenset({"collectstatic", "compilemessages"})
# heroku/heroku-buildpack-python v351, bin/compile: the three arguments, exported.
CLASSIC_BUILD = frozenset({"BUILD_DIR", "CACHE_DIR", "ENV_DIR"})

WORKER_CLASS = ("-k", "--worker-class")
INTERFACE = ("--interface",)
ASGI_WORKERS = ("asgi", "uvicorn")

MEGABYTE = 1024 * 1024
# What the classic Python buildpack reckons with (v351, WEB_CONCURRENCY).
WORKER_MEMORY = 256 * MEGABYTE
# Standard-1X, the smallest: what is assumed where nothing says how much there is.
SMALLEST_DYNO_MEMORY = 512 * MEGABYTE

HIDDEN = ("vars", "argv", "cgroup")
CGROUP = Path("/sys/fs/cgroup")
# cgroup v1 says "no limit" with the largest multiple of the page size below 2**63.
UNLIMITED = 1 << 60


class Dyno:
    """
    A frozen snapshot of the environment; pass another mapping to pretend.

    Metadata are None unless the app has them: ``heroku labs:enable runtime-dyno-metadata``
    (Dev Center, "Dyno Metadata"). On Fir they are always there.
    """

    vars: Mapping[str, str]
    argv: Sequence[str]
    name: str | None
    process_type: str | None
    number: int | None
    phase: Phase
    generation: Generation | None
    app_name: str | None
    release_version: str | None
    commit: str | None
    domain: str | None
    port: int | None
    cgroup: Path

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        from dataclasses import FrozenInstanceError  # what a frozen dataclass raises

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dyno) and vars(self) == vars(other)

    def __repr__(self) -> str:
        # Without the variables: any of them may be a secret.
        shown = (
            f"{key}={value!r}" for key, value in vars(self).items() if key not in HIDDEN
        )
        return f"Dyno({', '.join(shown)})"

    @classmethod
    def from_environ(
        cls,
        environ: Mapping[str, str] = os.environ,
        *,
        argv: Sequence[str] | None = None,
        cgroup: Path = CGROUP,
    ) -> Dyno:
        """
        Take the snapshot.

        A ``PORT`` that is no port, or a ``HEROKU_SUPPORT_PHASE`` that is no phase, counts as
        none here; ``Heroku`` reports it.

        :param argv: the command line; the running process's unless given.
        :param cgroup: where the kernel shows the memory limit.
        """
        environ = MappingProxyType(dict(environ))
        argv = tuple(sys.argv if argv is None else argv)
        name = variables.text(environ, "DYNO") or None
        process_type, number, generation = _split_name(name)
        return cls(
            vars=environ,
            argv=argv,
            name=name,
            process_type=process_type,
            number=number,
            phase=_phase(environ, argv, process_type),
            generation=generation,
            app_name=variables.text(environ, "HEROKU_APP_NAME") or None,
            release_version=variables.text(environ, "HEROKU_RELEASE_VERSION") or None,
            commit=_commit(environ),
            domain=variables.text(environ, "HEROKU_APP_DEFAULT_DOMAIN_NAME") or None,
            port=_port(environ),
            cgroup=cgroup,
        )

    @property
    def memory(self) -> int | None:
        """
        Bytes that this dyno may use; None where nothing limits it.
        """
        return _memory(self.vars, self.cgroup)

    @property
    def worker_processes(self) -> int:
        """
        How many worker processes this dyno has the cores and the memory for.
        """
        by_memory = (self.memory or SMALLEST_DYNO_MEMORY) // WORKER_MEMORY
        return max(1, min(2 * _cores() + 1, by_memory, variables.WORKERS[1]))

    def worker_count(self) -> int:
        """
        Return ``WEB_CONCURRENCY``, else ``worker_processes``.

        :raises ConfigError: if the variable is malformed.
        """
        asked = variables.web_concurrency(self.vars)
        return self.worker_processes if asked is None else asked

    @property
    def is_heroku(self) -> bool:
        """
        Whether Heroku runs this process for its users: not a build, not Heroku CI.
        """
        return self.phase in RUNTIME_PHASES

    @property
    def is_review_app(self) -> bool:
        """
        Whether this is a review app (Dev Center, "Review Apps": injected variables).
        """
        return bool(self.vars.get("HEROKU_PR_NUMBER") or self.vars.get("HEROKU_BRANCH"))


def program_of(dyno: Dyno) -> str:
    """
    Return the name of the program that this process runs, ``gunicorn`` for example.
    """
    folder, file = os.path.split(dyno.argv[0] if dyno.argv else "")
    name, _ = os.path.splitext(file)
    # python -m uvicorn
    return os.path.basename(folder) if name == "__main__" else name


def is_asgi_server(dyno: Dyno) -> bool:
    """
    Whether it serves ASGI. What a server reads from a file of its own cannot be told.
    """
    program = program_of(dyno)
    if program == "gunicorn":
        worker = (asked_worker_class(dyno) or "").lower()
        return any(name in worker for name in ASGI_WORKERS)
    # Both read their options from variables too; granian serves its own RSGI unless told.
    interface = asked(dyno.argv[1:], INTERFACE) or dyno.vars.get(
        f"{program.upper()}_INTERFACE", ""
    )
    if program == "granian":
        return interface.startswith("asgi")
    return program in ("daphne", "hypercorn", "uvicorn") and interface != "wsgi"


def runs_tests(dyno: Dyno) -> bool:
    """
    Whether it is pytest, or Django's own ``test`` command.
    """
    program = program_of(dyno)
    # The latter is what is left of py.test, its older name.
    is_pytest = "pytest" in program or program == "py"
    # A process of pytest-xdist has no command line.
    is_worker = "PYTEST_XDIST_WORKER" in dyno.vars
    return is_pytest or is_worker or list(dyno.argv[1:2]) == ["test"]


def asked_worker_class(dyno: Dyno) -> str | None:
    """
    Return gunicorn's worker class, if the command line or ``GUNICORN_CMD_ARGS`` has one.
    """
    return asked([*_gunicorn_arguments(dyno), *dyno.argv[1:]], WORKER_CLASS)


def asked(arguments: Sequence[str], names: Sequence[str]) -> str | None:
    """
    Return the value of an option, the last if it is there several times.

    :param names: its spellings; a short one may have its value without a space.
    """
    found = None
    for argument, following in zip_longest(arguments, arguments[1:]):
        option, _, value = argument.partition("=")
        if option in names:
            found = value or following
        elif argument[:2] in names:
            found = argument[2:]
    return found


def _split_name(
    name: str | None,
) -> tuple[str | None, int | None, Generation | None]:
    if name is None:
        return None, None, None
    # Cedar: web.1, run.9157.
    process_type, dot, number = name.rpartition(".")
    if dot and process_type:
        return process_type, _integer(number), "cedar"
    # Fir: web-12a34b56d-e78f9, where the type may hold dashes too; run-12a34 is short.
    process_type, *suffixes = name.rsplit("-", 2)
    if process_type and suffixes and all(map(_is_suffix, suffixes)):
        return process_type, None, "fir"
    return name, None, None


def _is_suffix(text: str) -> bool:
    return text.isascii() and text.isalnum() and text == text.lower()


def _phase(
    environ: Mapping[str, str], argv: Sequence[str], process_type: str | None
) -> Phase:
    pretended = variables.text(environ, "HEROKU_SUPPORT_PHASE")
    if pretended in variables.PHASES:
        return cast("Phase", pretended)
    if variables.text(environ, "CI").lower() not in variables.FALSE:
        return "ci"
    if _is_build(environ, argv, process_type):
        return "build"
    # The whole type: a Procfile may have a process called run-jobs.
    if process_type == "release":
        return "release"
    if process_type == "run":
        return "run"
    return "dyno" if process_type else "local"


def _is_build(
    environ: Mapping[str, str], argv: Sequence[str], process_type: str | None
) -> bool:
    return (
        environ.keys() >= CLASSIC_BUILD
        or (not process_type and any(key.startswith("CNB_") for key in environ))
        or (len(argv) > 1 and argv[1] in BUILD_COMMANDS)
    )


def _commit(environ: Mapping[str, str]) -> str | None:
    # HEROKU_SLUG_COMMIT is deprecated in favour of HEROKU_BUILD_COMMIT; a build has
    # SOURCE_VERSION and Heroku CI a name of its own (Dev Center, "Dyno Metadata", "Heroku CI").
    names = (
        "HEROKU_BUILD_COMMIT",
        "HEROKU_SLUG_COMMIT",
        "SOURCE_VERSION",
        "HEROKU_TEST_RUN_COMMIT_VERSION",
    )
    return next((environ[name] for name in names if environ.get(name)), None)


def _port(environ: Mapping[str, str]) -> int | None:
    try:
        return variables.port(environ)
    except ConfigError:
        return None


def _memory(environ: Mapping[str, str], cgroup: Path) -> int | None:
    for path in (cgroup / "memory.max", cgroup / "memory/memory.limit_in_bytes"):
        try:
            limit = path.read_text().strip()
        except OSError:
            continue
        if (size := _integer(limit)) and size < UNLIMITED:
            return size
    # The classic Python buildpack's word for it, in MB (v332, .profile.d).
    megabytes = _integer(variables.text(environ, "DYNO_RAM"))
    return megabytes * MEGABYTE if megabytes else None


def _cores() -> int:
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _integer(digits: str) -> int | None:
    # int() refuses thousands of digits with an error of its own.
    return int(digits) if digits.isdecimal() and len(digits) < 20 else None


def _gunicorn_arguments(dyno: Dyno) -> Sequence[str]:
    given = dyno.vars.get("GUNICORN_CMD_ARGS", "")
    if not given:
        return ()
    import shlex  # here: the settings of most processes need none

    try:
        return shlex.split(given)
    except ValueError:
        return ()  # gunicorn itself refuses it
