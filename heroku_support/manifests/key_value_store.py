"""
Where settings lead to the Key-Value Store without a word on its certificate.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.nodes import text
from heroku_support.manifests.project import Project
from heroku_support.manifests.python_values import Sequence, Table, Value, text_of

# What the add-on sets; anybody's store may be in REDIS_URL.
STORE_VARIABLES = frozenset({"REDIS_URL", "REDIS_TLS_URL"})
ADDON = "heroku-redis"
CACHE_BACKENDS = ("RedisCache", "ValkeyCache")
VERIFICATION = ("ssl_cert_reqs", "ssl_ca_certs", "ssl_ca_data", "ssl_ca_path")


def is_herokus(project: Project, name: str) -> bool:
    """
    Whether the files say that the store behind a variable is Heroku's.
    """
    plans = [text(plan) for _, plan in project.app_json.addons()] if project.app_json else []  # fmt: skip
    return name == "REDIS_TLS_URL" or any(plan.startswith(ADDON) for plan in plans)


def stores(settings: DjangoSettings) -> Iterator[Value]:
    """
    Return the URLs of caches, channel layers and queues that nothing is said about.

    Celery's broker is none of them: Kombu checks no certificate unless it is asked to (5.7).
    """
    for _, entry in settings.tables("CACHES"):
        backend, location = text_of(entry.get("BACKEND")), entry.get("LOCATION")
        if backend and backend.endswith(CACHE_BACKENDS) and _is_plain(entry):
            yield from _each(location)
    for _, entry in settings.tables("CHANNEL_LAYERS"):
        yield from _each(entry.get("CONFIG", "hosts"))
    for _, entry in settings.tables("RQ_QUEUES"):
        names = {name.lower() for name in entry.entries}
        if entry.is_complete and not names & {*VERIFICATION, "redis_client_kwargs"}:
            yield from _each(entry.get("URL"))


def _is_plain(entry: Table) -> bool:
    if entry.lacks("OPTIONS"):
        return True
    options = entry.get("OPTIONS")
    if not isinstance(options, Table) or any(map(options.get, VERIFICATION)):
        return False
    return options.lacks("CONNECTION_POOL_KWARGS") and options.lacks("connection_pool_kwargs")  # fmt: skip


def _each(value: Value | None) -> Iterator[Value]:
    if isinstance(value, Sequence):
        yield from value.items
    elif value:
        yield value
