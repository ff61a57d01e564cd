"""
Fill in a template.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template

# A line that is a placeholder and nothing else: it becomes as many lines as the value has.
WHOLE_LINE = re.compile(r"^([ \t]*)\$\{(\w+)\}\n", re.MULTILINE)


def render(name: str, values: Mapping[str, str]) -> str:
    """
    Return a template's text with its placeholders filled in.

    A placeholder alone on its line takes any number of lines, and the line goes if it takes none.

    :param name: of a file in ``templates/``.
    """
    text = WHOLE_LINE.sub(lambda match: _lines(match, values), _template(name))
    return Template(text).substitute(values)


def _lines(match: re.Match[str], values: Mapping[str, str]) -> str:
    indent, name = match.groups()
    lines = values[name].replace("$", "$$").splitlines()
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)


@cache
def _template(name: str) -> str:
    found = files("heroku_support.scaffold") / "templates" / name
    return found.read_text(encoding="utf-8")
