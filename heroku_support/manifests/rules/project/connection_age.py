r"""
Every request opens a connection of its own.

To connect with TLS takes several ways there and back. Kept for ten minutes, a connection serves the
requests that follow (python-getting-started).

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

from heroku_support.manifests.database_entry import databases
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import is_asynchronous

rule = Rule(__name__, "info")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for an age of 0, where no pool keeps them and the server is none of ASGI's.
    """
    settings = project.settings
    if not settings or any(map(is_asynchronous, project.commands)):
        return
    for each in databases(settings):
        if (
            each.constant("CONN_MAX_AGE") == 0
            and each.url
            and each.option("pool") is None
        ):
            place = each.get("CONN_MAX_AGE") or each.url
            yield rule.finding(
                place.source,
                place.start,
                f"Every request connects to database '{each.alias}' anew",
                fix="Write: conn_max_age=600, conn_health_checks=True",
            )
