"""
Hide this process's secrets in what leaves it: what Sentry's SDK is about to send.

Knows nothing of Django or of Sentry, so that a settings module may import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from heroku_support.dyno import Dyno

if TYPE_CHECKING:
    from heroku_support.redaction import Redactor

# Sentry's notes about values, in their structure but without them.
NOTES = "_meta"
PLAIN = (str, int, float, list, tuple, dict)


def redactor() -> Redactor:
    """
    Return one that knows the secrets of this process's environment.
    """
    return _redactor(frozenset(Dyno.from_environ().vars.items()))


@lru_cache(maxsize=1)
def _redactor(variables: frozenset[tuple[str, str]]) -> Redactor:
    from heroku_support.redaction import Redactor  # here: most processes report nothing

    return Redactor(dict(variables))


def before_send(event: Mapping[str, Any], hint: object) -> dict[str, Any] | None:
    """
    Return an event or a transaction without its secrets, for ``sentry_sdk.init``.

    None, which drops it, if that goes wrong: it is never sent as it was.
    """
    try:
        cleaned: dict[str, Any] = redactor().value("", event)
    except Exception:  # it is shown nowhere: it may hold what was to be hidden
        return None
    if NOTES in event:
        cleaned[NOTES] = event[NOTES]
    return cleaned


def before_send_log(line: Mapping[str, Any], hint: object) -> dict[str, Any] | None:
    """
    Return a log line without its secrets, for ``sentry_sdk.init``.

    What was given to the logger beside the text is not text yet, as it is in an event.
    """
    try:
        attributes = {
            name: value if isinstance(value, PLAIN) else repr(value)
            for name, value in line.get("attributes", {}).items()
        }
    except Exception:  # as above: whose repr fails may say anything
        return None
    return before_send({**line, "attributes": attributes}, hint)
