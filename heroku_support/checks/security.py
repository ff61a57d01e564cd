"""
Checks of ``DEBUG``, the hosts, the cookies and the router's TLS.

What Django's own ``check --deploy`` says is not repeated.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.http.request import validate_host

from heroku_support.checks.reading import on_dyno, setting, text, texts, variables
from heroku_support.dyno import Dyno
from heroku_support.settings.hosts import ANY_HEROKUAPP, LOOPBACK

E012 = checks.Error(
    "ALLOWED_HOSTS has no host of this app: every request is answered with 400.",
    hint='ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")',
    id="heroku_support.E012",
)
E013 = checks.Error(
    "SECURE_PROXY_SSL_HEADER names no header as WSGI does: it never matches.",
    hint='SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")',
    id="heroku_support.E013",
)
E014 = checks.Error(
    "A cookie's domain is herokuapp.com, from where browsers refuse cookies.",
    hint="SESSION_COOKIE_DOMAIN = CSRF_COOKIE_DOMAIN = LANGUAGE_COOKIE_DOMAIN = None",
    id="heroku_support.E014",
)
I001 = checks.Info(
    "ALLOWED_HOSTS is open to any name; here only the router stands before it.",
    hint='ALLOWED_HOSTS = heroku.allowed_hosts("www.example.com")',
    id="heroku_support.I001",
)
W001 = checks.Warning(
    "DEBUG is on, on a dyno: errors show source code and settings to everybody.",
    hint="heroku config:unset DEBUG",
    id="heroku_support.W001",
)
W002 = checks.Warning(
    "ALLOWED_HOSTS has .herokuapp.com, which is the name of everybody's app.",
    hint="heroku labs:enable runtime-dyno-metadata, so that heroku.allowed_hosts() knows"
    " this app's own name.",
    id="heroku_support.W002",
)
W017 = checks.Warning(
    "SECURE_SSL_REDIRECT may redirect for ever: nothing says a request came by TLS.",
    hint='SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")',
    id="heroku_support.W017",
)
W018 = checks.Warning(
    "SECURE_HSTS_PRELOAD asks for a list that takes a year and all subdomains only.",
    hint="Leave SECURE_HSTS_PRELOAD out until SECURE_HSTS_SECONDS is 31536000 and"
    " SECURE_HSTS_INCLUDE_SUBDOMAINS = True",
    id="heroku_support.W018",
)
W028 = checks.Warning(
    "USE_X_FORWARDED_HOST: the router passes that header on as the client sent it.",
    hint="USE_X_FORWARDED_HOST = False",
    id="heroku_support.W028",
)

HEROKUAPP = ANY_HEROKUAPP.removeprefix(".")
COOKIE_DOMAINS = (
    "SESSION_COOKIE_DOMAIN",
    "CSRF_COOKIE_DOMAIN",
    "LANGUAGE_COOKIE_DOMAIN",
)
YEAR = 365 * 24 * 3600  # seconds; hstspreload.org, "Submission Requirements"


def check_debug(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    DEBUG=true on a dyno is somebody's forgotten experiment.
    """
    return [W001] if settings.DEBUG and on_dyno() else []


def check_wildcard_host(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    A host that belongs to anybody lets anybody's name into links that this app makes.
    """
    own = ANY_HEROKUAPP in texts(setting("ALLOWED_HOSTS"))
    return [W002] if own and on_dyno() else []


def check_any_host(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The router passes on a request only if its host is a domain of the app; that is all
    there is then (python-getting-started, settings.py).
    """
    return [I001] if "*" in texts(setting("ALLOWED_HOSTS")) and on_dyno() else []


def check_own_host(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Since June 2023 an app's name on herokuapp.com ends in random letters (Dev Center, "App
    Names and Subdomains"), so a name that was guessed is another app's.

    With a domain of one's own, to leave the other name out closes that door.
    """
    domain = Dyno.from_environ().domain
    allowed = texts(setting("ALLOWED_HOSTS"))
    reachable = any(
        host not in LOOPBACK and not host.lower().endswith(HEROKUAPP)
        for host in allowed
    )
    if not (domain and allowed and on_dyno()) or settings.DEBUG or reachable:
        return []
    return [] if validate_host(domain.lower(), allowed) else [E012]


def check_redirect_loop(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    TLS ends at the router. Django hears of it by its setting, or from a server that trusts
    the router: the classic Python buildpack sets FORWARDED_ALLOW_IPS, the others don't
    (heroku-buildpack-python v351, buildpacks-python 6.5.6).

    A server's own configuration can say so too, hence "may".
    """
    environ = variables()
    by_server = environ.get("FORWARDED_ALLOW_IPS") or (
        "forwarded-allow-ips" in environ.get("GUNICORN_CMD_ARGS", "")
    )
    loops = settings.SECURE_SSL_REDIRECT and not settings.SECURE_PROXY_SSL_HEADER
    return [W017] if loops and not by_server and on_dyno() else []


def check_proxy_header(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Django looks the name up in ``request.META``, where headers are upper case behind
    ``HTTP_`` (Django docs, "SECURE_PROXY_SSL_HEADER").
    """
    value = setting("SECURE_PROXY_SSL_HEADER")
    if not value:
        return []
    name = texts(value)[0] if len(texts(value)) == 2 else ""
    header = name.upper().replace("-", "_")
    misspelt = header.startswith(("X_", "HTTP_")) and (
        name != header or header.startswith("X_")
    )
    return [E013] if misspelt or not name else []


def check_forwarded_host(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    Of the headers with which proxies speak to each other, the router replaces
    X-Forwarded-For, -Proto and -Port (Dev Center, "HTTP Routing"): whoever sends another
    chooses the host in the links that this app makes.

    Who has a proxy of their own in front, and lets nobody past it, may silence this.
    """
    return [W028] if settings.USE_X_FORWARDED_HOST and on_dyno() else []


def check_cookie_domains(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    herokuapp.com is on the Public Suffix List since 2013 (Dev Center, "Cookies and the
    Public Suffix List").
    """
    domains = [text(setting(name)).strip(". ").lower() for name in COOKIE_DOMAINS]
    return [E014] if HEROKUAPP in domains else []


def check_hsts_preload(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The header itself is the consent, which is hard to take back (hstspreload.org).
    """
    seconds = setting("SECURE_HSTS_SECONDS")
    sent = isinstance(seconds, int) and seconds > 0 and on_dyno()
    if not (sent and settings.SECURE_HSTS_PRELOAD):
        return []
    complete = seconds >= YEAR and settings.SECURE_HSTS_INCLUDE_SUBDOMAINS
    return [] if complete else [W018]
