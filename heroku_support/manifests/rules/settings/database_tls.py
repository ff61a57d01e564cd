r"""
A connection to Postgres does not ask for TLS.

Heroku's databases have public host names. libpq's default, "prefer", yields to whoever on the way
says that the server has no TLS, and gives him the password (PostgreSQL docs, "SSL Support").

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import dj_database_url

    DATABASES = {"default": dj_database_url.config(conn_max_age=600, conn_health_checks=True)}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    DATABASES = heroku.databases()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.database_entry import POSTGRES, databases
from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.service_url import is_local

rule = Rule(__name__, "warning")

WEAK = (None, "disable", "allow", "prefer")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for a level that is lower than "require".
    """
    for each in databases(settings):
        if not each.is_engine(*POSTGRES) or each.option("sslmode") not in WEAK:
            continue
        host = each.constant("HOST")
        is_remote = isinstance(host, str) and "." in host and not is_local(host)
        if each.constant("SSL") is False if each.url else is_remote:
            place = each.url or each.get("HOST") or each.value
            yield rule.finding(
                place.source,
                place.start,
                f"Database '{each.alias}' is reached without TLS if somebody on the way wants that",
                fix="Write: DATABASES = heroku.databases(); or give it"
                ' "OPTIONS": {"sslmode": "require"}; dj_database_url: ssl_require=True',
            )
