r"""
`ALLOWED_HOSTS` is open to any name.

Only the router stands before it, which passes on a request if its host is a domain of the app
(python-getting-started relies on it). Where the same settings run elsewhere, nobody does.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    ALLOWED_HOSTS = ["*"]

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for the star.
    """
    hosts = settings.sequence("ALLOWED_HOSTS")
    found = hosts.find("*") if hosts else None
    if found:
        yield rule.finding(
            found.source,
            found.start,
            "ALLOWED_HOSTS is open to any name",
            fix='Write: ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")',
        )
