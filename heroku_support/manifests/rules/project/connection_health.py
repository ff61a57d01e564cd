r"""
Connections are kept, and not looked at before they are used.

Maintenance and failover close connections. Django uses one that it kept unless it asks first, and
the request ends in an error 500 (Django docs, "Persistent connections").

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    DATABASES = {"default": dj_database_url.config(conn_max_age=600, ssl_require=True)}

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

from heroku_support.manifests.database_entry import SERVERS, databases
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for an age without the checks, which Django has since 4.1.
    """
    settings = project.settings
    version = project.version("django")
    for each in databases(settings) if settings and version >= (4, 1) else ():
        age = each.constant("CONN_MAX_AGE")
        keeps = age is None or (isinstance(age, int) and age > 0)
        if (
            keeps
            and each.is_engine(*SERVERS)
            and each.constant("CONN_HEALTH_CHECKS") is False
        ):
            place = each.get("CONN_MAX_AGE") or each.value
            yield rule.finding(
                place.source,
                place.start,
                f"Database '{each.alias}' may give a request a connection that was closed",
                fix="Write: conn_health_checks=True"
                if each.url
                else 'Write: "CONN_HEALTH_CHECKS": True',
            )
