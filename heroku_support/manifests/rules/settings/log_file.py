r"""
A log is written to the dyno's disk.

Heroku reads what a process writes to stdout and stderr (Dev Center, "Writing to Your Log"); the
disk is thrown away at the next restart, and the log with it.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    LOGGING = {
        "version": 1,
        "handlers": {
            "file": {"class": "logging.FileHandler", "filename": "debug.log"},
        },
        "root": {"handlers": ["file"]},
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
from heroku_support.manifests.python_values import Table, text_of
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for handlers that write files.
    """
    logging = settings.table("LOGGING")
    handlers = logging.get("handlers") if logging else None
    for name, handler in (
        handlers.entries.items() if isinstance(handlers, Table) else ()
    ):
        kind = handler.get("class") if isinstance(handler, Table) else None
        path = handler.get("filename") if isinstance(handler, Table) else None
        is_device = (text_of(path) or "").startswith(("/dev/", "/proc/"))
        if (
            kind
            and path
            and (text_of(kind) or "").endswith("FileHandler")
            and not is_device
        ):
            yield rule.finding(
                kind.source,
                kind.start,
                f"The log of '{name}' is on the dyno's disk, and lost at the next restart",
                fix="Write: LOGGING = heroku.logging()",
            )
