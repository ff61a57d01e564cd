r"""
Sessions are kept where other processes and dynos do not find them.

Dynos share neither memory nor disk, and each restarts at least once a day (Dev Center, "Dynos"):
people are logged out again and again.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SESSION_ENGINE = "django.contrib.sessions.backends.file"

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SESSION_ENGINE = "django.contrib.sessions.backends.db"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.python_values import text_of
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import LOCAL_CACHE, cache

rule = Rule(__name__, "error")

SESSIONS = "django.contrib.sessions.backends."
LOCAL = (
    LOCAL_CACHE,
    "django.core.cache.backends.dummy.DummyCache",
    "django.core.cache.backends.filebased.FileBasedCache",
)


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for files, and for a cache that is local.
    """
    engine = settings.get("SESSION_ENGINE")
    alias = settings.constant("SESSION_CACHE_ALIAS", "default")
    name = text_of(engine)
    in_cache = name == f"{SESSIONS}cache" and cache(settings, alias) in LOCAL
    if engine and (name == f"{SESSIONS}file" or in_cache):
        yield rule.finding(
            engine.source,
            engine.start,
            f"Sessions are in {'a cache' if in_cache else 'files'} of one dyno: logins get lost",
            fix=f'Write: SESSION_ENGINE = "{SESSIONS}db"',
            edits=[Edit(engine.start, engine.end, f'"{SESSIONS}db"')],
        )
