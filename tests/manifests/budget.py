"""
What examining a file may cost: time, memory, and what is opened for it.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from heroku_support.manifests.registry import rules

MEGABYTE = 1024 * 1024
OPENING = {"open", "os.listdir", "os.scandir"}


@dataclass
class Cost:
    """
    What a block has cost.

    :param seconds: of this process on a core, whatever else the machine does.
    :param bytes: its memory at the highest, above what it had before.
    :param outside: paths that were opened outside of the folder.
    """

    seconds: float = 0.0
    bytes: int = 0
    outside: list[str] = field(default_factory=list)


_watching: list[tuple[str, Cost]] = []
# Where modules are loaded from, and the measuring itself.
_ALLOWED = tuple(
    os.path.realpath(path)
    for path in (
        *sysconfig.get_paths().values(),
        *(each for each in sys.path if each),
        Path(__file__).resolve().parents[2] / "heroku_support",
        "/proc/self",
    )
)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if not (
        _watching
        and event in OPENING
        and isinstance(arguments[0], (str, bytes, os.PathLike))
    ):
        return
    root, cost = _watching[-1]
    # Not resolved: what a link leads to is looked at by the tests of links.
    path = os.path.abspath(os.fsdecode(arguments[0]))
    if not path.startswith((root, *_ALLOWED, "/proc/self")):
        cost.outside.append(path)


sys.addaudithook(_watch)  # which cannot be taken away again


@contextmanager
def measured(root: Path) -> Iterator[Cost]:
    """
    Measure what a block costs that examines this folder.
    """
    rules()  # importing them is no part of it
    cost = Cost()
    _reset_peak()
    before, started = _memory("VmRSS"), time.process_time()
    _watching.append((os.path.realpath(root), cost))
    try:
        yield cost
    finally:
        _watching.pop()
        cost.seconds = time.process_time() - started
        cost.bytes = max(0, _memory("VmHWM") - before)


def _reset_peak() -> None:
    # proc(5): 5 resets the peak of the resident set.
    Path("/proc/self/clear_refs").write_text("5")


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(name)
