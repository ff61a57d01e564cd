r"""
Errors do not reach heroku logs.

With `DEBUG` off, Django's own handlers mail errors to `ADMINS` and write none to the console
(Django docs, "Django's default logging configuration"): of an error 500 the log shows the router's
line only.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    DEBUG = False
    INSTALLED_APPS = []

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    DEBUG = False
    INSTALLED_APPS = []
    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": "INFO"},
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for a project that configures no logging at all.
    """
    apps = settings.get("INSTALLED_APPS")
    is_default = settings.lacks("LOGGING") and settings.lacks("LOGGING_CONFIG")
    if apps and is_default and settings.constant("DEBUG", False) is not True:
        yield rule.finding(
            apps.source,
            apps.source.start(apps.source.position(apps.start).line),
            "There is no LOGGING: with DEBUG off, errors are not written to the log",
            fix="Write: LOGGING = heroku.logging()",
        )
