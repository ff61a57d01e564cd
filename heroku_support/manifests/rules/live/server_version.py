"""
A server's version has ended on Heroku.

Heroku supports a major version of Postgres for three years, upgrades what is older by force five
months after it was deprecated, and may delete it a month later. Before that,
`heroku pg:upgrade:prepare` lets you choose the hour; try the new version with a fork first. A
Key-Value Store is upgraded by `heroku redis:upgrade`.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.facts import facts
from heroku_support.manifests.findings import Finding
from heroku_support.manifests.live import Database, Server
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

POSTGRES = "PostgreSQL"


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare each version with those that Heroku supports.
    """
    for server in project.live.reached:
        why, fix = _ended(server)
        if why:
            yield rule.at(
                server.place.path,
                f"{server.name} is {server.product}, which {why}"
                f" ({facts('servers').as_of})",
                fix=fix,
                position=server.place.position,
            )


def _ended(server: Server) -> tuple[str, str]:
    known = facts("servers")
    if isinstance(server, Database):
        ended = known.pairs("postgres_ended").get(str(server.version[0]), "")
        if ended and server.product.startswith(POSTGRES):
            return f"Heroku supported until {ended}", "heroku pg:upgrade:prepare"
        return "", ""
    oldest = known.word("store_oldest")
    if server.version < tuple(map(int, oldest.split("."))):
        return f"is older than Heroku's {oldest}", "heroku redis:upgrade"
    return "", ""
