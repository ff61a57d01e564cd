"""
All dynos together may open more connections than a server lets in.

The server then refuses whoever comes last: "too many connections for role", or "max number of
clients reached". What it lets in, it was asked; what may come is counted: the dynos of app.json's
formation (one web dyno where it has none), times the processes (`--workers`, `WEB_CONCURRENCY`, or
by the dyno's size), times the threads, each of which keeps a connection; with `OPTIONS["pool"]`, the
pool's size for each process. A worker of Celery has a connection for each of its processes. In a
store, web processes and workers are counted [as Celery uses them](celery.md#connections), and the
cache with one for each thread. A server of ASGI opens one for each request that it has at once: it
is counted as one.

While a deploy lasts old and new dynos may both be up (with preboot always), and a release has two
connections of its own: if that is too much, it is advice.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.formation import Load, formation
from heroku_support.manifests.live import Database, Server, Store
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "error")

RELEASE = 2  # the lock, and the migration
# What Celery opens (docs/reference/celery.md, "Connections").
WORKER, SENDER, BEAT = 5, 3, 3


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Multiply, and compare with what each server said.
    """
    loads = formation(project) if project.live.reached else ()
    for server in project.live.reached:
        limit = server.most_clients
        if not limit or not loads or (isinstance(server, Database) and server.is_spare):
            continue
        needed = {load: _connections(load, server) for load in loads}
        total = sum(needed.values())
        if total > limit:
            shown = ", ".join(_shown(load, count) for load, count in needed.items())
            message = (
                f"{server.name} lets {limit} in, and there may be {total}: {shown}"
            )
            yield rule.at(
                server.place.path,
                message,
                fix=_fix(server, loads, limit),
                position=server.place.position,
            )
        elif 2 * total + RELEASE > limit:
            yield rule.at(
                server.place.path,
                f"{server.name} lets {limit} in, and {total} come;"
                f" while a deploy lasts, there may be {2 * total + RELEASE}",
                fix="Leave preboot off, or take a larger plan: heroku addons:upgrade",
                position=server.place.position,
                severity="info",
            )


def _connections(load: Load, server: Server) -> int:
    if isinstance(server, Store):
        each = _of_store(load, server)
    elif isinstance(server, Database) and server.pool:
        each = load.processes * server.pool
    else:
        each = load.processes * load.threads
    return load.dynos * each


def _of_store(load: Load, store: Store) -> int:
    is_broker = "broker" in store.roles
    count = load.processes * load.threads if "cache" in store.roles else 0
    if "channels" in store.roles:
        count += load.processes
    if load.program == "celery beat":
        return BEAT if is_broker else 0
    if load.program == "celery worker":
        count += WORKER if is_broker else 0
        return count + (load.processes if "results" in store.roles else 0)
    return count + (SENDER * load.processes if is_broker else 0)


def _shown(load: Load, count: int) -> str:
    plural = "s" * (load.dynos > 1)
    threads = f" x {load.threads} threads" if load.threads > 1 else ""
    processes = f" x {load.processes} processes" if load.processes > 1 else ""
    return f"{load.dynos} {load.name} dyno{plural}{processes}{threads} = {count}"


def _fix(server: Server, loads: tuple[Load, ...], limit: int) -> str:
    most = max(load.processes for load in loads)
    for count in range(most - 1, 0, -1):
        fewer = [load.with_processes(count) for load in loads]
        if sum(_connections(load, server) for load in fewer) <= limit:
            return f"heroku config:set WEB_CONCURRENCY={count}"
    return "Scale down, or take a larger plan: heroku addons:upgrade"
