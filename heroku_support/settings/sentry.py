"""
Options for Sentry's SDK, which a project starts itself: ``sentry_sdk.init(**heroku.sentry())``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from heroku_support import addons, service_url, variables
from heroku_support.errors import ServiceURLError

if TYPE_CHECKING:
    from heroku_support.settings import Record
    from heroku_support.settings.typed import SentryOptions

EXAMPLE = "https://KEY@HOST/PROJECT"
# What Sentry's own libraries read, and its name for where no other is given
# (sentry-python 2.75, sentry_sdk/client.py and utils.py).
RELEASE, ENVIRONMENT = "SENTRY_RELEASE", "SENTRY_ENVIRONMENT"
PRODUCTION = "production"
REVIEW = "review"


def sentry(record: Record) -> SentryOptions:
    """
    Return the options; an empty ``dsn``, which sends nothing, without ``SENTRY_DSN``.
    """
    from heroku_support import scrubbing  # here: few projects have Sentry

    options: SentryOptions = {"dsn": _dsn(record), "environment": _environment(record)}
    _release(record, options)
    if record.dyno.name:
        name = _decide(record, "server_name", record.dyno.name, "DYNO", "the dyno")
        options["server_name"] = name
    # No send_default_pii: it is off, and a warning since sentry-python 2.75.
    # Errors, transactions and log lines take three ways out of the SDK.
    options["before_send"] = scrubbing.before_send
    options["before_send_transaction"] = scrubbing.before_send
    options["before_send_log"] = scrubbing.before_send_log
    return options


def _dsn(record: Record) -> str:
    if not variables.text(record.dyno.vars, addons.SENTRY):
        return str(_decide(record, "dsn", "", "default", "no Sentry is attached"))
    fix = record.assignment(addons.SENTRY, f"'{EXAMPLE}'")
    dsn = record.attempt_url(addons.SENTRY, fix, partial(_read, record))
    if dsn is None:
        return ""
    return str(_decide(record, "dsn", dsn, addons.SENTRY, "errors go there"))


def _read(record: Record) -> str:
    text = variables.text(record.dyno.vars, addons.SENTRY)
    url = service_url.parse(text)
    # What the SDK itself would refuse, with a part of the DSN in its message.
    if url.scheme not in ("http", "https"):
        raise ServiceURLError("has a scheme that is neither http nor https.")
    if not (url.user and url.host):
        raise ServiceURLError(f"has no key or no host: it must read {EXAMPLE}.")
    project = url.path.rstrip("/").rpartition("/")[2]
    if not (project.isascii() and project.isdigit()):
        raise ServiceURLError("does not end in the number of a project.")
    return text


def _environment(record: Record) -> str:
    dyno = record.dyno
    if given := variables.text(dyno.vars, ENVIRONMENT):
        value, source, why = given, ENVIRONMENT, ""
    elif dyno.is_review_app:
        value, source, why = REVIEW, "HEROKU_PR_NUMBER", "one for all review apps"
    elif not dyno.is_heroku:
        value, source, why = dyno.phase, "default", "the phase"
    elif dyno.app_name:
        value, source = dyno.app_name, "HEROKU_APP_NAME"
        why = "each app of a pipeline is one environment"
    else:
        value, source = PRODUCTION, "default"
        why = "the app's name is unknown without dyno metadata"
    return str(_decide(record, "environment", value, source, why))


def _release(record: Record, options: SentryOptions) -> None:
    dyno = record.dyno
    sources = (
        (variables.text(dyno.vars, RELEASE), RELEASE, ""),
        (dyno.commit, "dyno metadata", "the commit"),
        (dyno.release_version, "HEROKU_RELEASE_VERSION", "the release"),
    )
    for value, source, why in sources:
        if value:
            options["release"] = _decide(record, "release", value, source, why)
            return


def _decide(record: Record, option: str, value: Any, source: str, why: str) -> Any:
    return record.decide(f"sentry().{option}", value, source=source, why=why)
