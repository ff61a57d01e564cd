r"""
A pooler lends connections by transaction, and server-side cursors outlive one.

The PgBouncer buildpack pools by transaction unless `PGBOUNCER_POOL_MODE` says else: `iterator()` of
a queryset fails outside of a transaction (Django docs, "Transaction pooling and server-side
cursors").

Before, in `Procfile`:

    web: bin/start-pgbouncer gunicorn shop.wsgi

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    DATABASES = {"default": dj_database_url.config()}

After, in `Procfile`:

    web: bin/start-pgbouncer gunicorn shop.wsgi

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    DATABASES = {"default": dj_database_url.config(disable_server_side_cursors=True)}
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.database_entry import POSTGRES, databases
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

POOLER, POOL_MODE = "start-pgbouncer", "PGBOUNCER_POOL_MODE"


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the pooler in the Procfile.
    """
    settings = project.settings
    is_pooled = any(each.call(POOLER) for each in project.commands)
    if not settings or not is_pooled or project.variables.get(POOL_MODE) == "session":
        return
    for each in databases(settings):
        if (
            each.alias == "default"
            and each.is_engine(*POSTGRES)
            and (each.constant("DISABLE_SERVER_SIDE_CURSORS") is False)
        ):
            place = each.url or each.value
            yield rule.finding(
                place.source,
                place.start,
                "Behind PgBouncer, iterator() of a queryset fails",
                fix="Write: disable_server_side_cursors=True"
                if each.url
                else 'Write: "DISABLE_SERVER_SIDE_CURSORS": True',
            )
