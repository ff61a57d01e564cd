"""
Mail by SMTP: ``MAILERS`` on Django 6.1 and later, ``EMAIL_*`` before, never both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import VERSION

from heroku_support import addons, variables
from heroku_support.service_url import is_local
from heroku_support.settings import Record
from heroku_support.settings.mail_url import (
    DEFAULT_PORTS,
    STARTTLS,
    STARTTLS_PORT,
    TIMEOUT,
    TLS,
    TLS_PORT,
    parse,
)

if TYPE_CHECKING:
    from heroku_support.settings.typed import EmailSettings

SMTP = "django.core.mail.backends.smtp.EmailBackend"
CONSOLE = "django.core.mail.backends.console.EmailBackend"

# The options of the SMTP backend, as MAILERS and as the settings before it call them.
SETTINGS = {
    "host": "EMAIL_HOST",
    "port": "EMAIL_PORT",
    "username": "EMAIL_HOST_USER",
    "password": "EMAIL_HOST_PASSWORD",
    "use_tls": "EMAIL_USE_TLS",
    "use_ssl": "EMAIL_USE_SSL",
    "timeout": "EMAIL_TIMEOUT",
}
EMAIL = frozenset({"EMAIL_BACKEND", *SETTINGS.values()})
TLS_SETTINGS = (SETTINGS[STARTTLS], SETTINGS[TLS])
ADDRESSES = ("DEFAULT_FROM_EMAIL", "SERVER_EMAIL")
OVERRIDABLE = frozenset({"MAILERS", *EMAIL, *ADDRESSES})

EXAMPLE = "'smtp+tls://USER:PASSWORD@HOST:587'"


def email(record: Record, overrides: EmailSettings) -> EmailSettings:
    """
    Return the settings of the first mail service that the environment has.
    """
    mailers = VERSION >= (6, 1) and not EMAIL.intersection(overrides)
    if "EMAIL_HOST" in overrides:
        # Another server does not get the password of the environment's.
        options, source, why = _given(overrides), "argument", ""
    else:
        options, source, why = _server(record)
    value: dict[str, Any] = {}
    if options or record.dyno.phase == "local":
        value = _as_mailers(options) if mailers else _as_settings(options)
    elif not EMAIL.union(["MAILERS"]).intersection(overrides):
        # Nothing is set: what the project has stays, and Django's own default fails aloud.
        unset = ("MAILERS", None) if mailers else ("EMAIL_BACKEND", SMTP)
        record.decide(*unset, source=source, why=why)
    decided = dict.fromkeys(value, (source, why))
    for name in ADDRESSES:
        if address := variables.text(record.dyno.vars, name):
            value[name], decided[name] = address, (name, "")
    for name, other in (TLS_SETTINGS, TLS_SETTINGS[::-1]):
        if other in value and overrides.get(name):
            value[other] = False  # Django refuses both together
    group = record.decide_group(
        "email", value, overrides, decided.__getitem__, also=OVERRIDABLE
    )
    return cast("EmailSettings", group)


def _given(overrides: EmailSettings) -> dict[str, Any]:
    host, port = overrides["EMAIL_HOST"], overrides.get("EMAIL_PORT")
    if overrides.get("EMAIL_USE_SSL", port == TLS_PORT):
        encryption = TLS
    else:
        encryption = "" if is_local(host) else STARTTLS
    options = {
        "host": host,
        "port": port or DEFAULT_PORTS[encryption],
        "timeout": TIMEOUT,
    }
    return {**options, encryption: True} if encryption else options


def _as_mailers(options: dict[str, Any]) -> dict[str, Any]:
    mailer = {"BACKEND": SMTP, "OPTIONS": options} if options else {"BACKEND": CONSOLE}
    return {"MAILERS": {"default": mailer}}


def _as_settings(options: dict[str, Any]) -> dict[str, Any]:
    if not options:
        return {"EMAIL_BACKEND": CONSOLE}
    defaults = {"username": "", "password": "", STARTTLS: False, TLS: False}
    named = {SETTINGS[name]: each for name, each in {**defaults, **options}.items()}
    return {"EMAIL_BACKEND": SMTP, **named}


def _server(record: Record) -> tuple[dict[str, Any], str, str]:
    if variables.text(record.dyno.vars, addons.SMTP):
        options = _from_url(record)
        return options, addons.SMTP, _why(options)
    for names, read in (
        (addons.SENDGRID_KEY, _sendgrid_by_key),
        (addons.SENDGRID, _sendgrid),
        (addons.MAILGUN, _mailgun),
        (addons.POSTMARK, _postmark),
        (addons.MAILTRAP, _mailtrap),
    ):
        if variable := addons.first(record.dyno.vars, names):
            options = read(record, variable)
            return options, variable, _why(options)
    if record.dyno.phase == "local":
        return {}, "default", "no mail service: mail is printed"
    why = "no mail service: sending fails, as secrets in mail are not for the log"
    return {}, "default", why


def _why(options: dict[str, Any]) -> str:
    if options.get(TLS):
        return "TLS from the start"
    return "TLS by STARTTLS" if options.get(STARTTLS) else "no TLS"


def _sendgrid_by_key(record: Record, variable: str) -> dict[str, Any]:
    # The user is this word for every key (Twilio's docs, "Integrating with the SMTP API").
    key = variables.text(record.dyno.vars, variable)
    return _options("smtp.sendgrid.net", STARTTLS_PORT, "apikey", key)


def _sendgrid(record: Record, variable: str) -> dict[str, Any]:
    record.complete(*addons.SENDGRID)
    return _options(
        "smtp.sendgrid.net", STARTTLS_PORT, *_login(record, addons.SENDGRID)
    )


def _mailgun(record: Record, variable: str) -> dict[str, Any]:
    record.complete(*addons.MAILGUN)
    name = "MAILGUN_SMTP_PORT"
    line = record.assignment(name, str(STARTTLS_PORT))

    def read() -> int | None:
        return variables.integer(
            record.dyno.vars, name, within=variables.PORTS, fix=line
        )

    port = record.attempt(read, None) or STARTTLS_PORT
    host = variables.text(record.dyno.vars, "MAILGUN_SMTP_SERVER")
    login = _login(record, addons.MAILGUN)
    return _options(host or "smtp.mailgun.org", port, *login)


def _postmark(record: Record, variable: str) -> dict[str, Any]:
    # The token is both (postmarkapp.com/support, article 811); no port has TLS from the start.
    token = variables.text(record.dyno.vars, variable)
    host = variables.text(record.dyno.vars, "POSTMARK_SMTP_SERVER")
    return _options(host or "smtp.postmarkapp.com", STARTTLS_PORT, token, token)


def _mailtrap(record: Record, variable: str) -> dict[str, Any]:
    # docs.mailtrap.io, "SMTP Integration".
    token = variables.text(record.dyno.vars, variable)
    return _options("live.smtp.mailtrap.io", STARTTLS_PORT, "api", token)


def _login(record: Record, names: tuple[str, str]) -> tuple[str, str]:
    user, password = names
    found = record.dyno.vars
    return variables.text(found, user), variables.text(found, password)


def _options(host: str, port: int, user: str, password: str) -> dict[str, Any]:
    return {
        "host": host,
        "port": port,
        "username": user,
        "password": password,
        TLS if port == TLS_PORT else STARTTLS: True,
        "timeout": TIMEOUT,
    }


def _from_url(record: Record) -> dict[str, Any]:
    def read() -> dict[str, Any]:
        url = variables.text(record.dyno.vars, addons.SMTP)
        return parse(url, must=record.dyno.is_heroku)

    fix = record.assignment(addons.SMTP, EXAMPLE)
    return record.attempt_url(addons.SMTP, fix, read) or {}
