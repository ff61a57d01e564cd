r"""
`DEBUG` is on.

Errors show source code and settings to everybody, and every query is kept in memory (Django docs,
"Deployment checklist").

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    DEBUG = True

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    DEBUG = heroku.debug()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for the literal.
    """
    value = settings.get("DEBUG")
    if value and settings.constant("DEBUG", False) is True:
        yield rule.finding(
            value.source,
            value.start,
            "DEBUG is on in production: errors show source code and settings to everybody",
            fix="Write: DEBUG = heroku.debug()",
        )
