"""
manage.py is where the buildpack does not look.

On Cedar it looks three levels deep, on Fir in the root only. Without it, static files are not
collected, and every page is without its style (heroku-buildpack-python v351, buildpacks-python
6.5.6).

Before, in `requirements.txt`:

    Django==5.2.8

Before, in `services/backend/shop/manage.py`:

    # Django's

After, in `requirements.txt`:

    Django==5.2.8

After, in `manage.py`:

    # Django's
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

DEEPEST = 3  # as find counts: what is in the root is one deep


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the highest manage.py.
    """
    found = [path for path in project.paths if f"/{path}".endswith("/manage.py")]
    highest = min(found, key=lambda path: (path.count("/"), path), default="")
    depth = highest.count("/") + 1
    is_fir = project.target.name == "fir"
    if project.lock and highest and depth > (1 if is_fir else DEEPEST):
        yield rule.at(
            highest,
            f"The buildpack looks for manage.py {'in the root' if is_fir else 'three deep'}, "
            "and collects no static files",
            fix="Put the project's root where Heroku's is.",
        )
