"""
This package's own Django settings, as live typed properties.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from heroku_support.dyno import Dyno
from heroku_support.errors import ConfigError, Problem
from heroku_support.variables import text

OWN = "HEROKU_SUPPORT_"
MOST_SECONDS = 1e9  # what the system's timers bear
# The readiness checks that a project has without asking, where it has what they look at.
CHECKS = ("database", "cache", "key_value", "broker")


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
    def HEROKU_SUPPORT_CHECKS(self) -> dict[str, dict[str, Any]]:
        """
        The readiness checks by name, each with its options: those that every project has, and
        what it says beside them.
        """
        return _checks("HEROKU_SUPPORT_CHECKS")

    @property
    def HEROKU_SUPPORT_CHECK_TIMEOUT(self) -> float:
        """
        Seconds until a readiness check that has not answered counts as failed.
        """
        return _seconds("HEROKU_SUPPORT_CHECK_TIMEOUT", 1.0)

    @property
    def HEROKU_SUPPORT_CHECK_TTL(self) -> float:
        """
        Seconds for which the outcome of the readiness checks is given out again.
        """
        return _seconds("HEROKU_SUPPORT_CHECK_TTL", 1.0)

    @property
    def HEROKU_SUPPORT_METRICS(self) -> bool:
        """
        Whether requests and processes are measured.
        """
        return _switch("HEROKU_SUPPORT_METRICS", default=True)

    @property
    def HEROKU_SUPPORT_METRICS_INTERVAL(self) -> float:
        """
        Seconds between two reports; one at least, for each second it is looked what is due.
        """
        return max(1.0, _seconds("HEROKU_SUPPORT_METRICS_INTERVAL", 20))

    @property
    def HEROKU_SUPPORT_METRICS_PREFIX(self) -> str:
        """
        What the names of metrics begin with, without a dot at its end.
        """
        prefix = _text("HEROKU_SUPPORT_METRICS_PREFIX", "django", default="django")
        # Of what neither Heroku nor statsd knows in a name, an underscore is left.
        return re.sub(r"[^A-Za-z0-9._-]", "_", prefix).strip(".")

    @property
    def HEROKU_SUPPORT_METRICS_STATSD(self) -> str:
        """
        The ``host:port`` of a statsd server; empty for none.
        """
        return _text("HEROKU_SUPPORT_METRICS_STATSD", "localhost:8125")

    @property
    def HEROKU_SUPPORT_METRICS_L2MET(self) -> bool:
        """
        Whether a line of metrics is logged each interval.
        """
        return _switch("HEROKU_SUPPORT_METRICS_L2MET", default=False)

    @property
    def HEROKU_SUPPORT_METRICS_FORMATION(self) -> bool:
        """
        Whether each dyno leaves its overview in the Key-Value Store, if one is attached.
        """
        return _switch("HEROKU_SUPPORT_METRICS_FORMATION", default=True)

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
        return _list("HEROKU_SUPPORT_RELEASE_STEPS", ["places.release.warm_up"])

    @property
    def HEROKU_SUPPORT_RELEASE_SUPERUSER(self) -> bool:
        """
        Whether a release makes the superuser elsewhere than locally and in review apps.
        """
        return _switch("HEROKU_SUPPORT_RELEASE_SUPERUSER", False)

    @property
    def HEROKU_SUPPORT_RELEASE_EXTENSIONS(self) -> list[str]:
        """
        Extensions that a release creates in each Postgres database before it migrates.
        """
        return _list("HEROKU_SUPPORT_RELEASE_EXTENSIONS", ["citext"])

    @property
    def HEROKU_SUPPORT_RELEASE_SEED(self) -> str:
        """
        What fills the database of a review app, once; empty for nothing.
        """
        return _text("HEROKU_SUPPORT_RELEASE_SEED", "loaddata demo.json")

    @property
    def HEROKU_SUPPORT_RELEASE_UNSAFE(self) -> str:
        """
        What a release does about an unsafe migration: ``warn``, ``fail`` or ``off``.
        """
        policy: str = getattr(settings, "HEROKU_SUPPORT_RELEASE_UNSAFE", "warn")
        if policy not in ("warn", "fail", "off"):
            reason = f"is {policy!r}, none of warn, fail and off."
            raise _error("HEROKU_SUPPORT_RELEASE_UNSAFE", reason, "fail")
        return policy

    @property
    def HEROKU_SUPPORT_RELEASE_LOCK_WAIT(self) -> float:
        """
        Seconds to wait for another release's lock.
        """
        return _seconds("HEROKU_SUPPORT_RELEASE_LOCK_WAIT", 900)

    @property
    def HEROKU_SUPPORT_RELEASE_DEADLINE(self) -> float:
        """
        Seconds after which a release gives up; Heroku ends it after an hour, without a word.
        """
        return _seconds("HEROKU_SUPPORT_RELEASE_DEADLINE", 55 * 60)

    @property
    def HEROKU_SUPPORT_RELEASE_GUARD(self) -> bool:
        """
        Whether a plain ``migrate`` on a dyno takes the release lock as well.
        """
        return _switch("HEROKU_SUPPORT_RELEASE_GUARD", True)

    @property
    def HEROKU_SUPPORT_RELEASE_SMOKE(self) -> bool:
        """
        Whether a release boots the web process before it goes live.
        """
        return _switch("HEROKU_SUPPORT_RELEASE_SMOKE", True)

    @property
    def HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND(self) -> str:
        """
        The web process's command; empty for the one in the Procfile or heroku.yml.
        """
        return _text("HEROKU_SUPPORT_RELEASE_SMOKE_COMMAND", "gunicorn config.wsgi")

    @property
    def HEROKU_SUPPORT_RELEASE_SMOKE_PAGE(self) -> str:
        """
        The path of a page that must answer below 400; empty for none.
        """
        return _text("HEROKU_SUPPORT_RELEASE_SMOKE_PAGE", "/about/")

    @property
    def HEROKU_SUPPORT_RELEASE_FAST_PATH(self) -> bool:
        """
        Whether a release with nothing pending leaves the migrations unread.
        """
        return _switch("HEROKU_SUPPORT_RELEASE_FAST_PATH", True)


conf = Settings()


def mistakes() -> list[Problem]:
    """
    Return what is wrong with the values of these settings.
    """
    found: list[Problem] = []
    for name in _known():
        try:
            getattr(conf, name)
        except ConfigError as error:
            found += error.problems
    return found


def unknown() -> dict[str, str]:
    """
    Return the settings that are named nearly as one of these, and what was meant.
    """
    # Checks ask for it, a web process does not.
    from difflib import get_close_matches

    known = _known()
    others = [name for name in dir(settings) if name.startswith(OWN)]
    return {
        name: meant[0]
        for name in others
        if name not in known and (meant := get_close_matches(name, known, 1, 0.9))
    }


def _known() -> list[str]:
    return [name for name in vars(Settings) if name.startswith(OWN)]


def _seconds(name: str, default: float) -> float:
    value = getattr(settings, name, default)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = -1.0
    if not 0 <= number < MOST_SECONDS:
        raise _error(name, f"is {value!r}, no number of seconds.", default)
    return number


def _switch(name: str, default: bool) -> bool:
    value = getattr(settings, name, default)
    if value not in (True, False):
        raise _error(name, f"is {value!r}, neither True nor False.", default)
    return bool(value)


def _text(name: str, example: str, *, default: str = "") -> str:
    value = getattr(settings, name, default)
    if value is None:  # what get() gives for a variable that is not set
        return default
    if not isinstance(value, str):
        raise _error(name, f"is of the type {type(value).__name__}, no text.", example)
    return value


def _list(name: str, example: list[Any]) -> list[Any]:
    value = getattr(settings, name, None) or []
    if not isinstance(value, (list, tuple)):
        raise _error(name, f"is of the type {type(value).__name__}, no list.", example)
    return list(value)


def _checks(name: str) -> dict[str, dict[str, Any]]:
    asked = getattr(settings, name, None) or {}
    if not isinstance(asked, dict):
        reason = f"is of the type {type(asked).__name__}, no dictionary."
        raise _error(name, reason, {"memory": {}})
    found: dict[str, dict[str, Any]] = {check: {} for check in CHECKS}
    problems = []
    for check, entry in asked.items():
        options = {"check": entry} if isinstance(entry, str) else entry
        if reason := _check_mistake(check, options):
            fix = f"{name} = {{{check!r}: {{'decides': True}}}}"
            problems.append(Problem(f"{name}[{check!r}]", reason, fix))
        elif options is None:
            found.pop(check, None)
        else:
            found[check] = dict(options)
    if problems:
        raise ConfigError(problems)
    return found


def _check_mistake(check: Any, options: Any) -> str:
    if not (isinstance(check, str) and check.strip()):
        return "has a name that is no text."
    if options is None:
        return ""
    if not isinstance(options, dict):
        kind = type(options).__name__
        return f"is of the type {kind}: neither a dotted path, a dictionary nor None."
    if not all(isinstance(option, str) for option in options):
        return "has an option whose name is no text."
    if not isinstance(options.get("check", ""), str):
        return "has a 'check' that is no text."
    if options.get("decides", True) not in (True, False):
        return "has a 'decides' that is neither True nor False."
    return ""


def _error(name: str, reason: str, example: object) -> ConfigError:
    return ConfigError([Problem(name, reason, f"{name} = {example!r}")])
