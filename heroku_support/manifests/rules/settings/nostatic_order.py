r"""
`runserver_nostatic` is below the app whose command it replaces.

The first app that has a command wins (Django docs, "Overriding commands"), and runserver is that of
staticfiles too: below, it does nothing.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = [
        "django.contrib.staticfiles",
        "whitenoise.runserver_nostatic",
    ]

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = [
        "whitenoise.runserver_nostatic",
        "django.contrib.staticfiles",
    ]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import STATICFILES

rule = Rule(__name__, "warning")

NOSTATIC = "whitenoise.runserver_nostatic"


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Compare the places of the two.
    """
    apps = settings.sequence("INSTALLED_APPS")
    found = apps.find(NOSTATIC) if apps else None
    if apps and found and STATICFILES in apps.texts[: apps.texts.index(NOSTATIC)]:
        yield rule.finding(
            found.source,
            found.start,
            "runserver_nostatic does nothing below staticfiles",
            fix=f"Move the line above: {STATICFILES}",
        )
