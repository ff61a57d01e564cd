"""
The line ends of a file that Linux is to read.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit
from heroku_support.manifests.source import LINE_END, Source


def unix(source: Source) -> Iterator[tuple[int, Edit]]:
    """
    Return where the first carriage return stands, and what takes all of them away.
    """
    returns = [
        match for match in LINE_END.finditer(source.text) if match.group() != "\n"
    ]
    if returns:
        start, end = returns[0].start(), returns[-1].end()
        yield start, Edit(start, end, LINE_END.sub("\n", source.text[start:end]))
