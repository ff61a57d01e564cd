r"""
The database server is on the dyno itself.

No server runs beside the process of a dyno (Dev Center, "Dynos"): nothing answers there.

Without a `HOST` it is a warning, since libpq's own variables may name one.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "shop",
            "HOST": "localhost",
        },
    }

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
from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PORTS = ("", "5432", "3306")
# By these a driver finds its server elsewhere than in HOST.
ELSEWHERE = ("host", "hostaddr", "service", "read_default_file", "unix_socket")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for a server at this machine's own address, at its usual port.
    """
    for each in databases(settings):
        host, port = each.constant("HOST"), each.constant("PORT")
        usual = port is None or str(port) in PORTS
        elsewhere = any(each.option(name) is not None for name in ELSEWHERE)
        if each.url or not each.is_engine(*SERVERS) or not usual or elsewhere:
            continue
        if host in LOOPBACK or not host:
            place = each.get("HOST") or each.get("ENGINE") or each.value
            yield rule.finding(
                place.source,
                place.start,
                f"Database '{each.alias}' is on the dyno itself, where no server runs",
                fix="heroku addons:create heroku-postgresql:essential-0, and write:"
                " DATABASES = heroku.databases()",
                severity="error" if host and each.alias == "default" else "warning",
            )
