"""
What a web dyno runs: its command, and the environment that it runs in.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heroku_support.dyno import Dyno
from heroku_support.variables import text

PROCFILE, MANIFEST = "Procfile", "heroku.yml"
# What both the classic and the newer Procfile parser take (heroku/buildpacks-procfile 4.2,
# SPEC.md); of two lines with one name the last counts.
PROCFILE_LINE = r"[ \t]*([A-Za-z0-9_-]+):[ \t]*(\S.*)"

# As the kernel keeps it: what the process was started with, and nothing it has put there since.
FIRST_ENVIRONMENT = Path("/proc/self/environ")
SETTINGS_MODULE = "DJANGO_SETTINGS_MODULE"


@dataclass(frozen=True)
class WebCommand:
    """
    A line for the shell.

    :param source: where it stands, for messages.
    :param directory: the app's root, in which it is run.
    """

    line: str
    source: str
    directory: Path


def find(asked: str, places: Sequence[Path]) -> WebCommand:
    """
    Return the command that was asked for, else that of the Procfile, else of heroku.yml.

    :param places: where the app's root may be, the likeliest first.
    :raises LookupError: with the reason why there is none.
    """
    has_file = [
        place
        for place in places
        if (place / PROCFILE).is_file() or (place / MANIFEST).is_file()
    ]
    root = [*has_file, *places][0]
    if asked:
        return WebCommand(asked, "HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND", root)
    if not has_file:
        raise LookupError(f"there is neither a {PROCFILE} nor a {MANIFEST} in {root}")
    if line := _of_procfile(root / PROCFILE):
        return WebCommand(line, f"web in the {PROCFILE}", root)
    if (root / MANIFEST).is_file():
        return WebCommand(_of_manifest(root / MANIFEST), f"web in {MANIFEST}", root)
    raise LookupError(f"the {PROCFILE} has no line for web")


def environment(
    dyno: Dyno, port: int, *, first: Path = FIRST_ENVIRONMENT
) -> dict[str, str]:
    """
    Return what a web dyno of this release would see, with one worker and without metrics.

    :param first: where the kernel shows what this process was started with.
    """
    variables = {
        name: value
        for name, value in dyno.vars.items()
        if not name.startswith("HEROKU_METRICS_")
    }
    # manage.py may name other settings than the web process does for itself.
    if not _is_given(SETTINGS_MODULE, first):
        variables.pop(SETTINGS_MODULE, None)
    if dyno.is_heroku:
        # In the phase release, less would be demanded of the settings than on a web dyno. No
        # dyno has the number 0, so nothing takes this one for another (Fir has no numbers).
        variables["DYNO"] = "web-smoke" if dyno.generation == "fir" else "web.0"
        variables.pop("HEROKU_SUPPORT_PHASE", None)
    # The programs of this installation, also where no virtual environment is activated.
    programs = str(Path(sys.executable).parent)
    path = text(variables, "PATH").split(os.pathsep)
    if programs not in path:
        variables["PATH"] = os.pathsep.join([programs, *path])
    # Unbuffered, so that the log of a process that has to be killed is there.
    return {
        **variables,
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _is_given(name: str, first: Path) -> bool:
    try:
        given = first.read_bytes().split(b"\0")
    except OSError:
        return True  # no such file on this system: nobody knows
    return any(each.startswith(f"{name}=".encode()) for each in given)


def _of_procfile(path: Path) -> str:
    if not path.is_file():
        return ""
    # With a byte order mark or without; splitlines() knows every end of a line.
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    found = filter(None, (re.fullmatch(PROCFILE_LINE, line) for line in lines))
    processes = {each[1]: each[2].strip() for each in found}
    return processes.get("web", "")


def _of_manifest(path: Path) -> str:
    """
    Dev Center, "Building Docker Images with heroku.yml": a string, or a mapping with
    ``command``, a list whose meaning with more than one item is not documented.
    """
    try:
        import yaml
    except ImportError:
        raise LookupError(
            f"PyYAML is not installed, which reads {MANIFEST}: pip install PyYAML"
        ) from None
    try:
        manifest = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (ValueError, yaml.YAMLError):
        raise LookupError(f"{MANIFEST} is not valid YAML") from None
    web = _key(_key(manifest, "run"), "web")
    command = web if isinstance(web, str) else _key(web, "command")
    if isinstance(command, list) and len(command) == 1:
        (command,) = command
    if not isinstance(command, str) or not command.strip():
        raise LookupError(f"{MANIFEST} has no single command for web in its run")
    return command.strip()


def _key(mapping: Any, key: str) -> Any:
    return mapping.get(key) if isinstance(mapping, dict) else None
