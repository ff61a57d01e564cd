r"""
`SECURE_PROXY_SSL_HEADER` names no header that comes.

Django looks the name up in `request.META`, where headers are in upper case behind `HTTP_` (Django
docs), and the router sends `X-Forwarded-Proto` (Dev Center, "HTTP Routing"). Otherwise every
request counts as plain http: with `SECURE_SSL_REDIRECT`, for ever.

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SECURE_PROXY_SSL_HEADER = ("X-Forwarded-Proto", "https")

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.django_settings import DjangoSettings
from heroku_support.manifests.findings import Edit, Finding
from heroku_support.manifests.python_values import Constant, Sequence
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

NAME = "HTTP_X_FORWARDED_PROTO"
RIGHT = f'("{NAME}", "https")'


@rule.check
def check(settings: DjangoSettings) -> Iterator[Finding]:
    """
    Look for a name that is near the right one.
    """
    value = settings.get("SECURE_PROXY_SSL_HEADER")
    if isinstance(value, Sequence) and value.is_complete:
        texts = value.texts
        is_known = len(texts) == len(value.items)
        misspelt = len(texts) != 2 or _is_misspelt(texts[0])
    elif isinstance(value, Constant) and value.value:
        is_known = misspelt = True
    else:
        return
    if is_known and misspelt:
        yield rule.finding(
            value.source,
            value.start,
            "SECURE_PROXY_SSL_HEADER names no header that the router sends",
            fix=f"Write: SECURE_PROXY_SSL_HEADER = {RIGHT}",
            edits=[Edit(value.start, value.end, RIGHT)],
        )


def _is_misspelt(name: str) -> bool:
    # Of somebody else's proxy in front, "HTTP_X_SCHEME" may be right.
    header = name.upper().replace("-", "_")
    return name != NAME and header.removeprefix("HTTP_").startswith("X_FORWARDED_PROTO")
