r"""
The header asks for a list that does not take it.

`SECURE_HSTS_PRELOAD` consents to be put into the browsers' own list, which takes domains with a
year of HSTS for all subdomains only (hstspreload.org), and from which it is hard to get out again.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SECURE_HSTS_SECONDS = 3600
    SECURE_HSTS_PRELOAD = True

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SECURE_HSTS_SECONDS = 3600
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

YEAR = 365 * 24 * 3600  # seconds; hstspreload.org, "Submission Requirements"


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for the consent without a year and without the subdomains.
    """
    value = settings.get("SECURE_HSTS_PRELOAD")
    seconds = settings.constant("SECURE_HSTS_SECONDS", 0)
    subdomains = settings.constant("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)
    is_asked = settings.constant("SECURE_HSTS_PRELOAD", False) is True
    is_short = isinstance(seconds, int) and 0 < seconds < YEAR
    lacks_subdomains = subdomains is False and isinstance(seconds, int) and seconds > 0
    if value and is_asked and (is_short or lacks_subdomains):
        yield rule.finding(
            value.source,
            value.start,
            "SECURE_HSTS_PRELOAD asks for a list that takes a year and all subdomains only",
            fix="Remove it until SECURE_HSTS_SECONDS is 31536000 and"
            " SECURE_HSTS_INCLUDE_SUBDOMAINS = True",
        )
