r"""
`SECURE_SSL_REDIRECT` may redirect for ever.

TLS ends at the router. A server hears of it only if it trusts the router's header: the classic
buildpack sets `FORWARDED_ALLOW_IPS`, a container and Fir do not (heroku-buildpack-python v351,
buildpacks-python 6.5.6). Then each request counts as plain http, and is sent to https once more.

Before, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

Before, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SECURE_SSL_REDIRECT = True

After, in `heroku.yml`:

    build:
      docker:
        web: Dockerfile

After, in `shop/settings.py`:

    ROOT_URLCONF = "shop.urls"
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

VARIABLE = "FORWARDED_ALLOW_IPS"


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look for the header, or for a server that is told whom to trust.
    """
    settings = project.settings
    if not settings or project.target.name == "cedar":
        return
    redirects = settings.get("SECURE_SSL_REDIRECT")
    header = settings.constant("SECURE_PROXY_SSL_HEADER", None)
    is_on = settings.constant("SECURE_SSL_REDIRECT", False) is True
    if redirects and is_on and header is None and not _is_told(project):
        yield rule.finding(
            redirects.source,
            redirects.start,
            "Nothing says that a request came by TLS: it may be redirected for ever",
            fix='Write: SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")',
        )


def _is_told(project: Project) -> bool:
    configuration = project.code("gunicorn.conf.py")
    return (
        VARIABLE in project.variables
        or any("forwarded-allow-ips" in each.text for each in project.commands)
        or (configuration is not None and VARIABLE.lower() in configuration.text)
    )
