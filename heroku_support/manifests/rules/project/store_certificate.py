r"""
A client of the Key-Value Store will refuse its certificate.

Heroku's is signed by nobody (Dev Center, "Heroku Key-Value Store"), and caches, channel layers and
queues check it unless told otherwise (redis-py, `ssl_cert_reqs`): no connection is made. Celery's
broker does not (Kombu 5.7); its result backend is what `celery-certificate` looks at.

It is a warning where the files do not say that the store is Heroku's.

Before, in `app.json`:

    {"addons": ["heroku-redis:mini"]}

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": os.environ["REDIS_URL"],
        },
    }

After, in `app.json`:

    {"addons": ["heroku-redis:mini"]}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    CACHES = heroku.caches()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.key_value_store import STORE_VARIABLES, is_herokus, stores
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_environment import variable
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at caches, at channel layers and at queues.
    """
    settings = project.settings
    for value in stores(settings) if settings else ():
        read = variable(value)
        if read and read.name in STORE_VARIABLES:
            yield rule.finding(
                value.source,
                value.start,
                f"The certificate behind {read.name} is signed by nobody: connections fail",
                fix="Write: heroku.key_value_url(), or append ?ssl_cert_reqs=none to the URL",
                severity="error" if is_herokus(project, read.name) else "warning",
            )
