r"""
Celery's tasks run where they are called.

Whoever asked waits for them, and a request that takes longer than 30 s is ended by the router (Dev
Center, "Request Timeout"). The setting is for tests.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    CELERY_TASK_ALWAYS_EAGER = True

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
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for the switch.
    """
    value = settings.get("CELERY_TASK_ALWAYS_EAGER")
    if value and settings.constant("CELERY_TASK_ALWAYS_EAGER", False) is True:
        yield rule.finding(
            value.source,
            value.start,
            "Celery runs each task in the request that asked for it",
            fix="heroku addons:create heroku-redis:mini, and write:"
            " globals().update(heroku.celery())",
        )
