"""
A connection to a server on another host is not encrypted.

Hosts of add-ons are public, and so is the way there: whoever stands on it reads the password and
every row. `heroku.databases()` and `heroku.caches()` ask for TLS. A store of an older plan has the
same address behind TLS in `REDIS_TLS_URL`.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.live import Database
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Look at each connection that leaves the machine and its network.
    """
    for server in project.live.reached:
        if not (server.has_tls or server.is_local):
            is_database = isinstance(server, Database)
            yield rule.at(
                server.place.path,
                f"The connection to {server.name} is not encrypted",
                fix="DATABASES = heroku.databases()"
                if is_database
                else "CACHES = heroku.caches(), with a URL that begins with rediss://",
                position=server.place.position,
            )
