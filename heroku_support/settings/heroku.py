"""
The one object that a project's settings module uses.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heroku_support import variables
from heroku_support.dyno import Dyno
from heroku_support.errors import ConfigError, Problem
from heroku_support.settings import (
    Record,
    databases,
    hosts,
    logs,
    security,
    staticfiles,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Unpack

    from heroku_support.settings.decisions import Decision
    from heroku_support.settings.typed import (
        CacheSettings,
        CelerySettings,
        ChannelLayerSettings,
        ConnMaxAge,
        DatabaseSettings,
        EmailSettings,
        GeoSettings,
        HaystackSettings,
        RQQueueSettings,
        SecuritySettings,
        SentryOptions,
        StorageSettings,
        TLSLevel,
        Verify,
    )


class Heroku:
    """
    Turn what Heroku puts into the environment into values for Django's settings.

    Used in a ``with`` block, it collects what is wrong and raises it as one ``ConfigError``
    when the block ends; without, each method raises at once. Every method returns plain
    values: to do without this package, paste them.

    :param env: the environment; ``os.environ`` unless given.
    :param dotenv: a ``.env`` file, read locally only; it fills ``os.environ`` where a name
        is unset, and is left alone when ``env`` is given or the file does not exist.
    :param argv: the command line, for tests; the running process's unless given.
    :raises ConfigError: from each method outside of a ``with`` block, else at its end.
    """

    def __init__(
        self,
        env: Mapping[str, str] | None = None,
        *,
        dotenv: str | Path | None = None,
        argv: Sequence[str] | None = None,
    ) -> None:
        if isinstance(env, (str, Path)):
            reason = "takes an environment; a file has a name of its own."
            fix = 'Heroku(dotenv=BASE_DIR / ".env")'
            raise ConfigError([Problem("Heroku(…)", reason, fix)])
        dyno = _snapshot(env, argv)
        if env is None and dotenv and dyno.phase == "local" and Path(dotenv).is_file():
            # Here: nobody else needs it.
            from heroku_support.settings.dotenv import read_dotenv

            read_dotenv(Path(dotenv))
            dyno = _snapshot(env, argv)
        self.record = Record(dyno)

    @property
    def dyno(self) -> Dyno:
        """
        The environment that the values are made from.
        """
        return self.record.dyno

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """
        What was decided so far, with secrets hidden; ``heroku_explain`` shows it.
        """
        return self.record.decisions

    def __enter__(self) -> Heroku:
        self.record.collecting = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None or isinstance(error, Exception):  # Ctrl-C means what it says
            for check in (
                variables.pretended_phase,
                variables.port,
                variables.web_concurrency,
            ):
                self.record.attempt(partial(check, self.dyno.vars), None)
            self.record.collecting = False
            self.record.raise_problems(error)

    def debug(self) -> bool:
        """
        Return ``DEBUG``: false unless it is true in the environment.
        """
        return security.debug(self.record)

    def secret_key(self) -> str:
        """
        Return ``SECRET_KEY``.

        Missing, or startproject's ``django-insecure-…`` key, it is a problem on a dyno.
        In a build and in CI, and locally with DEBUG, a missing one is random for this process.
        """
        return security.secret_key(self.record)

    def secret_key_fallbacks(self) -> list[str]:
        """
        Return the comma-separated ``SECRET_KEY_FALLBACKS``.
        """
        return security.secret_key_fallbacks(self.record)

    def allowed_hosts(self, *given: str) -> list[str]:
        """
        Return the given hosts, and on a dyno the app's own domain.

        The own domain is ``HEROKU_APP_DEFAULT_DOMAIN_NAME`` where dyno metadata are on,
        else ``.herokuapp.com``: review and staging apps must answer. ``CANONICAL_HOST`` is
        allowed as well. Elsewhere this machine's names are added. ``"*"`` is there only if it
        was given.
        """
        return hosts.allowed_hosts(self.record, given)

    def csrf_trusted_origins(self, *given: str) -> list[str]:
        """
        Return ``https://`` and each given host, and ``CANONICAL_HOST``, else the app's own
        domain where it is known.
        """
        return hosts.csrf_trusted_origins(self.record, given)

    def databases(
        self,
        *,
        default: str | None = None,
        conn_max_age: ConnMaxAge = "default",
        followers: bool = True,
        pool: bool | dict[str, Any] | None = None,
        ssl: TLSLevel = "require",
        engine: str | None = None,
    ) -> dict[str, DatabaseSettings]:
        """
        Return ``DATABASES`` from ``DATABASE_URL`` and the other databases that are attached.

        Postgres on a host that is not local is reached over TLS only: ``sslmode=require``, or
        what the URL asks for if that is stronger, and no password in clear text where libpq
        is 16 or later. Missing on a ``run`` or other dyno, the variable is a problem; in the
        release phase Django's dummy backend stands in for it.

        ``DATABASE_CONNECTION_POOL_URL`` becomes ``default`` where it is set, and
        ``DATABASE_URL`` the alias ``direct``, which releases use (Dev Center, "Connection
        Pooling for Heroku Postgres").

        :param default: the URL locally, in CI and in a build, when the variable is not set.
        :param conn_max_age: seconds that a connection is kept, None for ever. Unless given,
            ``?conn_max_age=`` in the URL, else 600, and 0 under an ASGI server. With a pool
            it is 0.
        :param followers: ``HEROKU_POSTGRESQL_BRONZE_URL`` and its like become aliases named
            by the colour.
        :param pool: psycopg's pool: true, or its options (Django 5.1 and later).
        :param ssl: how strictly TLS is checked, where that is stronger than the URL:
            ``require``, ``bound`` to the channel, ``verify`` by public authorities, or
            ``pin`` by the certificate in ``DATABASE_CA_CERTIFICATE``.
        :param engine: the backend for Postgres, PostGIS's say.
        """
        return databases.databases(
            self.record,
            default=default,
            conn_max_age=conn_max_age,
            followers=followers,
            pool=pool,
            ssl=ssl,
            engine=engine,
        )

    def key_value_url(self, *, verify: Verify = "none") -> str:
        """
        Return the URL of the Key-Value Store that every library takes; empty without one.

        :param verify: ``none`` of its certificate, which nobody has signed (Dev Center,
            "Heroku Key-Value Store"), or ``pin``: that of ``REDIS_CA_CERTIFICATE``.
        """
        from heroku_support.settings import key_value

        return key_value.decided_url(self.record, verify)

    def caches(
        self, *, key_prefix: str = "", verify: Verify = "none"
    ) -> dict[str, CacheSettings]:
        """
        Return ``CACHES``: the Key-Value Store, else MemCachier or Memcached Cloud, else this
        process's memory.

        :param key_prefix: before each key, for apps that share a store.
        :param verify: as in ``key_value_url``.
        """
        from heroku_support.settings import caches

        return caches.caches(self.record, key_prefix=key_prefix, verify=verify)

    def channel_layers(
        self, *, verify: Verify = "none"
    ) -> dict[str, ChannelLayerSettings]:
        """
        Return ``CHANNEL_LAYERS``: channels_redis in the Key-Value Store, else this process's
        memory.

        :param verify: as in ``key_value_url``.
        """
        from heroku_support.settings import channels

        return channels.channel_layers(self.record, verify=verify)

    def rq_queues(
        self, *names: str, verify: Verify = "none"
    ) -> dict[str, RQQueueSettings]:
        """
        Return ``RQ_QUEUES`` for django-rq, all in the Key-Value Store.

        :param names: of the queues; ``default`` unless given.
        :param verify: as in ``key_value_url``.
        """
        from heroku_support.settings import rq

        return rq.rq_queues(self.record, names, verify=verify)

    def celery(
        self, *, verify: Verify = "none", **overrides: Unpack[CelerySettings]
    ) -> CelerySettings:
        """
        Return Celery's settings by name, for ``app.config_from_object("django.conf:settings",
        namespace="CELERY")``.

        The broker is CloudAMQP, else the Key-Value Store; without either, tasks run at once
        where they are called.

        :param verify: as in ``key_value_url``.
        :param overrides: settings to return as given instead.
        :raises TypeError: if it does not set one of them.
        """
        from heroku_support.settings import celery

        return celery.celery(self.record, overrides, verify=verify)

    def haystack_connections(
        self, *, index: str = "haystack"
    ) -> dict[str, HaystackSettings]:
        """
        Return ``HAYSTACK_CONNECTIONS``: Websolr, Bonsai or SearchBox, else the simple backend.

        :param index: the name of the index, where a service has several.
        """
        from heroku_support.settings import search

        return search.haystack_connections(self.record, index=index)

    def storages(self, *, public: bool = False) -> dict[str, StorageSettings]:
        """
        Return ``STORAGES``: static files by WhiteNoise, compressed and with hashed names;
        uploads in Bucketeer, Cloudcube or another S3 bucket where one is attached.

        Plain static names in CI, under ``manage.py test`` and pytest, and locally with DEBUG.

        :param public: anybody may read the uploads, under URLs that never expire; else a URL
            is signed, and good for an hour.
        """
        return staticfiles.storages(self.record, public=public)

    def email(self, **overrides: Unpack[EmailSettings]) -> EmailSettings:
        """
        Return the mail settings by name: ``MAILERS`` on Django 6.1 and later, ``EMAIL_*``
        before.

        The server is that of ``EMAIL_URL``, SendGrid, Mailgun, Postmark or Mailtrap, reached
        over TLS only where it is not local. Without one, mail is printed locally; on a dyno
        nothing is set.

        :param overrides: settings to return as given instead. With one of ``EMAIL_*`` among
            them, all are of that kind: Django 6.1 refuses both kinds together.
        :raises TypeError: if it does not set one of them.
        """
        from heroku_support.settings import mail

        return mail.email(self.record, overrides)

    def geo(self, **overrides: Unpack[GeoSettings]) -> GeoSettings:
        """
        Return the paths of the libraries that GeoDjango needs, by setting; none where there
        are none.

        :param overrides: settings to return as given instead.
        :raises TypeError: if it does not set one of them.
        """
        from heroku_support.settings import geo

        return geo.geo(self.record, overrides)

    def sentry(self) -> SentryOptions:
        """
        Return options for ``sentry_sdk.init``; nothing is sent without ``SENTRY_DSN``.
        """
        from heroku_support.settings import sentry

        return sentry.sentry(self.record)

    def middleware(self, given: Sequence[str]) -> list[str]:
        """
        Return the list with ``HerokuMiddleware`` first and WhiteNoise after ``SecurityMiddleware``;
        with ``CANONICAL_HOST`` the redirect to it comes next.

        Those that the list has already stay where they are.
        """
        return staticfiles.middleware(self.record, given)

    def installed_apps(self, given: Sequence[str]) -> list[str]:
        """
        Return the list with ``heroku_support``, and ``runserver_nostatic`` above ``staticfiles``.
        """
        return staticfiles.installed_apps(self.record, given)

    def security(self, **overrides: Unpack[SecuritySettings]) -> SecuritySettings:
        """
        Return the TLS settings by name, for ``globals().update(…)``.

        On a dyno: the router's ``X-Forwarded-Proto`` is trusted, http is redirected to https,
        cookies are for TLS only, and HSTS lasts ``HSTS_SECONDS`` (3600), or longer by steps
        from the date ``HSTS_SINCE`` on. Elsewhere all off.

        :param overrides: settings to return as given instead.
        :raises TypeError: if it does not set one of them.
        """
        return security.security(self.record, overrides)

    def logging(self) -> dict[str, Any]:
        """
        Return ``LOGGING``: every record from ``LOG_LEVEL`` (``INFO``) up to stdout, with the
        request's id.
        """
        return logs.logging(self.record)


def _snapshot(env: Mapping[str, str] | None, argv: Sequence[str] | None) -> Dyno:
    return (
        Dyno.from_environ(argv=argv)
        if env is None
        else Dyno.from_environ(env, argv=argv)
    )
