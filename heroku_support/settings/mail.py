"""
Mail by SMTP: ``MAILERS`` on Django 6.1 and later, ``EMAIL_*`` before, never both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import VERSION

from heroku_support import addons, service_url, variables
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import ServiceURL, is_local

if TYPE_CHECKING:
    from heroku_support.settings import Record
    from heroku_support.settings.typed import EmailSettings

SMTP = "django.core.mail.backends.smtp.EmailBackend"
CONSOLE = "django.core.mail.backends.console.EmailBackend"

TIMEOUT = 10  # seconds; Django waits for ever, and the router gives up after 30
# RFC 8314: TLS from the start at 465; elsewhere it is asked for, STARTTLS.
PORT, STARTTLS_PORT, TLS_PORT = 25, 587, 465
STARTTLS, TLS = "use_tls", "use_ssl"
DEFAULT_PORTS = {"": PORT, STARTTLS: STARTTLS_PORT, TLS: TLS_PORT}
# As django-environ calls them, but its smtps asks for STARTTLS.
SCHEMES = {"smtp": "", "smtp+tls": STARTTLS, "smtps": TLS, "smtp+ssl": TLS}
# What django-environ and dj-email-url call Django's other backends.
NO_SERVER = frozenset(
    "console consolemail dummy dummymail file filemail memory memorymail".split()
)
LONGEST_TIMEOUT = 3600

# The options of the SMTP backend, as MAILERS and as the settings before it call them.
SETTINGS = {
    "host": "EMAIL_HOST",
    "port": "EMAIL_PORT",
    "username": "EMAIL_HOST_USER",
    "password": "EMAIL_HOST_PASSWORD",
    STARTTLS: "EMAIL_USE_TLS",
    TLS: "EMAIL_USE_SSL",
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
        options, source, why = _given(record, overrides), "argument", ""
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


def _given(record: Record, overrides: EmailSettings) -> dict[str, Any]:
    host, port = overrides["EMAIL_HOST"], overrides.get("EMAIL_PORT")
    if not isinstance(host, str):
        reason = "is no host: without it, the environment's server is taken."
        record.problem("email(EMAIL_HOST=…)", reason, "heroku.email()")
        return {}
    # A text as well: that is what the environment has.
    if overrides.get("EMAIL_USE_SSL", str(port) == str(TLS_PORT)):
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
    host = _host(record, "MAILGUN_SMTP_SERVER", "smtp.mailgun.org")
    return _options(host, port, *_login(record, addons.MAILGUN))


def _postmark(record: Record, variable: str) -> dict[str, Any]:
    # The token is both (postmarkapp.com/support, article 811); no port has TLS from the start.
    host = _host(record, "POSTMARK_SMTP_SERVER", "smtp.postmarkapp.com")
    token = variables.text(record.dyno.vars, variable)
    return _options(host, STARTTLS_PORT, token, token)


def _mailtrap(record: Record, variable: str) -> dict[str, Any]:
    # docs.mailtrap.io, "SMTP Integration".
    token = variables.text(record.dyno.vars, variable)
    return _options("live.smtp.mailtrap.io", STARTTLS_PORT, "api", token)


def _host(record: Record, variable: str, default: str) -> str:
    host = variables.text(record.dyno.vars, variable) or default
    if any(sign in host for sign in "/:@"):
        line = record.assignment(variable, default)
        record.problem(variable, "is no host: it has no scheme and no port.", line)
        return default
    return host


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
        return _parse(url, must=record.dyno.is_heroku)

    scheme, _, _ = variables.text(record.dyno.vars, addons.SMTP).partition(":")
    if scheme.lower() in NO_SERVER:
        reason = "names no server: without it, mail is printed on your machine."
        line = variables.removal(record.dyno.vars, addons.SMTP)
        record.problem(addons.SMTP, reason, line)
        return {}
    fix = record.assignment(addons.SMTP, EXAMPLE)
    return record.attempt_url(addons.SMTP, fix, read) or {}


def _parse(text: str, *, must: bool) -> dict[str, Any]:
    """
    Return the options.

    :param must: TLS to a remote host is not to be switched off by the URL.
    :raises ServiceURLError: that names the rule, never a part of the URL.
    """
    url = service_url.parse(text)
    _examine(url)
    encryption = _encryption(url, must=must)
    port = url.port or DEFAULT_PORTS[encryption]
    options: dict[str, Any] = {"host": url.host, "port": port}
    if url.user:
        options.update(username=url.user, password=url.password)
    if encryption:
        options[encryption] = True
    return {**options, "timeout": _timeout(url)}


def _examine(url: ServiceURL) -> None:
    if url.scheme not in SCHEMES:
        raise ServiceURLError(f"has a scheme that is none of: {', '.join(SCHEMES)}.")
    if not url.host or url.host.startswith("/"):
        raise ServiceURLError("names no host.")
    if url.path:
        raise ServiceURLError("has a path, which a mail server has not.")
    if bool(url.user) != bool(url.password):
        # Django would send without either.
        raise ServiceURLError("has a user or a password, but not both.")
    if "ssl" in url.query:
        raise ServiceURLError("has an option ssl: write smtps://, and leave it out.")
    if url.query.keys() - {"timeout", "tls"}:
        raise ServiceURLError("has an option that is neither timeout nor tls.")


def _encryption(url: ServiceURL, *, must: bool) -> str:
    local = is_local(url.host)
    asked = SCHEMES[url.scheme]
    if asked and "tls" in url.query:
        raise ServiceURLError("has an option tls that its scheme has decided.")
    if asked == TLS and url.port in (PORT, STARTTLS_PORT):
        raise ServiceURLError(
            f"has a port, {url.port}, that begins without TLS: write smtp+tls://."
        )
    if asked:
        return asked
    if url.port == TLS_PORT:
        raise ServiceURLError(f"has the port {TLS_PORT}, which is TLS: write smtps://.")
    if "tls" not in url.query:
        return "" if local else STARTTLS
    wanted = service_url.boolean("tls", url.query["tls"])
    if not (wanted or local) and must:
        raise ServiceURLError("has tls=false, and the host is not local: leave it out.")
    return STARTTLS if wanted else ""


def _timeout(url: ServiceURL) -> int:
    digits = url.query.get("timeout", str(TIMEOUT))
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 6
    if is_number and 0 < int(digits) <= LONGEST_TIMEOUT:
        return int(digits)
    raise ServiceURLError(
        f"has an option timeout that is no number of seconds up to {LONGEST_TIMEOUT}."
    )
