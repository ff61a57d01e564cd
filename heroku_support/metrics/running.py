"""
The servers that count on this machine, seen by another process.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from heroku_support.dyno import Dyno
from heroku_support.metrics import slots
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.layout import OWNER
from heroku_support.metrics.slots import Slots
from heroku_support.redaction import redact_text

PROC = Path("/proc")
LONGEST_COMMAND = 70  # characters; more than enough to tell one server from another
CHECKSUM = 9  # characters at the end of a file's name, see current.file_name
LOCAL = "local"


class Running(NamedTuple):
    """
    A server, of one process or many.

    :param dyno: its name, ``local`` elsewhere.
    :param processes: that count.
    :param folder: where they run, empty if that is not known.
    :param command: the line that one of them was started by.
    """

    slots: Slots
    dyno: str
    processes: frozenset[int]
    folder: str
    command: str

    @property
    def label(self) -> str:
        """
        Who it is, for a person.
        """
        return f"{self.dyno}: {self.command}"


def find() -> Iterator[Running]:
    """
    Iterate over all servers of this user that count at this moment.
    """
    folder = Path(tempfile.gettempdir())
    for path in sorted(folder.glob(f"{slots.prefix()}*")):
        found = slots.existing(path)
        if found is None:
            continue
        living = [slot for slot, is_alive in found.used() if is_alive]
        processes = frozenset(slot[OWNER] for slot in living)
        if processes:
            dyno = path.name.removeprefix(slots.prefix())[:-CHECKSUM]
            one = PROC / str(min(processes))
            yield Running(found, dyno, processes, _folder(one), _command(one))


def choose(dyno: Dyno, process: int | None = None) -> Running:
    """
    Return the one server of this project that counts here.

    :param process: of the server that is meant, where there are several.
    :raises ShowError: if there is none, or more than one.
    """
    if sys.platform != "linux":
        raise ShowError("Only on Linux a process can see what others count.")
    servers = list(find())
    if process is not None:
        return _of_process(process, servers)
    here = [each for each in servers if each.folder == os.getcwd()]
    if len(here) == 1:
        return here[0]
    if here:
        raise ShowError(f"{len(here)} servers run here. Fix: add one of{_listed(here)}")
    others = f"\nIn other folders there are{_listed(servers)}" if servers else ""
    raise ShowError(_nothing(dyno) + others)


def _of_process(process: int, servers: Sequence[Running]) -> Running:
    for each in servers:
        if process in each.processes:
            return each
    others = f" Fix: add one of{_listed(servers)}" if servers else ""
    raise ShowError(f"Process {process} does not count here.{others}")


def _listed(servers: Sequence[Running]) -> str:
    return "".join(f"\n  --pid {min(each.processes)}  {each.label}" for each in servers)


def _nothing(dyno: Dyno) -> str:
    if dyno.phase == "run":
        return (
            "A one-off dyno sees nothing of what the web dynos count."
            " Fix: python manage.py heroku_metrics --all"
            ", or in the dyno itself: heroku ps:exec --dyno web.1"
        )
    return (
        "No server of this project counts here, or it had no request yet."
        " Fix: python manage.py runserver"
    )


def _folder(process: Path) -> str:
    try:
        return os.readlink(process / "cwd")
    except OSError:  # it has just ended
        return ""


def _command(process: Path) -> str:
    try:
        arguments = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return "?"
    shown = [os.path.basename(arguments[0]), *arguments[1:]]
    words = [word.decode(errors="replace") for word in shown if word]
    line = "".join(each if each.isprintable() else "?" for each in " ".join(words))
    return redact_text(line)[:LONGEST_COMMAND]
