"""
A database can prove who it is, and is not asked to.

With `sslmode=require` a connection is encrypted to whoever answers. Where the server's certificate
is signed by a public authority, `ssl="verify"` compares its name; where passwords are checked by
SCRAM, `ssl="bound"` makes sure that the one who checks is the one at the other end. The doctor has
tried which of them works from here: [levels](databases.md#tls).
"""

from __future__ import annotations

from collections.abc import Iterator

from heroku_support.manifests.findings import Finding
from heroku_support.manifests.project import Project
from heroku_support.manifests.registry import Rule

rule = Rule(__name__, "info")

WHAT = {
    "verify": "can prove its name by a certificate of a public authority",
    "bound": "can bind the password's check to the connection",
}


@rule.check
def check(project: Project) -> Iterator[Finding]:
    """
    Say the strongest level that a database was reached with.
    """
    for database in project.live.databases:
        if database.stronger:
            yield rule.at(
                database.place.path,
                f"{database.name} {WHAT[database.stronger]}",
                fix=f'DATABASES = heroku.databases(ssl="{database.stronger}")',
                position=database.place.position,
            )
