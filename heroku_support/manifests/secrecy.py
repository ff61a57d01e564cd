"""
Which value of a config var is a secret, and which only stands in for one.
"""

from __future__ import annotations

import re

from heroku_support.redaction import is_secret_name

SHORTEST = 16  # characters; what is made by a generator is longer
LEAST_VARIED = 8  # different characters
STAND_IN = re.compile(
    r"(?i)chang|exampl|your|dummy|test|fake|placeholder|todo|secret|insecure|build|xxx|local"
    r"|none|[<>${}\s]|password|sample|default|replace|insert|enter"
)


def is_secret(name: str, value: str) -> bool:
    """
    Whether this looks like what somebody generated, and not like what is to be replaced.
    """
    if not is_secret_name(name) or len(value) < SHORTEST or STAND_IN.search(value):
        return False
    kinds = [any(map(kind, value)) for kind in (str.isdigit, str.isalpha)]
    return all(kinds) and len(set(value)) >= LEAST_VARIED
