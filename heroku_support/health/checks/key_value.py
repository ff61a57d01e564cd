"""
Does the Key-Value Store answer?
"""

from __future__ import annotations

from functools import partial

from heroku_support import addons
from heroku_support.conf import conf
from heroku_support.dyno import Dyno
from heroku_support.errors import CheckError
from heroku_support.health.checks.call import Call
from heroku_support.settings.heroku import Heroku
from heroku_support.settings.key_value import CERTIFICATE
from heroku_support.variables import text


def find(name: str, *, decides: bool = False) -> list[Call]:
    """
    Return a check of the store that the environment names, if it names one.
    """
    variables = Dyno.from_environ().vars
    if not addons.first(variables, addons.KEY_VALUE_STORE):
        return []
    # Whoever has set the certificate pins it.
    is_pinned = bool(text(variables, CERTIFICATE))
    url = Heroku(variables).key_value_url(verify="pin" if is_pinned else "none")
    return [Call(name, partial(look, url), decides=decides)]


def look(url: str) -> None:
    """
    Connect, ask for an answer, hang up.

    :raises CheckError: if there is no library for it.
    """
    try:
        import redis  # here and below: an extra
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise CheckError("pip install 'django-heroku-support[redis]'") from error
    seconds = conf.HEROKU_SUPPORT_CHECK_TIMEOUT
    with redis.Redis.from_url(
        url,
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    ) as client:
        client.ping()
