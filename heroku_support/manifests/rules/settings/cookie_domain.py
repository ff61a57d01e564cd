r"""
A cookie is for all of herokuapp.com.

It is on the Public Suffix List since 2013 (Dev Center, "Cookies and the Public Suffix List"):
browsers refuse the cookie, and nobody can log in.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SESSION_COOKIE_DOMAIN = ".herokuapp.com"

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SESSION_COOKIE_DOMAIN = None
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.python_values import text_of
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

COOKIES = ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "LANGUAGE_COOKIE_DOMAIN")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look at the domains of Django's cookies.
    """
    for name in COOKIES:
        value = settings.get(name)
        if value and (text_of(value) or "").strip(". ").lower() == "herokuapp.com":
            yield rule.finding(
                value.source,
                value.start,
                "Browsers refuse a cookie for all of herokuapp.com",
                fix=f"Write: {name} = None",
                edits=[Edit(value.start, value.end, "None")],
            )
