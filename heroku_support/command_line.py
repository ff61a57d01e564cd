"""
Which server or test runner this process is, by its command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import PurePath

from heroku_support.dyno import Dyno

WORKER_CLASS = ("-k", "--worker-class")
INTERFACE = ("--interface",)
ASGI_WORKERS = ("asgi", "uvicorn")


def is_asgi_server(dyno: Dyno) -> bool:
    """
    Whether it serves ASGI. What a server reads from a file of its own cannot be told.
    """
    program = _program(dyno)
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
    program = _program(dyno)
    # The latter is what is left of py.test, its older name.
    is_pytest = "pytest" in program or program == "py"
    return is_pytest or list(dyno.argv[1:2]) == ["test"]


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


def _program(dyno: Dyno) -> str:
    path = PurePath(dyno.argv[0] if dyno.argv else "")
    # python -m uvicorn
    return path.parent.name if path.stem == "__main__" else path.stem


def _gunicorn_arguments(dyno: Dyno) -> Sequence[str]:
    given = dyno.vars.get("GUNICORN_CMD_ARGS", "")
    if not given:
        return ()
    import shlex  # here: the settings of most processes need none

    try:
        return shlex.split(given)
    except ValueError:
        return ()  # gunicorn itself refuses it
