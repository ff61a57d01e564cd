"""
Give the servers of this test session a directory, and a user that Postgres accepts.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

NOBODY = 65534  # uid and gid; Postgres refuses root, and this needs no `useradd`


class ServerError(Exception):
    """
    A server could not be found, set up or started.
    """


@cache
def workspace() -> Path:
    """
    Create the directory in which all servers of this process live.
    """
    directory = Path(tempfile.mkdtemp(prefix="heroku-support-"))
    give(directory)
    return directory


def remove_workspace() -> None:
    """
    Remove the directory, if there is one.
    """
    if workspace.cache_info().currsize:
        shutil.rmtree(workspace())
        workspace.cache_clear()


def subdirectory(prefix: str) -> Path:
    """
    Create a directory of the servers' user in the workspace.
    """
    directory = Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=workspace()))
    give(directory)
    return directory


def give(path: Path) -> None:
    """
    Make the servers' user own a file, or a directory and all below.
    """
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", path], check=True)


def write(path: Path, text: str) -> Path:
    """
    Write a file that only the servers' user may read, whatever the umask.
    """
    path.touch(mode=0o600)
    path.write_text(text)
    give(path)
    return path


def as_server_user(*command: str | Path) -> list[str]:
    """
    Return the command, to be run as the servers' user.
    """
    # With the signal, no server outlives a test run that is killed. It comes when the
    # *thread* ends that started the server: start servers in the main thread.
    switch = ["setpriv", "--pdeathsig=INT"]
    if os.getuid() == 0:
        switch += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return [*switch, *map(str, command)]


def run(*command: str | Path) -> str:
    """
    Run a command as the servers' user, and return what it prints.
    """
    done = subprocess.run(
        as_server_user(*command),
        cwd=workspace(),  # that user may not be allowed into ours
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise ServerError(f"{command[0]} failed:\n{done.stdout}")
    return done.stdout
