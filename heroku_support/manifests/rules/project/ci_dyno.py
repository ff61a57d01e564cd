r"""
Heroku CI is taken for a dyno.

It sets `DYNO` too, and `CI` beside it (python-getting-started): tests run with what is meant for
production, TLS redirects say.

Before, in `app.json`:

    {"environments": {"test": {"scripts": {"test": "python manage.py test"}}}}

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    IS_HEROKU = "DYNO" in os.environ

After, in `app.json`:

    {"environments": {"test": {"scripts": {"test": "python manage.py test"}}}}

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    IS_HEROKU = "DYNO" in os.environ and "CI" not in os.environ
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

DYNO = re.compile(r"""(?m)^[^#\n]*?(?P<name>["']DYNO["'])""")
CI = re.compile(r"""["'](CI|HEROKU_TEST_RUN_ID|PYTEST_CURRENT_TEST)["']|sys\.argv""")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the one without the other, where there are tests for CI.
    """
    settings, manifest = project.settings, project.app_json
    if not settings or not manifest or not manifest.environments.get("test"):
        return
    found = DYNO.search(settings.source.text)
    if found and not CI.search(settings.source.text):
        yield rule.finding(
            settings.source,
            found.start("name"),
            "DYNO is set on Heroku CI too: tests would run as in production",
            fix='Write: "DYNO" in os.environ and "CI" not in os.environ',
        )
