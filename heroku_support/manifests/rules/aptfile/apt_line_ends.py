"""
The lines of the Aptfile end in a carriage return.

It becomes a part of the package's name: "Unable to locate package", and the build ends.

Before, in `Aptfile`:

    gdal-bin␍

After, in `Aptfile`:

    gdal-bin
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.aptfile import Aptfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.line_ends import unix
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(aptfile: Aptfile) -> Iterator[Finding]:
    """
    Look for carriage returns.
    """
    for offset, edit in unix(aptfile.source):
        yield rule.finding(
            aptfile.source,
            offset,
            "Lines end in a carriage return, which belongs to the package's name",
            fix="Save it with line ends of Unix: --fix does.",
            edits=[edit],
        )
