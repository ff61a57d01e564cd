"""
A file is a template.

Heroku reads it as it stands, with the braces. Nothing else is said of it: what matters is the
file that is made from it.

Before, in `Procfile`:

    {% if with_web %}
    web: gunicorn shop.wsgi
    {% endif %}

After, in `Procfile`:

    web: gunicorn shop.wsgi
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import TEMPLATE
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.source import Source

rule = Rule(__name__, "info")

READ_AS_IT_STANDS = ("Procfile", "heroku.yml", "app.json")


@rule.check
def check(source: Source) -> Iterator[Finding]:
    """
    Look for the conditions of Jinja2 and cookiecutter.
    """
    match = TEMPLATE.search(source.text)
    if match and source.path in READ_AS_IT_STANDS:
        yield rule.finding(
            source,
            match.start(),
            "This is a template, which Heroku does not fill in: it is not examined",
            fix="Examine the project that is made from it.",
        )
