"""
Lines end as on Windows.

On Cedar the carriage return is a part of the command and reaches the shell: `--log-file -` is
then a file whose name ends in one.

Before, in `Procfile`:

    web: gunicorn shop.wsgi␍

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.procfile import Procfile
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.source import LINE_END

rule = Rule(__name__, "warning")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for carriage returns.
    """
    source = procfile.source
    returns = [
        match for match in LINE_END.finditer(source.text) if match.group() != "\n"
    ]
    if returns:
        start, end = returns[0].start(), returns[-1].end()
        lines = LINE_END.sub("\n", source.text[start:end])
        yield rule.finding(
            source,
            start,
            "Lines end in a carriage return, which reaches the shell on Cedar",
            fix="Save it with line ends of Unix: --fix does.",
            edits=[Edit(start, end, lines)],
        )
