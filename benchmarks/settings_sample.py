"""
Import one settings module; print the milliseconds and the megabytes it took.

Run in a process of its own. Nothing is imported here that a peer would
otherwise pay for.
"""

from __future__ import annotations

import importlib
import os
import sys
import time

import django.conf  # noqa: F401  it imports the settings module, so it is there
import psycopg  # noqa: F401  Django imports the driver anyway


def resident() -> int:
    """
    Return the resident set of this process in bytes.
    """
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def sample(module: str) -> tuple[float, float]:
    """
    Import the module and return milliseconds and megabytes.
    """
    memory = resident()
    clock = time.perf_counter()
    importlib.import_module(module)
    seconds = time.perf_counter() - clock
    return seconds * 1e3, (resident() - memory) / 1e6


if __name__ == "__main__":
    print(*sample(sys.argv[1]))
