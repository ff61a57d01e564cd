"""
What is wrong with a text that is no YAML, in the words of who wrote it.
"""

from __future__ import annotations

import re

from heroku_support.manifests.findings import Edit, Problem
from heroku_support.manifests.source import Source

INDENTATION = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
KEY = re.compile(r"\s*(?:- +)?([^\s:#'\"][^:#]*?) *(?P<colon>:)(?:\s|\Z)")
WORD = re.compile(r"\s*[\w-]+\s*\Z")
UNPRINTABLE = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def unprintable(source: Source) -> Problem:
    """
    Return what to say of a character that YAML has not.
    """
    match = UNPRINTABLE.search(source.text)
    offset = match.start() if match else 0
    shown = f"U+{ord(source.text[offset]):04X}"
    return Problem(
        "yaml-syntax",
        offset,
        f"The character {shown} cannot stand in YAML",
        "Remove it.",
    )


def explained(
    source: Source, problem: str, offset: int, context: int | None
) -> Problem:
    """
    Return what to say of a text that is no YAML.

    :param problem: as PyYAML puts it, or libyaml.
    :param offset: where reading stopped.
    :param context: where what could not be read began.
    """
    line = source.position(offset).line
    start = source.start(line)
    tab = INDENTATION.match(source.line(line))
    if tab:
        at = start + tab.group().index("\t")
        fix = "Indent with spaces, two for each level."
        return Problem(
            "yaml-syntax", at, "A tab cannot indent in YAML", fix, _tabs(source)
        )
    for words, explain in EXPLANATIONS.items():
        if words in problem:
            return explain(source, offset, offset if context is None else context)
    return Problem("yaml-syntax", offset, f"Not YAML: {problem}", "Check this line.")


def _tabs(source: Source) -> tuple[Edit, ...]:
    return tuple(
        Edit(match.start(), match.end(), match.group().replace("\t", "  "))
        for match in INDENTATION.finditer(source.text)
    )


def _second_value(source: Source, offset: int, context: int) -> Problem:
    number = source.position(offset).line
    line, above = source.line(number), _content_above(source, number)
    start, text = source.start(number), source.line(above)
    key, parent = KEY.match(line), KEY.match(text)
    by = _indent(line) - _indent(text)
    if not key or start + key.start("colon") != offset or by <= 0:
        message = "A second ': ' in one line"
        fix = "Put what follows on a line of its own, or quote the value."
        return Problem("yaml-syntax", offset, message, fix)
    if WORD.match(text):
        at = source.start(above) + _indent(text)
        fix = f"Write: {text.strip()}:"
        message = f"'{text.strip()}' has no colon, and lines under it"
        return Problem("yaml-syntax", at, message, fix)
    at = start + key.start(1)
    if parent:
        return _under_value(at, key[1], parent[1], by)
    message = f"'{key[1]}' is indented under a line that is no key"
    return Problem("yaml-syntax", at, message, f"Move it left by {by}.")


def _item_in_line(source: Source, offset: int, context: int) -> Problem:
    message = "'- ' cannot follow a key on its line"
    return Problem(
        "yaml-syntax", offset, message, "Begin a new, indented line with '- '."
    )


def _no_level(source: Source, offset: int, context: int) -> Problem:
    position = source.position(offset)
    line = source.line(position.line)
    above = source.line(_content_above(source, position.line))
    key, parent = KEY.match(line), KEY.match(above)
    by = _indent(line) - _indent(above)
    if key and parent and by > 0:
        return _under_value(offset, key[1], parent[1], by)
    lines = source.lines[: position.line - 1]
    indents = sorted({_indent(line) for line in lines if _content(line)})
    levels = ", ".join(map(str, indents))
    return Problem(
        "yaml-syntax",
        offset,
        f"Indented by {position.column - 1}, which fits no line above (they have {levels})",
        "Give it as many spaces as the lines that it belongs with.",
    )


def _under_value(offset: int, key: str, parent: str, by: int) -> Problem:
    message = f"'{key}' is indented under '{parent}', which has a value already"
    return Problem("yaml-syntax", offset, message, f"Move it left by {by}.")


def _no_colon(source: Source, offset: int, context: int) -> Problem:
    message = "Neither 'key: value' nor '- item'"
    fix = "Write a colon and a space after the key."
    return Problem("yaml-syntax", context, message, fix)


def _not_closed(source: Source, offset: int, context: int) -> Problem:
    opening = source.text[context : context + 1]
    message = f"What {opening} opens here is not closed"
    return Problem("yaml-syntax", context, message, "Close it, or remove it.")


def _reserved(source: Source, offset: int, context: int) -> Problem:
    message = f"A value cannot begin with {source.text[offset : offset + 1]}"
    return Problem("yaml-syntax", offset, message, "Quote the value.")


# By what PyYAML says, and what libyaml does.
EXPLANATIONS = {
    "mapping values are not allowed": _second_value,
    "sequence entries are not allowed": _item_in_line,
    "expected <block end>": _no_level,
    "did not find expected key": _no_level,
    "did not find expected '-' indicator": _no_level,
    "could not find expected ':'": _no_colon,
    "unexpected end of stream": _not_closed,
    "expected ',' or": _not_closed,
    "cannot start any token": _reserved,
}


def _content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _content_above(source: Source, number: int) -> int:
    numbers = range(number - 1, 0, -1)
    return next((each for each in numbers if _content(source.line(each))), 0)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
