r"""
The text of a config var decides, and every text counts as true.

Config vars are texts (Dev Center, "Configuration and Config Vars"): `DEBUG=False` is a text that is
not empty, which turns `DEBUG` on. Source code and settings are then shown to everybody.

Of other switches than `DEBUG` it is a warning.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    DEBUG = os.environ.get("DEBUG", False)

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    DEBUG = os.environ.get("DEBUG", "").lower() == "true"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.python_environment import (
    DECOUPLE,
    GETTERS,
    INDEX,
    Variable,
    variable,
)
from heroku_support.manifests.python_values import Call, Constant, Value
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

SWITCHES = (
    "DEBUG",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "EMAIL_USE_TLS",
    "EMAIL_USE_SSL",
    "CELERY_TASK_ALWAYS_EAGER",
)


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for config vars that nothing compares or casts.
    """
    for name in SWITCHES:
        value = settings.get(name)
        inner = _inside_bool(value)
        read = variable(inner)
        if not isinstance(inner, Call) or not value or not read or not read.is_text:
            continue
        written = _written(inner, read)
        yield rule.finding(
            value.source,
            value.start,
            f"Whatever {read.name} is set to turns {name} on, 'False' too",
            fix=f"Write: {name} = {written}",
            edits=[Edit(value.start, value.end, written)],
            severity="error" if name == "DEBUG" else "warning",
        )


def _inside_bool(value: Value | None) -> Value | None:
    is_bool = isinstance(value, Call) and value.function == "bool"
    return value.argument(0) if isinstance(value, Call) and is_bool else value


def _written(call: Call, read: Variable) -> str:
    text = call.source.text[call.start : call.end]
    callee = text.partition("(")[0]
    if call.function == INDEX:
        return f'{text}.lower() == "true"'
    if call.function in GETTERS:
        return f'{callee}("{read.name}", "{_default(read)}").lower() == "true"'
    if call.function in DECOUPLE:
        return f"{text[:-1].rstrip().rstrip(',')}, cast=bool)"
    return f"{callee.removesuffix('.str')}.bool{text[len(callee) :]}"


def _default(read: Variable) -> str:
    value = read.default.value if isinstance(read.default, Constant) else None
    return "true" if str(value).lower() in ("true", "1", "on", "yes") else ""
