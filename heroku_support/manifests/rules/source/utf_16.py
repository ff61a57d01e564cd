"""
A text is in UTF-16.

Windows calls it Unicode, and PowerShell's `>` writes it. Everything on Heroku reads UTF-8: half of
the bytes are zeros, and no line is what it seems.

Before, in `Procfile`:

    ␀web: gunicorn shop.wsgi

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.source import Source

rule = Rule(__name__, "error")


@rule.check
def check(source: Source) -> Iterator[Finding]:
    """
    Look for UTF-16.
    """
    if source.encoding == "utf-16":
        yield rule.finding(
            source,
            0,
            "The file is in UTF-16, which nothing on Heroku reads",
            fix="Save it as UTF-8: --fix does.",
            # Whatever is mended is written in UTF-8.
            edits=[Edit(0, 0, "")],
        )
