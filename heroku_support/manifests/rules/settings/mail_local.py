r"""
Mail goes to a server on the dyno itself.

Django's default is port 25 of this machine. A dyno has no mail server (Dev Center, "Sending
Email"): what sends mail ends in an error.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    ADMINS = [("Ann", "ann@example.com")]

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    ADMINS = [("Ann", "ann@example.com")]
    globals().update(heroku.email())
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

SMTP = "django.core.mail.backends.smtp.EmailBackend"
LOOPBACK = ("", "localhost", "127.0.0.1", "::1")
APPS = ("allauth.account", "django_registration", "djoser")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for SMTP to this machine where something sends.
    """
    backend = settings.constant("EMAIL_BACKEND", SMTP)
    host = settings.constant("EMAIL_HOST", "localhost")
    if backend != SMTP or host not in LOOPBACK or not settings.lacks("MAILERS"):
        return
    admins = settings.sequence("ADMINS")
    sender = admins if admins and admins.items else settings.app(*APPS)
    place = settings.get("EMAIL_HOST") or sender
    if sender and place:
        yield rule.finding(
            place.source,
            place.start,
            "Mail goes to a server on the dyno itself, where none runs",
            fix="heroku addons:create mailgun, and write: globals().update(heroku.email())",
        )
