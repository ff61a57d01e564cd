"""
A key stands twice in the same mapping.

YAML forbids it. What reads it nevertheless keeps the last one and drops the first without a word.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
    run:
      web: gunicorn shop.wsgi
      web: celery -A shop worker

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
        worker: Dockerfile
    run:
      web: gunicorn shop.wsgi
      worker: celery -A shop worker
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import repeated
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look in every mapping.
    """
    for first, again in repeated(manifest.root):
        line = manifest.source.position(first.key.start).line
        message = f"'{again.name}' again: it hides line {line}"
        yield rule.finding(
            manifest.source,
            again.key.start,
            message,
            fix="Keep one of the two, or give one another name.",
        )
