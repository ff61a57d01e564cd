"""
What a full store throws away is not what can be done without.

With `noeviction`, Heroku's default, a full store refuses every write: right for tasks that wait
there, wrong for a cache, which then fails each page that fills it. With an `allkeys` policy it
throws away whatever is old: right for a cache, and the end of tasks that wait: that is an error. For
a store that is both, `volatile-lru` throws away what expires, which is the cache's.
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding, Severity
from heroku_support.manifests.live import Store
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "warning")

FIX = "heroku redis:maxmemory --policy "


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Compare the policy with what each store is for.
    """
    for store in project.live.stores:
        message, policy, severity = _judged(store)
        if message and store.policy:
            yield rule.at(
                store.place.path,
                f"{store.name}: {message} ({store.policy})",
                fix=f"{FIX}{policy}",
                position=store.place.position,
                severity=severity,
            )


def _judged(store: Store) -> tuple[str, str, Severity]:
    keeps = "broker" in store.roles
    caches = "cache" in store.roles
    if keeps and store.policy.startswith("allkeys"):
        policy = "volatile-lru" if caches else "noeviction"
        return "when it is full, tasks that wait are thrown away", policy, "error"
    if caches and store.policy == "noeviction":
        message = "when it is full, each write fails"
        if keeps:
            return f"{message}, the cache's and Celery's", "volatile-lru", "info"
        return message, "allkeys-lru", "warning"
    return "", "", "warning"
