"""
What a project is, as far as its files on Heroku depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

ASGI, BEAT, CELERY, CHANNELS = "asgi", "beat", "celery", "channels"
GEO, MEDIA, REDIS, SEARCH = "geo", "media", "redis", "search"
FEATURES = (ASGI, BEAT, CELERY, CHANNELS, GEO, MEDIA, REDIS, SEARCH)


@dataclass(frozen=True)
class Survey:
    """
    What the files are made from.

    :param name: of the app, as app.json takes it.
    :param settings: the settings module's dotted name.
    :param servers: the dotted name of the module with the WSGI application, and of that with
        the ASGI application.
    :param manager: ``pip``, ``uv``, ``poetry`` or ``pipenv``.
    :param celery: what ``celery -A`` takes.
    :param has_pytest: whether tests are run by pytest.
    :param test_requirements: the file with what they need, for pip; empty without one.
    :param has_app: whether this package is in ``INSTALLED_APPS``, and its commands are there.
    :param has_version_file: whether ``.python-version`` says the Python.
    :param dyno_settings: the settings module that the server takes, where manage.py takes
        another; else empty.
    :param demanded: the config vars without which the settings do not load.
    :param hosts_variable: the config var with the hosts that are answered, empty without one.
    """

    name: str
    package: str
    settings: str
    servers: tuple[str, str]
    target: str
    python: str
    manager: str
    celery: str
    has_pytest: bool
    test_requirements: str
    features: frozenset[str]
    has_app: bool = True
    has_version_file: bool = True
    dyno_settings: str = ""
    demanded: tuple[str, ...] = ()
    hosts_variable: str = ""

    def has(self, *features: str) -> bool:
        """
        Whether it uses one of these.
        """
        return not self.features.isdisjoint(features)

    @property
    def application(self) -> str:
        """
        What gunicorn is given.
        """
        wsgi, asgi = self.servers
        return f"-k asgi {asgi}" if self.has(ASGI) else wsgi

    @property
    def release(self) -> str:
        """
        What the release phase runs.
        """
        return f"python manage.py {'heroku_release' if self.has_app else 'migrate'}"

    def other(self, target: str, python: str, features: frozenset[str]) -> Survey:
        """
        Return the same project with other options.
        """
        return replace(self, target=target, python=python, features=features)
