"""
Read a ``.env`` file into the environment, on a developer's machine.
"""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import NoReturn

from environ import Env

from heroku_support.errors import ConfigError, Problem

# What django-environ takes for a line: an assignment or a comment.
LINE = re.compile(r"\s*#|(export )?[A-Za-z_0-9]+=")


def read_dotenv(path: Path) -> None:
    """
    Set what the file names and ``os.environ`` has not.

    :raises ConfigError: if the file is not UTF-8 or has a line that makes no sense; the
        message has the line's number and not the line.
    """
    # Looked at first: the library logs a line that it cannot read, secret or not.
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        _refuse(path, "is not UTF-8.", "DEBUG=true")
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not LINE.match(line):
            _refuse(path, f"has a line {number} that is not NAME=value.", "NAME=value")
    Env.read_env(StringIO(text))


def _refuse(path: Path, reason: str, fix: str) -> NoReturn:
    raise ConfigError([Problem(str(path), reason, fix)]) from None
