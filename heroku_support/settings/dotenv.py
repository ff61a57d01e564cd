"""
Read a ``.env`` file into the environment, on a developer's machine.
"""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

from environ import Env

from heroku_support.errors import ConfigError, Problem

ASSIGNMENT = re.compile(r"(?P<name>(export )?[A-Za-z_0-9]+=)(?P<rest>.*)")
# A value, in quotes or not, and a comment, which has a space before it: "#" may be in a key.
VALUE = re.compile(
    r"""(?:\s+(?!#))?('[^']*'|"(?:\\.|[^"\\])*"|(?!\s*['"]).*?)(\s+#.*|\s*)"""
)


def read_dotenv(path: Path) -> None:
    """
    Set what the file names and ``os.environ`` has not.

    A comment behind a value is none of it, as for ``heroku local``.

    :raises ConfigError: if the file is not UTF-8 or has a line that makes no sense; the
        message has the line's number and not the line.
    """
    if problem := _problem(path):
        raise ConfigError([problem])
    # Nothing but assignments: the library logs another line, secret or not.
    Env.read_env(StringIO("\n".join(map(_assignment, _lines(path).values()))))


def _problem(path: Path) -> Problem | None:
    # Here: the error is raised where no local variable holds a line.
    try:
        lines = _lines(path)
    except UnicodeDecodeError:
        return Problem(str(path), "is not UTF-8.", "Save it as UTF-8.")
    for number, line in lines.items():
        found = ASSIGNMENT.fullmatch(line)
        if not found:
            reason = f"has a line {number} that is not NAME=value."
            return Problem(str(path), reason, "NAME=value")
        if not VALUE.fullmatch(found["rest"]):
            reason = f"has a line {number} whose quotes do not match."
            return Problem(str(path), reason, 'NAME="value"')
    return None


def _lines(path: Path) -> dict[int, str]:
    """
    Return the lines by number, without empty ones and comments.
    """
    text = path.read_text(encoding="utf-8-sig")
    lines = enumerate(text.splitlines(), start=1)
    return {number: line for number, line in lines if line.strip()[:1] not in ("", "#")}


def _assignment(line: str) -> str:
    name, _, rest = line.partition("=")
    value = VALUE.fullmatch(rest)
    assert value is not None  # or it would be a problem
    return f"{name}={value[1]}"
