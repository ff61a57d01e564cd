"""
Find the Postgres programs to test with, and put them where the servers' user may go.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.servers import install
from tests.servers.workspace import ServerError, give, run, subdirectory

# A `bin` directory to use instead of ours, for every test: Debian's with PostGIS, say.
VARIABLE = "HEROKU_SUPPORT_TEST_PGBIN"


def majors_under_test(environ: Mapping[str, str] = os.environ) -> tuple[int, ...]:
    """
    Return the majors to test on, oldest first.
    """
    if VARIABLE not in environ:
        return install.majors()
    version = run(runnable(Path(environ[VARIABLE])) / "postgres", "--version")
    return (int(re.findall(r"\d+", version)[0]),)


def find_binaries(major: int, environ: Mapping[str, str] = os.environ) -> Path:
    """
    Return the `bin` directory of a major, or raise ServerError: tests are not skipped.
    """
    if VARIABLE in environ:
        return Path(environ[VARIABLE])
    for directory in candidates(major):
        if (directory / "postgres").exists():
            return directory
    raise ServerError(
        f"There is no Postgres {major}. Run: python tests/servers/install.py"
    )


def candidates(major: int) -> list[Path]:
    """
    Return where a major may be: installed by us, or by Debian.
    """
    debian = Path(f"/usr/lib/postgresql/{major}/bin")
    if major not in install.VERSIONS:
        return [debian]
    return [install.binaries(major), debian]


@cache
def runnable(binaries: Path) -> Path:
    """
    Return the binaries, or a copy where the servers' user cannot reach them.

    A virtual environment may lie below a home that only its owner may enter.
    """
    try:
        # Not by running it: `setpriv` starts it with root's capabilities.
        run("test", "-x", binaries / "postgres")
        return binaries
    except ServerError:
        copy = subdirectory("binaries")
        shutil.copytree(binaries.parent, copy, symlinks=True, dirs_exist_ok=True)
        give(copy)
        return copy / binaries.name
