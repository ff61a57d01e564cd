"""
A text begins with a byte order mark.

It is three bytes that no editor shows. The Python buildpack refuses a `.python-version` that has
them, `heroku local` a Procfile, and JSON may not begin with them.

Before, in `.python-version`:

    ␛3.13

After, in `.python-version`:

    3.13
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.source import Source

rule = Rule(__name__, "warning")

READERS = {
    ".python-version": "the Python buildpack refuses it",
    "Procfile": "heroku local refuses it",
    "app.json": "JSON may not begin with one",
}


@rule.check
def check(source: Source) -> Iterator[Finding]:
    """
    Look for a mark in what is read by programs that do not expect one.
    """
    if source.encoding == "utf-8-sig" and source.path in READERS:
        yield rule.finding(
            source,
            0,
            f"The file begins with a byte order mark: {READERS[source.path]}",
            fix="Save it as UTF-8 without a mark: --fix does.",
            # Whatever is mended is written without one.
            edits=[Edit(0, 0, "")],
            severity="error" if source.path == ".python-version" else "warning",
        )
