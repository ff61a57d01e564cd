"""
Read a ``.env`` file into the environment, on a developer's machine.
"""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

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
    if reason := _reason_against(path):
        raise ConfigError([Problem(str(path), reason, "NAME=value")])
    Env.read_env(StringIO(_text(path)))


def _reason_against(path: Path) -> str:
    # Looked at first: the library logs a line that it cannot read, secret or not.
    try:
        lines = _text(path).splitlines()
    except UnicodeDecodeError:
        return "is not UTF-8."
    for number, line in enumerate(lines, start=1):
        if line.strip() and not LINE.match(line):
            return f"has a line {number} that is not NAME=value."
    return ""


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")
