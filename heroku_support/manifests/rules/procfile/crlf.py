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

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.line_ends import unix
from heroku_support.manifests.procfile import Procfile
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(procfile: Procfile) -> Iterator[Finding]:
    """
    Look for carriage returns.
    """
    for offset, edit in unix(procfile.source):
        yield rule.finding(
            procfile.source,
            offset,
            "Lines end in a carriage return, which reaches the shell on Cedar",
            fix="Save it with line ends of Unix: --fix does.",
            edits=[edit],
        )
