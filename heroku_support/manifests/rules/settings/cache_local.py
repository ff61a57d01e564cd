r"""
Something relies on a cache that each process has for itself.

Without another, Django's cache is in the memory of one process (Django docs, "Local-memory
caching"): a throttle counts in each of them from zero, and what one process keeps no other finds.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["rest_framework"]
    REST_FRAMEWORK = {
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    }

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    from heroku_support import Heroku

    heroku = Heroku()
    CACHES = heroku.caches()
    INSTALLED_APPS = ["rest_framework"]
    REST_FRAMEWORK = {
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.python_values import Value, text_of
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import LOCAL_CACHE, cache

rule = Rule(__name__, "warning")

DUMMY_CACHE = "django.core.cache.backends.dummy.DummyCache"
PAGE_CACHE = "django.middleware.cache.UpdateCacheMiddleware"
AXES_IN_CACHE = "axes.handlers.cache.AxesCacheHandler"


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for what is known to rely on it.
    """
    if cache(settings, "default") not in (LOCAL_CACHE, DUMMY_CACHE):
        return
    for name, value in _reliers(settings):
        yield rule.finding(
            value.source,
            value.start,
            f"{name} relies on the cache, and each process has another",
            fix="heroku addons:create heroku-redis:mini, and write: CACHES = heroku.caches()",
        )


def _reliers(settings: DjangoSettings) -> Iterator[tuple[str, Value]]:
    middleware = settings.sequence("MIDDLEWARE")
    pages = middleware.find(PAGE_CACHE) if middleware else None
    if pages:
        yield "The cache of pages", pages
    framework = settings.table("REST_FRAMEWORK")
    throttles = framework.get("DEFAULT_THROTTLE_CLASSES") if framework else None
    if throttles:
        yield "REST framework's throttle", throttles
    axes = settings.get("AXES_HANDLER")
    if axes and text_of(axes) == AXES_IN_CACHE:
        yield "Axes", axes
    select = settings.app("django_select2")
    if select:
        yield "django-select2", select
