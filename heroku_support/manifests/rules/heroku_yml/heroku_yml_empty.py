"""
heroku.yml has no sections.

Heroku looks for `build` in it. Without, it answers that the app has no build manifest.

Before, in `heroku.yml`:

    # build, release and run come here

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import Mapping, kind
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look for a text that is no mapping.
    """
    root = manifest.document.root
    if manifest.document.problems or isinstance(root, Mapping):
        return
    found = f"{kind(root)}, and no sections" if root else "nothing in it"
    yield rule.finding(
        manifest.source,
        root.start if root else 0,
        f"heroku.yml has {found}",
        fix="Write:\nbuild:\n  docker:\n    web: Dockerfile",
    )
