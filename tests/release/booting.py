"""
A release that does nothing but boot the web process, in this process.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import override_settings

from heroku_support.dyno import CGROUP, Dyno
from heroku_support.redaction import Redactor
from heroku_support.release.context import Release
from heroku_support.release.errors import StepError
from heroku_support.release.output import Output
from heroku_support.release.smoke import smoke
from tests.processes import environment

# By the second, the processes that these tests have booted are known among others'.
LOCAL = {"SECRET_KEY": "t" * 50, "BOOTED_BY": str(os.getpid())}
# A web server that is quicker to start than any of Django's.
SERVER = f"exec {sys.executable} {Path(__file__).parent / 'web_server.py'}"


@dataclass
class Smoke:
    """
    What came of it; either ``done`` or ``error`` is a text.
    """

    done: str
    error: str
    printed: str

    @property
    def everything(self) -> str:
        """
        All that anybody gets to see.
        """
        return self.done + self.error + self.printed


def boot(
    command: str = "",
    *,
    seconds: float = 60.0,
    cgroup: Path = CGROUP,
    variables: Mapping[str, str] = LOCAL,
    **own_settings: Any,
) -> Smoke:
    """
    Boot a command, or what is found in the current directory.

    :param seconds: that are left of the release.
    :param own_settings: what stands behind ``HEROKU_SUPPORT_``.
    """
    dyno = Dyno.from_environ(environment(**variables), argv=[], cgroup=cgroup)
    stream = io.StringIO()
    release = Release(
        dyno=dyno,
        stage="",
        output=Output(stream, hide=Redactor(dyno.vars).text),
        candidates=("default",),
        lock_wait=1.0,
        wait_for_database=1.0,
        deadline=time.monotonic() + seconds,
    )
    done = error = ""
    with override_settings(
        HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND=command,
        **{f"HEROKU_SUPPORT_{name}": value for name, value in own_settings.items()},
    ):
        try:
            done = smoke(release)
        except StepError as failed:
            error = release.output.hide(str(failed))
    return Smoke(done, error, stream.getvalue())


def left_over() -> list[int]:
    """
    Return the processes that live of those that were booted here.
    """
    environments = Path("/proc").glob("[0-9]*/environ")
    return [int(path.parent.name) for path in environments if _is_ours(path)]


def _is_ours(path: Path) -> bool:
    try:
        return f"BOOTED_BY={os.getpid()}".encode() in path.read_bytes().split(b"\0")
    except OSError:  # it has just ended
        return False
