"""
heroku.yml is not YAML.

Heroku then says that there is no heroku.yml, or that the manifest is invalid, without a line.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
        command:
          - python manage.py migrate

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    release:
      image: web
      command:
        - python manage.py migrate
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Report what the reader could not read.
    """
    yield from rule.reported(manifest.source, manifest.document.problems)
