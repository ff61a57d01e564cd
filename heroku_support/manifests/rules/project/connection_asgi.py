r"""
Connections are kept by a server that runs views asynchronously.

Under ASGI each request may have a thread, and so a connection, of its own: kept ones pile up until
the plan's limit is reached. Django advises 0, or psycopg's pool (Django docs, "Persistent
connections").

Before, in `Procfile`:

    web: uvicorn shop.asgi:application --host 0.0.0.0 --port $PORT

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    DATABASES = {
        "default": dj_database_url.config(
            conn_max_age=600, conn_health_checks=True, ssl_require=True
        ),
    }

After, in `Procfile`:

    web: uvicorn shop.asgi:application --host 0.0.0.0 --port $PORT

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    DATABASES = {"default": dj_database_url.config(conn_max_age=0, ssl_require=True)}
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.database_entry import SERVERS, databases
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import is_asynchronous

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare the server of the web process with the age.
    """
    settings = project.settings
    if not settings or not any(map(is_asynchronous, project.commands)):
        return
    for each in databases(settings):
        age = each.constant("CONN_MAX_AGE")
        keeps = age is None or (isinstance(age, int) and age > 0)
        if keeps and each.is_engine(*SERVERS):
            place = each.get("CONN_MAX_AGE") or each.value
            yield rule.finding(
                place.source,
                place.start,
                f"Database '{each.alias}' keeps the connection of every request under ASGI",
                fix="Write: conn_max_age=0" if each.url else 'Write: "CONN_MAX_AGE": 0',
            )
