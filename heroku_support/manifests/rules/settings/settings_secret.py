r"""
A secret stands in the settings.

Everyone who can read the repository has it, and so has everyone who could once: git keeps what was
committed. As a config var it is the app's alone.

What looks generated counts: a password of a word or two, as for a local database, does not.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    EMAIL_HOST_PASSWORD = "9d2f7c1ab84e60359d2f7c1a"

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    EMAIL_HOST_PASSWORD = os.environ["EMAIL_HOST_PASSWORD"]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.python_values import text_of
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.secrecy import is_secret

rule = Rule(__name__, "error")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look at settings and entries whose names say that they are secret.
    """
    for name, value in settings.texts:
        text = text_of(value) or ""
        if name != "SECRET_KEY" and is_secret(name, text):
            yield rule.finding(
                value.source,
                value.start,
                f"{name} is a secret, and everyone with the repository has it",
                fix=f'Make a new one, write: os.environ["{name}"], and: heroku config:set {name}=…',
            )
