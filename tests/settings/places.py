"""
Environments of the places that settings are loaded in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from heroku_support import Heroku
from heroku_support.errors import ConfigError, Problem

MANAGE = ("manage.py", "check")

LOCAL: Mapping[str, str] = {}
CI = {"CI": "true", "DYNO": "run.1"}
BUILD = {"BUILD_DIR": "/tmp/b", "CACHE_DIR": "/tmp/c", "ENV_DIR": "/tmp/e"}
RELEASE = {"DYNO": "release.1234"}
RUN = {"DYNO": "run.9157"}
WEB = {"DYNO": "web.1"}
FIR = {"DYNO": "web-12a34b56d-e78f9"}

ON_HEROKU = [RELEASE, RUN, WEB, FIR]
ELSEWHERE = [LOCAL, CI, BUILD]
EVERYWHERE = [*ELSEWHERE, *ON_HEROKU]

# Of Django's kind, where it must only be there.
KEY = {"SECRET_KEY": "k" * 50}


def heroku(
    environ: Mapping[str, str], *, argv: Sequence[str] = MANAGE, **variables: str
) -> Heroku:
    """
    Return the object for an environment, without the command line of the tests.
    """
    return Heroku({**environ, **variables}, argv=argv)


def problem_of(call: Callable[..., Any], *arguments: Any, **options: Any) -> Problem:
    """
    Return the one problem that a call finds.
    """
    with pytest.raises(ConfigError) as caught:
        call(*arguments, **options)
    (problem,) = caught.value.problems
    return problem
