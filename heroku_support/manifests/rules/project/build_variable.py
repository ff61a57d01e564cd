r"""
A build needs a config var, which none has.

A Docker build is given `ARG`s and no config vars (Dev Center, "Building Docker Images with
heroku.yml"): settings that cannot do without one end it.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

Before, in `Dockerfile`:

    FROM python:3.13
    RUN python manage.py collectstatic --no-input
    CMD gunicorn shop.wsgi

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    SECRET_KEY = os.environ["SECRET_KEY"]

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

After, in `Dockerfile`:

    FROM python:3.13
    RUN SECRET_KEY=build python manage.py collectstatic --no-input
    CMD gunicorn shop.wsgi

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    import os

    SECRET_KEY = os.environ["SECRET_KEY"]
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.settings_parts import demanded

rule = Rule(__name__, "error")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare what settings demand with what the Dockerfile gives.
    """
    settings = project.settings
    if not settings or not project.is_read_by("container"):
        return
    for dockerfile in project.dockerfiles.values():
        given = dockerfile.arguments | dockerfile.variables.keys()
        for each in dockerfile.instructions:
            if each.name != "RUN" or "collectstatic" not in each.value:
                continue
            for name in demanded(settings):
                if name not in given and name not in each.value:
                    yield rule.finding(
                        dockerfile.source,
                        each.find("collectstatic"),
                        f"collectstatic loads the settings, which demand {name}: a build has none",
                        fix=f"Write: RUN {name}=build python manage.py collectstatic --no-input",
                    )
