"""
What ``heroku_metrics`` shows: what others count, as it would be sent or as a table.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from heroku_support.conf import conf
from heroku_support.dyno import Dyno
from heroku_support.metrics import formation, receiver, running, screen, snapshot
from heroku_support.metrics.errors import ShowError
from heroku_support.metrics.exits import heroku
from heroku_support.metrics.total import total
from heroku_support.metrics.watch import ASK_STORE, AllDynos, OneServer, View

TABLE_WIDTH = 200  # columns; a file has no width


def once(dyno: Dyno, process: int | None) -> tuple[str, str]:
    """
    Return which server counts here, and the body of what it would post to Heroku now.

    :raises ShowError: if there is no such server.
    """
    server = _server(dyno, process)
    found = snapshot.take(server.slots, dyno.memory)
    since = heroku.unacknowledged(server.slots, found.frame)
    body = heroku.body(found, since, conf.HEROKU_SUPPORT_METRICS_PREFIX)
    return server.label, json.dumps(body, indent=2)


def formation_table(dyno: Dyno) -> str:
    """
    Return a line for each dyno that the store knows, and one for all.

    :raises ShowError: if there is no store, it does not answer, or no dyno reports.
    """
    found = formation.read(dyno, timeout=ASK_STORE)
    if not found:
        raise ShowError(_no_dyno(dyno))
    rows = [*found, total(found)]
    return "\n".join(screen.table(rows, now=time.time(), width=TABLE_WIDTH))


def reader(dyno: Dyno, process: int | None, *, is_all: bool) -> Callable[[], View]:
    """
    Return what looks at one server, or at all dynos.

    :raises ShowError: if there is nothing to look at.
    """
    if is_all:
        formation.read(dyno, timeout=ASK_STORE)
        return AllDynos(dyno)
    interval = conf.HEROKU_SUPPORT_METRICS_INTERVAL
    return OneServer(_server(dyno, process), dyno, interval)


def receive(port: int, write: Callable[[str], object]) -> None:
    """
    Show what arrives, for ever.

    :raises ShowError: if the port is none, or taken.
    """
    with receiver.server(port, write) as server:
        url = f"http://{receiver.HOST}:{server.server_port}/"
        write(
            f"Send metrics here: HEROKU_METRICS_URL={url} python manage.py runserver\n"
        )
        server.serve_forever()


def _server(dyno: Dyno, process: int | None) -> running.Running:
    if not conf.HEROKU_SUPPORT_METRICS:
        raise ShowError(
            "HEROKU_SUPPORT_METRICS is False: nothing is counted."
            " Fix: HEROKU_SUPPORT_METRICS = True"
        )
    return running.choose(dyno, process)


def _no_dyno(dyno: Dyno) -> str:
    if dyno.app_name or dyno.is_heroku:
        return (
            "The store is there, and no dyno has reported to it in the last minute."
            " Fix: heroku ps:restart"
        )
    # Here: the dynos may have reported under a name that only they know.
    return (
        "No dyno has reported under the name of no app. With dyno metadata, theirs is the"
        " app's. Fix: HEROKU_APP_NAME=my-app python manage.py heroku_metrics --all"
    )
