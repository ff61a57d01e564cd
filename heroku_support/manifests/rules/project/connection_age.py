r"""
A connection to a database serves one request only, or is kept for ever.

To connect with TLS takes several ways there and back. Kept for ten minutes, a connection serves the
requests that follow (python-getting-started). With `None` it is never given up, and is still there
when maintenance or a failover has ended it on the other side: that is a warning.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    DATABASES = {"default": dj_database_url.config(ssl_require=True)}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    DATABASES = {
        "default": dj_database_url.config(
            conn_max_age=600, conn_health_checks=True, ssl_require=True
        ),
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.database_entry import SERVERS, Database, databases
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import is_asynchronous
from heroku_support.service_url import is_local

rule = Rule(__name__, "info")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for an age of 0 or None, where no pool keeps them and the server is none of ASGI's.
    """
    settings = project.settings
    if not settings or any(map(is_asynchronous, project.commands)):
        return
    for each in databases(settings):
        age = each.constant("CONN_MAX_AGE")
        if age not in (0, None) or each.option("pool") is not None:
            continue
        if each.url or _is_elsewhere(each):
            place = each.get("CONN_MAX_AGE") or each.url or each.value
            yield rule.finding(
                place.source,
                place.start,
                f"Database '{each.alias}' keeps a connection for ever"
                if age is None
                else f"Every request connects to database '{each.alias}' anew",
                fix="Write: conn_max_age=600, conn_health_checks=True"
                if each.url
                else 'Write: "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True',
                severity="warning" if age is None else "info",
            )


def _is_elsewhere(database: Database) -> bool:
    host = database.constant("HOST")
    is_here = isinstance(host, str) and is_local(host)
    return database.is_engine(*SERVERS) and not is_here
