"""
The one line of a heroku.yml that is no YAML whose change makes it what Heroku reads.

A parser stops where nothing fits any more, which is often a line below the mistake. Here every
line near by is tried: at another indentation, with the colon or the space that it lacks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from heroku_support.manifests.findings import Edit, Problem, applied
from heroku_support.manifests.heroku_yml_shape import mismatches
from heroku_support.manifests.source import Source
from heroku_support.manifests.yaml_text import parse

LONGEST = 32 * 1024  # characters; beyond, no line is tried
ABOVE, BELOW = 12, 3  # lines that are tried
MOST = 400_000  # characters that are parsed in all, within a quarter of a second
NO_SPACE = re.compile(r"\s*(?:- +)?[\w-]+:(?=[^\s:/])")
NO_COLON = re.compile(r"\s*[\w-]+(?=\s*\Z)")
# A word that may be a key, with what may be its value behind it.
NO_COLON_WITH_VALUE = re.compile(r"\s*(?:- +)?[A-Za-z][\w-]*(?= [^\s:][^:]*\Z)")
DASH = re.compile(r" *- ")
KEY = re.compile(r" *[\w-]+:(?:\s|\Z)")
NO_DASH = re.compile(r" *(?=[^\s-])")
NO_DASH_SPACE = re.compile(r"\s*-(?=[^\s-])")


@dataclass(frozen=True)
class _Attempt:
    line: int
    offset: int
    message: str
    fix: str
    edits: tuple[Edit, ...]


def repair(source: Source, offset: int) -> Problem | None:
    """
    Return the change of one line after which everything fits, None where there is none.

    :param offset: where the parser stopped.
    """
    if len(source.text) > LONGEST:
        return None
    stopped = source.position(offset).line
    best: tuple[tuple[int, ...], _Attempt] | None = None
    for index, attempt in enumerate(_attempts(source, stopped)):
        if index * len(source.text) > MOST:
            break
        text = Source(source.path, applied(source.text, attempt.edits))
        document = parse(text)
        if document.problems or mismatches(text, document.root):
            continue
        # Of several, the one after which the file is the most even, whose lists are indented as
        # in Heroku's documentation, and that changes the least.
        even = _uneven(text), _flush(text), _levels(text)
        rank = (*even, len(attempt.edits), abs(stopped - attempt.line))
        if best is None or rank < best[0]:
            best = rank, attempt
    if best is None:
        return None
    _, found = best
    return Problem("yaml-syntax", found.offset, found.message, found.fix, found.edits)


def _attempts(source: Source, stopped: int) -> Iterator[_Attempt]:
    # The nearest first, and the line where the parser stopped before those around it.
    numbers = range(
        max(1, stopped - ABOVE), min(len(source.lines), stopped + BELOW) + 1
    )
    for number in sorted(numbers, key=lambda each: abs(stopped - each)):
        line = source.line(number)
        if line.strip() and not line.lstrip().startswith("#"):
            yield from _insertions(source, number, line)
            yield from _indentations(source, number, line)


def _insertions(source: Source, number: int, line: str) -> Iterator[_Attempt]:
    for pattern, text, message in (
        (NO_SPACE, " ", "No space behind the colon"),
        (NO_COLON, ":", "No colon behind the key"),
        (NO_COLON_WITH_VALUE, ":", "No colon behind the key"),
        (NO_DASH_SPACE, " ", "No space behind the dash"),
    ):
        match = pattern.match(line)
        if match:
            at = source.start(number) + match.end()
            fixed = f"{line[: match.end()]}{text}{line[match.end() :]}".strip()
            edits = (Edit(at, at, text),)
            yield _Attempt(number, at - 1, message, f"Write: {fixed}", edits)
    match = NO_DASH.match(line)
    if match and _is_item(source, number, line):
        at = source.start(number) + match.end()
        fix = f"Write: - {line.strip()}"
        edits = (Edit(at, at, "- "),)
        yield _Attempt(number, at, "No dash before an item of a list", fix, edits)


def _is_item(source: Source, number: int, line: str) -> bool:
    # By what it says, or by a line beside it.
    if KEY.match(line):
        return line.lstrip().startswith("plan:")
    indent = _indent(line)
    beside = [
        source.line(each)
        for each in (number - 1, number + 1)
        if 0 < each <= len(source.lines)
    ]
    return any(DASH.match(each) and _indent(each) == indent for each in beside)


def _indentations(source: Source, number: int, line: str) -> Iterator[_Attempt]:
    old = _indent(line)
    last = _end_of_block(source, number)
    start = source.start(number)
    used = {_indent(each) for each in source.lines if each.strip()}
    # Below "- key:" the next key stands under the key, not under the dash.
    used |= {_indent(each) + 2 for each in source.lines if DASH.match(each)}
    for new in sorted(
        used | {max(0, old - 2), old + 2, 0}, key=lambda each: abs(each - old)
    ):
        if new == old:
            continue
        side = "left" if new < old else "right"
        message = f"'{line.split()[0]}' is indented by {old}, and fits with {new}"
        for end in dict.fromkeys((number, last)):
            edits = tuple(_moves(source, number, end, new - old))
            with_block = " with the lines under it" if end > number else ""
            fix = f"Move it {side} by {abs(new - old)}{with_block}."
            yield _Attempt(number, start + old, message, fix, edits)


def _moves(source: Source, first: int, last: int, by: int) -> Iterator[Edit]:
    for number in range(first, last + 1):
        line, start = source.line(number), source.start(number)
        if line.strip():
            indent = _indent(line)
            yield Edit(start, start + indent, " " * max(0, indent + by))


def _end_of_block(source: Source, number: int) -> int:
    indent, last = _indent(source.line(number)), number
    for below in range(number + 1, len(source.lines) + 1):
        line = source.line(below)
        if line.strip() and _indent(line) <= indent:
            break
        last = below if line.strip() else last
    return last


def _uneven(source: Source) -> int:
    # How many lines are not indented by as much as most are, from the line above them.
    steps: Counter[int] = Counter()
    above: list[int] = []
    for line in source.lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indent = _indent(line)
        while above and above[-1] >= indent:
            above.pop()
        steps[indent - above[-1] if above else indent] += 1
        above.append(indent)
    usual = max(steps, key=lambda step: (step > 0, steps[step], -step), default=0)
    return sum(count for step, count in steps.items() if step not in (0, usual))


def _flush(source: Source) -> int:
    # How many lists begin where the key above them does, and not to the right of it.
    above, count = "", 0
    for line in source.lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        is_first = DASH.match(line) and above.rstrip().endswith(":")
        count += bool(is_first and _indent(line) == _indent(above))
        above = line
    return count


def _levels(source: Source) -> int:
    return len({_indent(line) for line in source.lines if line.strip()})


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
