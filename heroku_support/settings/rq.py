"""
``RQ_QUEUES`` for django-rq.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_support.settings.key_value import (
    TIMEOUT,
    key_value_url,
    tls_in_words,
    variable_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heroku_support.settings import Record
    from heroku_support.settings.typed import RQQueueSettings, Verify

# In the URL: beside one, django-rq 4 takes no options. A worker, which waits for minutes,
# gives itself more (rq 3.0, `_set_connection`).
TIMEOUTS = {"socket_connect_timeout": f"{TIMEOUT}", "socket_timeout": f"{TIMEOUT}"}
# A store on this machine, if there is one: django-rq cannot do without.
NO_STORE = "redis://localhost:6379"


def rq_queues(
    record: Record, names: Sequence[str], *, verify: Verify
) -> dict[str, RQQueueSettings]:
    """
    Return ``RQ_QUEUES``, each name with the same store.
    """
    if not all(isinstance(name, str) for name in names):
        reason = "takes the names of its queues one by one, not in a list."
        record.problem("rq_queues(…)", reason, 'heroku.rq_queues("high", "default")')
        names = ()
    variable = variable_name(record)
    url = key_value_url(record, verify, options=TIMEOUTS)
    why = tls_in_words(url) if url else "no Key-Value Store: this machine's own, if any"
    found: dict[str, RQQueueSettings] = {
        name: {"URL": url or NO_STORE} for name in names or ("default",)
    }
    return record.decide("RQ_QUEUES", found, source=variable or "default", why=why)
