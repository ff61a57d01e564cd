r"""
The settings are no Python.

Nothing that loads them starts: no build that collects static files, no release, no dyno.

It is a warning where the app may run a newer Python than the doctor does, which may know more.

Before, in `.python-version`:

    3.10

Before, in `manage.py`:

    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

Before, in `shop/settings.py`:

    DEBUG = False
    ALLOWED_HOSTS = ["www.example.com"
    USE_TZ = True

After, in `.python-version`:

    3.10

After, in `manage.py`:

    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

After, in `shop/settings.py`:

    DEBUG = False
    ALLOWED_HOSTS = ["www.example.com"]
    USE_TZ = True
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.source import Position

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Say where the parser stopped.
    """
    settings = project.settings
    error = settings.syntax_error if settings else None
    if settings and error:
        file = project.python_version
        version = file.version if file else None
        position = Position(error.lineno or 1, max(1, error.offset or 1))
        yield rule.at(
            settings.source.path,
            f"The settings are no Python: {error.msg}",
            fix="Mend this line, or the one above.",
            position=position,
            severity="error"
            if version and version[:2] <= sys.version_info[:2]
            else "warning",
        )
