"""
The site of these pages, by Sphinx and MyST: ``make docs`` builds it in ``site/``.

``README.md`` is its index. The lists of links there, which read well without a site, are its table
of contents.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

REPOSITORY = "https://github.com/django-heroku-support/django-heroku-support/blob/main"
LIST = re.compile(r"^\*\*(.+)\*\*\n\n((?:- .+\n)+)", re.MULTILINE)
PAGE = re.compile(r"\]\((.+)\.md\)")
OUTSIDE = "](../../"

project = "django-heroku-support"
html_title = project
extensions = ["myst_parser"]
root_doc = "README"
html_theme = "furo"
html_copy_source = False
html_use_index = False
html_show_copyright = False
myst_heading_anchors = 4
smartquotes = False
# "…" stands for what is left out; no lexer knows it.
suppress_warnings = ["misc.highlighting_failure"]


def contents(found: re.Match[str]) -> str:
    """
    Return one list of links as a directive.
    """
    pages = "\n".join(PAGE.findall(found[2]))
    return f"```{{toctree}}\n:caption: {found[1]}\n:maxdepth: 1\n\n{pages}\n```\n"


def read(app: Sphinx, name: str, source: list[str]) -> None:
    """
    Make the table of contents, and lead links out of this folder to the repository.
    """
    if name == root_doc:
        source[0] = LIST.sub(contents, source[0])
    source[0] = source[0].replace(OUTSIDE, f"]({REPOSITORY}/")


def finish(app: Sphinx, error: Exception | None) -> None:
    """
    Let web servers find the first page.
    """
    if error is None and app.builder.name == "html":
        shutil.copy(Path(app.outdir, "README.html"), Path(app.outdir, "index.html"))


def setup(app: Sphinx) -> None:
    app.connect("source-read", read)
    app.connect("build-finished", finish)
