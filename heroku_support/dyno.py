"""
What the environment says about the place where this process runs.

Nothing else in the package reads ``os.environ`` or ``sys.argv``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from heroku_support import variables
from heroku_support.errors import ConfigError, Problem

Phase = Literal["local", "build", "ci", "release", "run", "dyno"]
Generation = Literal["cedar", "fir"]

PHASES: tuple[Phase, ...] = ("local", "build", "ci", "release", "run", "dyno")
RUNTIME_PHASES = frozenset({"release", "run", "dyno"})
# A Docker build sets no variable that tells it apart; what it runs does.
BUILD_COMMANDS = frozenset({"collectstatic", "compilemessages"})
# heroku/heroku-buildpack-python v351, bin/compile: the three arguments, exported.
CLASSIC_BUILD = frozenset({"BUILD_DIR", "CACHE_DIR", "ENV_DIR"})

CGROUP = Path("/sys/fs/cgroup")
# cgroup v1 says "no limit" with the largest multiple of the page size below 2**63.
UNLIMITED = 1 << 60

# Cedar: web.1, run.9157. Fir: web-12a34b56d-e78f9, where the type may hold dashes too.
CEDAR_NAME = re.compile(r"(?P<type>.+)\.(?P<number>[^.]*)")
FIR_NAME = re.compile(r"(?P<type>.+)-[0-9a-z]+-[0-9a-z]+|(?P<short>[^-]+)-[0-9a-z]+")


@dataclass(frozen=True)
class Dyno:
    """
    A frozen snapshot of the environment; pass another mapping to pretend.

    Metadata are None unless the app has them: ``heroku labs:enable runtime-dyno-metadata``
    (Dev Center, "Dyno Metadata"). On Fir they are always there.
    """

    vars: Mapping[str, str] = field(repr=False)
    argv: Sequence[str] = field(repr=False)
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
    memory: int | None  # bytes that the dyno may use; None where nothing limits it

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

        A ``PORT`` that is no port counts as none here; ``Heroku`` and the gunicorn
        configuration report it.

        :param argv: the command line; the running process's unless given.
        :param cgroup: where the kernel shows the memory limit.
        :raises ConfigError: if ``HEROKU_SUPPORT_PHASE`` is not a phase.
        """
        argv = tuple(sys.argv if argv is None else argv)
        name = variables.text(environ, "DYNO") or None
        process_type, number, generation = _split_name(name)
        return cls(
            vars=MappingProxyType(dict(environ)),
            argv=argv,
            name=name,
            process_type=process_type,
            number=number,
            phase=_phase(environ, argv, process_type),
            generation=generation,
            app_name=environ.get("HEROKU_APP_NAME") or None,
            release_version=environ.get("HEROKU_RELEASE_VERSION") or None,
            commit=_commit(environ),
            domain=environ.get("HEROKU_APP_DEFAULT_DOMAIN_NAME") or None,
            port=_port(environ),
            memory=_memory(environ, cgroup),
        )

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


def _split_name(
    name: str | None,
) -> tuple[str | None, int | None, Generation | None]:
    if name is None:
        return None, None, None
    if cedar := CEDAR_NAME.fullmatch(name):
        return cedar["type"], _integer(cedar["number"]), "cedar"
    if fir := FIR_NAME.fullmatch(name):
        return fir["type"] or fir["short"], None, "fir"
    return name, None, None


def _phase(
    environ: Mapping[str, str], argv: Sequence[str], process_type: str | None
) -> Phase:
    pretended = variables.text(environ, "HEROKU_SUPPORT_PHASE")
    if pretended:
        return _pretended_phase(environ, pretended)
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


def _pretended_phase(environ: Mapping[str, str], pretended: str) -> Phase:
    for phase in PHASES:
        if phase == pretended:
            return phase
    reason = f"{pretended[:40]!r} is none of: {', '.join(PHASES)}."
    line = variables.removal(environ, "HEROKU_SUPPORT_PHASE")
    raise ConfigError([Problem("HEROKU_SUPPORT_PHASE", reason, line)])


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
    return megabytes * 1024 * 1024 if megabytes else None


def _integer(digits: str) -> int | None:
    # int() refuses thousands of digits with an error of its own.
    return int(digits) if digits.isdecimal() and len(digits) < 20 else None
