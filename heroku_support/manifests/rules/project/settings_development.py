r"""
The web process takes the settings of development.

Where no config var says else, wsgi.py decides: `DEBUG` is on for everybody, and the database is a
local one.

Before, in `shop/wsgi.py`:

    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.development")

Before, in `shop/settings/development.py`:

    DEBUG = True

Before, in `shop/settings/production.py`:

    DEBUG = False

After, in `shop/wsgi.py`:

    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.production")

After, in `shop/settings/development.py`:

    DEBUG = True

After, in `shop/settings/production.py`:

    DEBUG = False
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_location import NAME, defaults, folders

rule = Rule(__name__, "warning")

LOCAL = ("development", "develop", "dev", "local")
REMOTE = ("production", "prod", "heroku")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for a module of production beside the one that is named.
    """
    manifest = project.app_json
    declared = (
        {entry.name for _, entry in manifest.entries("env")} if manifest else set()
    )
    if project.only or NAME in declared | project.variables.keys():
        return
    for each in defaults(project):
        package, _, name = each.module.rpartition(".")
        if (
            not each.source
            or each.source.path.endswith("manage.py")
            or name not in LOCAL
        ):
            continue
        folder = package.replace(".", "/")
        paths = {
            f"{base}{folder}/{other}.py": other
            for base in folders(project)
            for other in REMOTE
        }
        better = next(
            (other for path, other in paths.items() if project.has(path)), None
        )
        if better:
            yield rule.finding(
                each.source,
                each.start,
                f"Without {NAME}, dynos run with {each.module}",
                fix=f"Write: {package}.{better}",
                edits=[Edit(each.start, each.end, f'"{package}.{better}"')],
            )
