"""
A config value is not a text to YAML.

`yes`, `on`, `0123` and `3.10` are a boolean, an octal number and 3.1 to what reads them, and a
config var is text: quote it, and it is what you wrote.

Before, in `heroku.yml`:

    setup:
      config:
        DISABLE_COLLECTSTATIC: 1
    build:
      docker:
        web: Dockerfile

After, in `heroku.yml`:

    setup:
      config:
        DISABLE_COLLECTSTATIC: "1"
    build:
      docker:
        web: Dockerfile
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.heroku_yml import HerokuYml
from heroku_support.manifests.nodes import Scalar, kind
from heroku_support.manifests.registry import Rule
from heroku_support.manifests.sections import configs

rule = Rule(__name__, "warning")


@rule.check
def check(manifest: HerokuYml) -> Iterator[Finding]:
    """
    Look at the config of setup and build.
    """
    for entry in configs(manifest):
        value = entry.value
        if isinstance(value, Scalar) and value.type in ("boolean", "number"):
            yield rule.finding(
                manifest.source,
                value.start,
                f"{entry.name} is {kind(value)} to YAML, and a config var is text",
                fix=f'Write: {entry.name}: "{value.value}"',
                edits=[Edit(value.start, value.end, f'"{value.value}"')],
            )
