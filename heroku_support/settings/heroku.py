"""
The one object that a project's settings module uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from heroku_support import variables
from heroku_support.dyno import Dyno
from heroku_support.settings import Record, databases, logs, security, staticfiles

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from heroku_support.settings.decisions import Decision
    from heroku_support.settings.typed import (
        ConnMaxAge,
        DatabaseSettings,
        SecuritySettings,
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
        dyno = _snapshot(env, argv)
        if env is None and dotenv and dyno.phase == "local" and Path(dotenv).is_file():
            from heroku_support.settings.dotenv import (
                read_dotenv,  # nobody else needs it
            )

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
        else ``.herokuapp.com``: review and staging apps must answer. Elsewhere this machine's
        names are added. ``"*"`` is there only if it was given.
        """
        return security.allowed_hosts(self.record, given)

    def csrf_trusted_origins(self, *given: str) -> list[str]:
        """
        Return ``https://`` and each given host, and the app's own domain where it is known.
        """
        return security.csrf_trusted_origins(self.record, given)

    def databases(
        self, *, default: str | None = None, conn_max_age: ConnMaxAge = "default"
    ) -> dict[str, DatabaseSettings]:
        """
        Return ``DATABASES`` from ``DATABASE_URL``.

        Postgres on a host that is not local is reached over TLS only: ``sslmode=require``, or
        what the URL asks for if that is stronger, and no password in clear text where libpq
        is 16 or later. Missing on a ``run`` or other dyno, the variable is a problem; in the
        release phase Django's dummy backend stands in for it.

        :param default: the URL locally, in CI and in a build, when the variable is not set.
        :param conn_max_age: seconds that a connection is kept, None for ever; 0 under ASGI.
            Unless given, ``?conn_max_age=`` in the URL, else 600. With a pool it is 0.
        """
        return databases.databases(
            self.record, default=default, conn_max_age=conn_max_age
        )

    def storages(self) -> dict[str, dict[str, str]]:
        """
        Return ``STORAGES``: static files with hashed names, compressed, by WhiteNoise.

        Plain names in CI, under ``manage.py test`` and pytest, and locally with DEBUG.
        """
        return staticfiles.storages(self.record)

    def middleware(self, given: Sequence[str]) -> list[str]:
        """
        Return the list with ``HerokuMiddleware`` first and WhiteNoise after ``SecurityMiddleware``.

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
        cookies are for TLS only, and HSTS lasts ``HSTS_SECONDS`` (3600). Elsewhere all off.

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
