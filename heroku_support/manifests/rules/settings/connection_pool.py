r"""
Connections are pooled and kept.

Django refuses to connect: "Pooling doesn't support persistent connections."

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "db.example.com",
            "CONN_MAX_AGE": 600,
            "OPTIONS": {"pool": True, "sslmode": "require"},
        },
    }

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "db.example.com",
            "CONN_MAX_AGE": 0,
            "OPTIONS": {"pool": True, "sslmode": "require"},
        },
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.database_entry import POSTGRES, databases
from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for a pool beside an age.
    """
    for each in databases(settings):
        age, pool = each.constant("CONN_MAX_AGE"), each.option("pool")
        keeps = age is None or (isinstance(age, int) and age > 0)
        if pool is True and keeps and each.is_engine(*POSTGRES):
            place = each.get("CONN_MAX_AGE") or each.value
            yield rule.finding(
                place.source,
                place.start,
                f"Database '{each.alias}' has a pool and keeps connections: Django refuses both",
                fix="Write: conn_max_age=0" if each.url else 'Write: "CONN_MAX_AGE": 0',
            )
