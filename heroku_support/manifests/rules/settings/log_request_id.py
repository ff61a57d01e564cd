r"""
Lines of the log do not say which request they belong to.

The router gives every request an id and logs it (Dev Center, "HTTP Request IDs"). With it in the
app's lines too, those of one request are found together.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    LOGGING = {
        "version": 1,
        "formatters": {"plain": {"format": "%(levelname)s %(message)s"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        },
        "root": {"handlers": ["console"]},
    }

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    LOGGING = heroku.logging()
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.python_values import Table
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")

NAMES = ("request_id", "request-id", "requestid", "correlation", "guid", "structlog")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for a name of it in what is configured.
    """
    value = settings.table("LOGGING")
    formatters = value.get("formatters") if value else None
    if not value or not isinstance(formatters, Table) or not formatters.entries:
        return
    written = value.source.text[value.start : value.end].lower()
    if not any(name in written for name in NAMES):
        yield rule.finding(
            formatters.source,
            formatters.start,
            "No formatter has the id of the request",
            fix="Write: LOGGING = heroku.logging()",
        )
