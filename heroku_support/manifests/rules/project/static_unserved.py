r"""
Nothing serves the static files.

The router passes every request on to the app, and Django serves no static files with `DEBUG` off:
pages come without their styles (Dev Center, "Django and Static Assets").

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.staticfiles"]
    MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
    STATIC_ROOT = BASE_DIR / "staticfiles"

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.staticfiles"]
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
    ]
    STATIC_ROOT = BASE_DIR / "staticfiles"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.serving import PROXIES
from heroku_support.manifests.settings_location import defaults
from heroku_support.manifests.settings_parts import collects_static_files

rule = Rule(__name__, "warning")

SERVERS = ("whitenoise", "servestatic")
WRAPPERS = ("whitenoise", "dj_static", "servestatic")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for WhiteNoise or its like, in MIDDLEWARE or around the application.
    """
    settings = project.settings
    middleware = settings.sequence("MIDDLEWARE") if settings else None
    if not settings or not middleware or not middleware.is_complete:
        return
    paths = " ".join(middleware.texts).lower()
    is_whole = len(middleware.texts) == len(middleware.items)
    url = settings.constant("STATIC_URL", "")
    elsewhere = not isinstance(url, str) or "//" in url
    if not is_whole or elsewhere or any(name in paths for name in SERVERS):
        return
    if collects_static_files(settings) and not _is_wrapped(project):
        yield rule.finding(
            middleware.source,
            middleware.start,
            "With DEBUG off nothing serves the static files",
            fix='Add below SecurityMiddleware: "whitenoise.middleware.WhiteNoiseMiddleware",',
        )


def _is_wrapped(project: Project) -> bool:
    texts = [each.source.text.lower() for each in defaults(project) if each.source]
    proxied = any(each.call(*PROXIES) for each in project.commands)
    return proxied or any(name in text for text in texts for name in WRAPPERS)
