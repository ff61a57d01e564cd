r"""
Celery's result backend does not say how to check the certificate.

Heroku's Key-Value Store is reached by `rediss://` only. Celery refuses such a result backend
without `ssl_cert_reqs`, with a ValueError when the first result is stored (Celery 5.7,
`backends/redis.py`); the certificate is signed by nobody (Dev Center, "Heroku Key-Value Store").

It is a warning where the files do not say that the store is Heroku's.

Before, in `app.json`:

    {"addons": ["heroku-redis:mini"]}

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    CELERY_RESULT_BACKEND = os.environ["REDIS_URL"]

After, in `app.json`:

    {"addons": ["heroku-redis:mini"]}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    CELERY_RESULT_BACKEND = os.environ["REDIS_URL"] + "?ssl_cert_reqs=none"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.key_value_store import STORE_VARIABLES, is_herokus
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_environment import variable
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the bare URL of the store.
    """
    settings = project.settings
    if not settings or not settings.lacks("CELERY_REDIS_BACKEND_USE_SSL"):
        return
    value = settings.get("CELERY_RESULT_BACKEND")
    read = variable(value)
    if value and read and read.name in STORE_VARIABLES:
        yield rule.finding(
            value.source,
            value.start,
            f"Celery refuses {read.name}, a rediss:// URL without ssl_cert_reqs",
            fix=f'Write: CELERY_RESULT_BACKEND = os.environ["{read.name}"] +'
            ' "?ssl_cert_reqs=none"; or: globals().update(heroku.celery())',
            severity="error" if is_herokus(project, read.name) else "warning",
        )
