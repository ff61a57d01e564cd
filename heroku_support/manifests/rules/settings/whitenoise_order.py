r"""
WhiteNoise is not where it belongs.

Directly below SecurityMiddleware, it answers before everything else runs, and with the headers of
the former (WhiteNoise docs, "Enable WhiteNoise").

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
    ]

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
    ]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
SECURITY = "django.middleware.security.SecurityMiddleware"
# They need no run for a file; others, CORS headers say, belong above it.
BELOW = ("django.middleware.", "django.contrib.")


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look at what stands above it.
    """
    middleware = settings.sequence("MIDDLEWARE")
    found = middleware.find(WHITENOISE) if middleware else None
    if not middleware or not found:
        return
    above = middleware.texts[: middleware.texts.index(WHITENOISE)]
    is_late = any(path.startswith(BELOW) and path != SECURITY for path in above)
    is_early = SECURITY in middleware.texts and SECURITY not in above
    if is_late or is_early:
        yield rule.finding(
            found.source,
            found.start,
            f"WhiteNoise stands {'above' if is_early else 'not directly below'} SecurityMiddleware",
            fix="Move the line directly below: django.middleware.security.SecurityMiddleware",
        )
