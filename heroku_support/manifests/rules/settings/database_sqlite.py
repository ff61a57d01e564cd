r"""
The database is a file on the dyno.

A dyno's disk is thrown away whenever it restarts, at least once a day, and no dyno sees that of
another (Dev Center, "Dynos"): what was saved is gone. SQLite stays for your own machine.

Of another database than the default one it is a warning: a file that only is read is fine.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"},
    }

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    DATABASES = heroku.databases(default="sqlite:///db.sqlite3")
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.database_entry import SQLITE, databases
from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for SQLite where no URL takes its place.
    """
    for each in databases(settings):
        if each.is_engine(*SQLITE) and each.constant("NAME") != ":memory:":
            place = each.get("ENGINE") or each.value
            yield rule.finding(
                place.source,
                place.start,
                f"Database '{each.alias}' is SQLite: a dyno's disk is lost at its next restart",
                fix="heroku addons:create heroku-postgresql:essential-0, and write:"
                ' DATABASES = heroku.databases(default="sqlite:///db.sqlite3")',
                severity="error" if each.alias == "default" else "warning",
            )
