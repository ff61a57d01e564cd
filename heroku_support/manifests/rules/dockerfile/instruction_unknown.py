"""
A line begins with a word that is no instruction.

The build ends with "unknown instruction", before anything is built.

Before, in `Dockerfile`:

    FROM python:3.13-slim
    RUNN pip install Django
    CMD gunicorn shop.wsgi

After, in `Dockerfile`:

    FROM python:3.13-slim
    RUN pip install Django
    CMD gunicorn shop.wsgi
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from heroku_support.manifests.dockerfile import Dockerfile
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

KNOWN = (
    *(
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
    ),
    *("LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME"),
    "WORKDIR",
)


@rule.check
def check(file: Dockerfile) -> Iterator[Finding]:
    """
    Look for a word that is like an instruction, where no text within the file may be one.
    """
    # A second heredoc, or another sign for a continuation, makes lines of what are none.
    if "<<" in file.source.text or "escape=" in file.source.text:
        return
    for each in file.instructions:
        close = difflib.get_close_matches(each.name, KNOWN, n=1, cutoff=0.7)
        is_written_so = file.source.text.startswith(each.name, each.start)
        if each.name not in KNOWN and close and is_written_so:
            yield rule.finding(
                file.source,
                each.start,
                f"{each.name} is no instruction of a Dockerfile",
                fix=f"Write: {close[0]} {each.value}",
            )
