r"""
`STATIC_ROOT` is not set.

The buildpack runs collectstatic in every build (heroku-buildpack-python v351), which ends the build
where it does not know where to.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.staticfiles"]
    STATIC_URL = "static/"

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    INSTALLED_APPS = ["django.contrib.staticfiles"]
    STATIC_URL = "static/"
    STATIC_ROOT = BASE_DIR / "staticfiles"
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import STATICFILES, collects_static_files

rule = Rule(__name__, "error")

SWITCH = "DISABLE_COLLECTSTATIC"


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the setting where a buildpack collects static files.
    """
    settings = project.settings
    if not settings or not project.has_buildpacks or SWITCH in project.variables:
        return
    app = settings.app(STATICFILES)
    is_missing = settings.lacks("STATIC_ROOT") or settings.constant(
        "STATIC_ROOT", None
    ) in (None, "")
    if app and is_missing and collects_static_files(settings):
        yield rule.finding(
            app.source,
            app.start,
            "STATIC_ROOT is not set, and collectstatic fails the build without it",
            fix='Write: STATIC_ROOT = BASE_DIR / "staticfiles"',
        )
