r"""
Celery's broker or its results are in memory or on a disk.

Dynos share neither (Dev Center, "Dynos"): no worker hears of a task, and no web process of its
result.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    CELERY_BROKER_URL = "memory://"

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    globals().update(heroku.celery())
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.python_values import text_of
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

SCHEMES = {
    "CELERY_BROKER_URL": ("memory://", "filesystem://"),
    "CELERY_RESULT_BACKEND": ("file://", "cache+memory://", "cache+locmem://"),
}


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look at both URLs.
    """
    for name, schemes in SCHEMES.items():
        value = settings.get(name)
        if value and (text_of(value) or "").startswith(schemes):
            yield rule.finding(
                value.source,
                value.start,
                f"{name} is in memory or on the disk of one dyno",
                fix="heroku addons:create heroku-redis:mini, and write:"
                " globals().update(heroku.celery())",
            )
