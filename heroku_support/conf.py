"""
This package's own Django settings, as live typed properties.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from heroku_support.dyno import Dyno
from heroku_support.variables import text


class Settings:
    """
    Read on each access, so ``override_settings`` works in a project's tests.
    """

    @property
    def HEROKU_SUPPORT_HEALTH_PATH(self) -> str:
        """
        Where the health endpoints live.
        """
        path: str = getattr(settings, "HEROKU_SUPPORT_HEALTH_PATH", "/health/")
        return f"/{path.strip('/')}/".replace("//", "/")

    @property
    def HEROKU_SUPPORT_HEALTH_TOKEN(self) -> str:
        """
        The bearer token that is shown the details; empty for nobody.
        """
        # None as well: what get() gives for a variable that is not set.
        return getattr(settings, "HEROKU_SUPPORT_HEALTH_TOKEN", None) or ""

    @property
    def HEROKU_SUPPORT_CANONICAL_HOST(self) -> list[str]:
        """
        The hosts that pages are served under, the one that others lead to first; empty for
        any. One alone may be a text.
        """
        hosts = getattr(settings, "HEROKU_SUPPORT_CANONICAL_HOST", None) or []
        return [hosts] if isinstance(hosts, str) else list(hosts)

    @property
    def HEROKU_SUPPORT_CHECK_TIMEOUT(self) -> float:
        """
        Seconds until a readiness check that has not answered counts as failed.
        """
        return float(getattr(settings, "HEROKU_SUPPORT_CHECK_TIMEOUT", 1.0))

    @property
    def HEROKU_SUPPORT_CHECK_TTL(self) -> float:
        """
        Seconds for which the outcome of the readiness checks is given out again.
        """
        return float(getattr(settings, "HEROKU_SUPPORT_CHECK_TTL", 1.0))

    @property
    def HEROKU_SUPPORT_METRICS(self) -> bool:
        """
        Whether requests and processes are measured.
        """
        return bool(getattr(settings, "HEROKU_SUPPORT_METRICS", True))

    @property
    def HEROKU_SUPPORT_METRICS_INTERVAL(self) -> float:
        """
        Seconds between two reports; one at least, for each second it is looked what is due.
        """
        return max(1.0, float(getattr(settings, "HEROKU_SUPPORT_METRICS_INTERVAL", 20)))

    @property
    def HEROKU_SUPPORT_METRICS_PREFIX(self) -> str:
        """
        What the names of metrics begin with, without a dot at its end.
        """
        prefix: str = getattr(settings, "HEROKU_SUPPORT_METRICS_PREFIX", "django")
        # Of what neither Heroku nor statsd knows in a name, an underscore is left.
        return re.sub(r"[^A-Za-z0-9._-]", "_", prefix).strip(".")

    @property
    def HEROKU_SUPPORT_METRICS_STATSD(self) -> str:
        """
        The ``host:port`` of a statsd server; empty for none.
        """
        return getattr(settings, "HEROKU_SUPPORT_METRICS_STATSD", None) or ""

    @property
    def HEROKU_SUPPORT_METRICS_L2MET(self) -> bool:
        """
        Whether a line of metrics is logged each interval.
        """
        return bool(getattr(settings, "HEROKU_SUPPORT_METRICS_L2MET", False))

    @property
    def HEROKU_SUPPORT_STAGE(self) -> str:
        """
        ``review``, ``staging`` or ``production``; empty where nobody said. A config var of this
        name serves as well. A review app is known by its variables.
        """
        dyno = Dyno.from_environ()
        said = getattr(settings, "HEROKU_SUPPORT_STAGE", None)
        named = said or text(dyno.vars, "HEROKU_SUPPORT_STAGE")
        return named or ("review" if dyno.is_review_app else "")

    @property
    def HEROKU_SUPPORT_RELEASE_STEPS(self) -> list[Any]:
        """
        The project's own steps.
        """
        return list(getattr(settings, "HEROKU_SUPPORT_RELEASE_STEPS", None) or [])

    @property
    def HEROKU_SUPPORT_RELEASE_SUPERUSER(self) -> bool:
        """
        Whether a release makes the superuser elsewhere than locally and in review apps.
        """
        return bool(getattr(settings, "HEROKU_SUPPORT_RELEASE_SUPERUSER", False))

    @property
    def HEROKU_SUPPORT_RELEASE_EXTENSIONS(self) -> list[str]:
        """
        Extensions that a release creates in each Postgres database before it migrates.
        """
        return list(getattr(settings, "HEROKU_SUPPORT_RELEASE_EXTENSIONS", None) or [])

    @property
    def HEROKU_SUPPORT_RELEASE_SEED(self) -> str:
        """
        What fills the database of a review app, once; empty for nothing.
        """
        return getattr(settings, "HEROKU_SUPPORT_RELEASE_SEED", None) or ""

    @property
    def HEROKU_SUPPORT_RELEASE_UNSAFE(self) -> str:
        """
        What a release does about an unsafe migration: ``warn``, ``fail`` or ``off``.
        """
        return str(getattr(settings, "HEROKU_SUPPORT_RELEASE_UNSAFE", "warn"))

    @property
    def HEROKU_SUPPORT_RELEASE_LOCK_WAIT(self) -> float:
        """
        Seconds to wait for another release's lock.
        """
        return float(getattr(settings, "HEROKU_SUPPORT_RELEASE_LOCK_WAIT", 900))

    @property
    def HEROKU_SUPPORT_RELEASE_DEADLINE(self) -> float:
        """
        Seconds after which a release gives up; Heroku ends it after an hour, without a word.
        """
        return float(getattr(settings, "HEROKU_SUPPORT_RELEASE_DEADLINE", 55 * 60))

    @property
    def HEROKU_SUPPORT_RELEASE_GUARD(self) -> bool:
        """
        Whether a plain ``migrate`` on a dyno takes the release lock as well.
        """
        return bool(getattr(settings, "HEROKU_SUPPORT_RELEASE_GUARD", True))

    @property
    def HEROKU_SUPPORT_RELEASE_SMOKE(self) -> bool:
        """
        Whether a release boots the web process before it goes live.
        """
        return bool(getattr(settings, "HEROKU_SUPPORT_RELEASE_SMOKE", True))

    @property
    def HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND(self) -> str:
        """
        The web process's command; empty for the one in the Procfile or heroku.yml.
        """
        return getattr(settings, "HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND", None) or ""

    @property
    def HEROKU_SUPPORT_RELEASE_SMOKE_PAGE(self) -> str:
        """
        The path of a page that must answer below 400; empty for none.
        """
        return getattr(settings, "HEROKU_SUPPORT_RELEASE_SMOKE_PAGE", None) or ""

    @property
    def HEROKU_SUPPORT_RELEASE_FAST_PATH(self) -> bool:
        """
        Whether a release with nothing pending leaves the migrations unread.
        """
        return bool(getattr(settings, "HEROKU_SUPPORT_RELEASE_FAST_PATH", True))


conf = Settings()
