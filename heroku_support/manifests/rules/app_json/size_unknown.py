"""
A dyno size is unknown.

Names are those of `heroku ps:type`, in any case; Fir's are `dyno-1c-0.5gb` and the like.

Before, in `app.json`:

    {
      "formation": {
        "web": {"quantity": 1, "size": "standard"}
      }
    }

After, in `app.json`:

    {
      "formation": {
        "web": {"quantity": 1, "size": "standard-1x"}
      }
    }
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from heroku_support.manifests.app_json import AppJson
from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.nodes import mapping, text
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

FIR_SIZE = re.compile(r"dyno-\d+c-\d+(\.\d+)?gb\Z")


@rule.check
def check(manifest: AppJson) -> Iterator[Finding]:
    """
    Compare each size with those that are sold.
    """
    known = facts("sizes")
    sizes = [*known.words("available"), *known.pairs("retired")]
    for _, entry in manifest.entries("formation"):
        size = mapping(entry.value).get("size")
        name = text(size.value).lower() if size else ""
        if size and name not in sizes and not FIR_SIZE.match(name):
            close = get_close_matches(name, known.words("available"), n=1)
            yield rule.finding(
                manifest.source,
                size.value.start,
                f'There is no size "{name}" ({known.as_of})',
                fix=f'Write: "size": "{close[0] if close else "basic"}"',
            )
