"""
This package's own Django settings, as live typed properties.
"""

from __future__ import annotations

import re

from django.conf import settings


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
    def HEROKU_SUPPORT_RELEASE_SUPERUSER(self) -> bool:
        """
        Whether a release makes the superuser elsewhere than locally and in review apps.
        """
        return bool(getattr(settings, "HEROKU_SUPPORT_RELEASE_SUPERUSER", False))

    @property
    def HEROKU_SUPPORT_RELEASE_LOCK_WAIT(self) -> float:
        """
        Seconds to wait for another release's lock.
        """
        return float(getattr(settings, "HEROKU_SUPPORT_RELEASE_LOCK_WAIT", 900))


conf = Settings()
