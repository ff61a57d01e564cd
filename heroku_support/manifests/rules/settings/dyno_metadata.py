r"""
A variable is read that a dyno may not have.

`HEROKU_APP_NAME` and its like come with dyno metadata, which is off unless it is turned on for the
app (Dev Center, "Dyno Metadata"). Not in builds.

`SOURCE_VERSION`, the commit, is there in builds only (Dev Center, "Buildpack API"). It is a warning
where settings do not load without it: no dyno would start.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    VERSION = os.environ["HEROKU_RELEASE_VERSION"]

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    VERSION = os.environ.get("RELEASE", "")
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import variables

rule = Rule(__name__, "info")

METADATA = frozenset(
    {
        "HEROKU_APP_DEFAULT_DOMAIN_NAME",
        "HEROKU_APP_ID",
        "HEROKU_APP_NAME",
        "HEROKU_BUILD_COMMIT",
        "HEROKU_DYNO_ID",
        "HEROKU_RELEASE_CREATED_AT",
        "HEROKU_RELEASE_VERSION",
        "HEROKU_SLUG_COMMIT",
        "HEROKU_SLUG_DESCRIPTION",
    }
)
IN_BUILDS = "SOURCE_VERSION"


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for the names where the environment is read.
    """
    for value, read in variables(settings):
        if read.name in METADATA:
            yield rule.finding(
                value.source,
                value.start,
                f"{read.name} is set only with dyno metadata",
                fix="heroku labs:enable runtime-dyno-metadata",
            )
        elif read.name == IN_BUILDS:
            yield rule.finding(
                value.source,
                value.start,
                f"{read.name} is set in builds only, and on no dyno",
                fix='Write: os.environ.get("HEROKU_BUILD_COMMIT", ""), and run:'
                " heroku labs:enable runtime-dyno-metadata",
                severity="warning" if read.is_required else "info",
            )
