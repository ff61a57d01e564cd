r"""
`ALLOWED_HOSTS` has no name that the app is reached by.

Every request has the app's domain in its `Host`, and Django answers it with 400. An app's name on
herokuapp.com ends in random letters (Dev Center, "App Names and Subdomains"), so take
`HEROKU_APP_DEFAULT_DOMAIN_NAME` or `.herokuapp.com`.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

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

rule = Rule(__name__, "error")

LOOPBACK = (
    "localhost",
    ".localhost",
    "127.0.0.1",
    "0.0.0.0",
    "[::1]",
    "::1",
    "testserver",
)


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for a name that is not this machine's.
    """
    hosts = settings.sequence("ALLOWED_HOSTS")
    if not hosts or not hosts.is_complete or len(hosts.texts) != len(hosts.items):
        return
    if all(text.lower() in LOOPBACK for text in hosts.texts):
        yield rule.finding(
            hosts.source,
            hosts.start,
            "ALLOWED_HOSTS has no host of the app: every request is answered with 400",
            fix='Write: ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")',
        )
