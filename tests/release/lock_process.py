"""
A process that takes the release lock, for tests to kill, to freeze, and to compete with.

    python -m tests.release.lock_process hold WAIT
    python -m tests.release.lock_process compete TIMES
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import dj_database_url
import django
from django.conf import settings

from tests.processes import environment

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """
    Start one; its URL is ``DATABASE_URL``, its name ``NAME``.
    """
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "tests.release.lock_process", *arguments],
        cwd=ROOT,
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def line(process: subprocess.Popen[str], beginning: str) -> str:
    """
    Read what it prints up to a line that begins so, and return that.
    """
    assert process.stdout
    seen = []
    for each in process.stdout:
        seen.append(each)
        if each.startswith(beginning):
            return each.rstrip()
    raise AssertionError("".join(seen))


def end(process: subprocess.Popen[str]) -> str:
    """
    Let it go on to its end, and return the rest of what it prints.
    """
    printed, _ = process.communicate(timeout=60)
    return printed


def main(task: str, number: str) -> None:
    """
    Do one of the two.
    """
    database = {**dj_database_url.parse(os.environ["DATABASE_URL"])}
    options = json.loads(os.environ.get("DATABASE_OPTIONS", "{}"))
    database["OPTIONS"] = {**database.get("OPTIONS", {}), **options}
    if "mysql" in database["ENGINE"]:
        import pymysql

        pymysql.install_as_MySQLdb()
    settings.configure(DATABASES={"default": database})
    django.setup()
    {"hold": hold, "compete": compete}[task](os.environ.get("NAME", "test"), number)


def hold(name: str, wait: str) -> None:
    """
    Hold the lock until standard input ends.
    """
    from heroku_support.release.errors import LockTimeoutError
    from heroku_support.release.lock import release_lock

    try:
        with release_lock(["default"], name=name, wait=float(wait), log=print):
            print("held")
            sys.stdin.read()
    except LockTimeoutError as error:
        print(error)
        sys.exit(error.returncode)


def compete(name: str, times: str) -> None:
    """
    Hold it so often for a moment, and print from when until when that was.
    """
    from heroku_support.release.lock import release_lock

    for _ in range(int(times)):
        with release_lock(["default"], name=name, wait=60, log=str) as lock:
            begin = time.monotonic()  # of the machine, not of the process
            lock.check()
            print(f"interval {begin} {time.monotonic()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
