"""
Make what the steps of a release share, for tests that call one of them.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heroku_support.dyno import CGROUP, Dyno
from heroku_support.release.context import Release
from heroku_support.release.output import Output


def make_release(
    variables: Mapping[str, str] | None = None,
    *,
    stream: io.StringIO | None = None,
    is_detailed: bool = False,
    cgroup: Path = CGROUP,
    seconds: float = 60.0,
    **fields: Any,
) -> Release:
    """
    Return a release of ``default``, whose lines go to ``stream``.

    :param variables: the environment.
    :param seconds: until its deadline.
    """
    output = Output(stream or io.StringIO(), is_detailed=is_detailed)
    return Release(
        **{
            "dyno": Dyno.from_environ(variables or {}, argv=[], cgroup=cgroup),
            "stage": "",
            "output": output,
            "candidates": ("default",),
            "databases": ["default"],
            "lock_wait": 5.0,
            "wait_for_database": 5.0,
            "deadline": time.monotonic() + seconds,
            **fields,
        }
    )
