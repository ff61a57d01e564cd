"""
The types of what the helpers take and return; for type checkers only, nothing imports this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypedDict

ConnMaxAge = int | None | Literal["default"]
# How strictly a connection to Postgres is encrypted, weakest first.
TLSLevel = Literal["require", "bound", "verify", "pin"]
# What is checked of the Key-Value Store's certificate.
Verify = Literal["none", "pin"]


class DatabaseSettings(TypedDict, total=False):
    """
    One entry of ``DATABASES``.
    """

    ENGINE: str
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: int | str
    OPTIONS: dict[str, Any]
    CONN_MAX_AGE: int | None
    CONN_HEALTH_CHECKS: bool
    DISABLE_SERVER_SIDE_CURSORS: bool
    TEST: dict[str, Any]


class DatabaseArguments(TypedDict):
    """
    What ``databases()`` was asked for, the same for every entry.
    """

    conn_max_age: ConnMaxAge
    pool: bool | dict[str, Any] | None
    ssl: str
    engine: str | None
    under_asgi: bool


class SecuritySettings(TypedDict, total=False):
    """
    What ``security()`` returns, and what it takes to override.
    """

    SECURE_PROXY_SSL_HEADER: tuple[str, str] | None
    SECURE_SSL_REDIRECT: bool
    SECURE_HSTS_SECONDS: int
    SECURE_HSTS_INCLUDE_SUBDOMAINS: bool
    SECURE_HSTS_PRELOAD: bool
    SESSION_COOKIE_SECURE: bool
    CSRF_COOKIE_SECURE: bool
    DEFAULT_EXCEPTION_REPORTER: str
    DEFAULT_EXCEPTION_REPORTER_FILTER: str
    HEROKU_SUPPORT_CANONICAL_HOST: list[str]


class CacheSettings(TypedDict, total=False):
    """
    One entry of ``CACHES``.
    """

    BACKEND: str
    LOCATION: str | list[str]
    KEY_PREFIX: str
    TIMEOUT: int | None
    OPTIONS: dict[str, Any]


class ChannelLayerSettings(TypedDict, total=False):
    """
    One entry of ``CHANNEL_LAYERS``.
    """

    BACKEND: str
    CONFIG: dict[str, Any]


class RQQueueSettings(TypedDict, total=False):
    """
    One entry of ``RQ_QUEUES``.
    """

    URL: str
    DEFAULT_TIMEOUT: int


class CelerySettings(TypedDict, total=False):
    """
    What ``celery()`` returns, and what it takes to override.
    """

    CELERY_BROKER_URL: str
    CELERY_RESULT_BACKEND: str | None
    CELERY_TASK_ALWAYS_EAGER: bool
    CELERY_TASK_ACKS_LATE: bool
    CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT: float
    CELERY_WORKER_CONCURRENCY: int
    CELERY_WORKER_PREFETCH_MULTIPLIER: int
    CELERY_WORKER_HIJACK_ROOT_LOGGER: bool
    CELERY_BEAT_SCHEDULE_FILENAME: str
    CELERY_BROKER_POOL_LIMIT: int | None
    CELERY_BROKER_HEARTBEAT: int | None
    CELERY_BROKER_CONNECTION_TIMEOUT: float
    CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP: bool
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
    CELERY_TASK_PUBLISH_RETRY_POLICY: dict[str, Any]
    CELERY_EVENT_QUEUE_EXPIRES: int
    CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS: dict[str, Any]
    CELERY_REDIS_SOCKET_CONNECT_TIMEOUT: float
    CELERY_REDIS_SOCKET_TIMEOUT: float
    CELERY_REDIS_SOCKET_KEEPALIVE: bool


class HaystackSettings(TypedDict, total=False):
    """
    One entry of ``HAYSTACK_CONNECTIONS``.
    """

    ENGINE: str
    URL: str
    INDEX_NAME: str
    TIMEOUT: int
    KWARGS: dict[str, Any]


class StorageSettings(TypedDict, total=False):
    """
    One entry of ``STORAGES``.
    """

    BACKEND: str
    OPTIONS: dict[str, Any]


class MailerSettings(TypedDict, total=False):
    """
    One entry of ``MAILERS``.
    """

    BACKEND: str
    OPTIONS: dict[str, Any]


class EmailSettings(TypedDict, total=False):
    """
    What ``email()`` returns: ``MAILERS`` on Django 6.1 and later, ``EMAIL_*`` before.
    """

    MAILERS: dict[str, MailerSettings]
    EMAIL_BACKEND: str
    EMAIL_HOST: str
    EMAIL_PORT: int
    EMAIL_HOST_USER: str
    EMAIL_HOST_PASSWORD: str
    EMAIL_USE_TLS: bool
    EMAIL_USE_SSL: bool
    EMAIL_TIMEOUT: int
    DEFAULT_FROM_EMAIL: str
    SERVER_EMAIL: str


class GeoSettings(TypedDict, total=False):
    """
    What ``geo()`` returns.
    """

    GDAL_LIBRARY_PATH: str
    GEOS_LIBRARY_PATH: str
    SPATIALITE_LIBRARY_PATH: str


class SentryOptions(TypedDict, total=False):
    """
    What ``sentry()`` returns, for ``sentry_sdk.init``.
    """

    dsn: str
    release: str
    environment: str
    server_name: str
    before_send: Callable[[Any, Any], Any]
    before_send_transaction: Callable[[Any, Any], Any]
    before_send_log: Callable[[Any, Any], Any]
