"""
Checks of what libpq reads by itself, beside ``DATABASES``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.core import checks

from heroku_support.checks.databases import LOOPBACK, POSTGRES
from heroku_support.checks.reading import databases, mapping, on_dyno, text, variables
from heroku_support.service_url import is_local
from heroku_support.settings.postgres_tls import REQUIRE, SSLMODES, SYSTEM

W025 = checks.Warning(
    "A variable that libpq reads by itself changes what DATABASES says.",
    hint="heroku config:unset, and the name of the variable.",
    id="heroku_support.W025",
)

OWN_ROOTS = "~/.postgresql/root.crt"
PREFER = "prefer"  # libpq's default
STRICT = SSLMODES[SSLMODES.index(REQUIRE) :]
VERIFYING = SSLMODES[SSLMODES.index(REQUIRE) + 1 :]

Entry = Mapping[str, Any]


class Read(NamedTuple):
    """
    What libpq reads, what that does, and the line that ends it.
    """

    name: str
    does: str
    changes: Callable[[Entry], bool]
    end: str


def check_variables(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    What an entry does not say, libpq takes from its own variables and files, which may be there
    for another program (PostgreSQL docs, "Environment Variables").
    """
    if not on_dyno() or variables().get("PGSERVICE"):
        return []
    entries = [each for each in databases().values() if _is_asked(each)]
    return [
        checks.Warning(f"{each.name} {each.does}", hint=each.end, id=W025.id)
        for each in READ
        if any(map(each.changes, entries))
    ]


def _is_asked(entry: Entry) -> bool:
    # A service has options of its own, in a file.
    is_postgres = text(entry.get("ENGINE")).endswith(POSTGRES)
    return is_postgres and _option(entry, "service") is None


def _option(entry: Entry, name: str) -> Any:
    return mapping(entry.get("OPTIONS")).get(name)


def _names_host(entry: Entry) -> bool:
    return not (
        entry.get("HOST") or _option(entry, "host") or _option(entry, "hostaddr")
    ) and bool(variables().get("PGHOST"))


def _leads_elsewhere(entry: Entry) -> bool:
    return bool(variables().get("PGHOSTADDR")) and _option(entry, "hostaddr") is None


def _adds_options(entry: Entry) -> bool:
    return bool(variables().get("PGOPTIONS")) and _option(entry, "options") is None


def _changes_tls(entry: Entry) -> bool:
    sslmode = variables().get("PGSSLMODE")
    host = text(_option(entry, "hostaddr")) or text(entry.get("HOST"))
    if sslmode in (None, PREFER) or _option(entry, "sslmode") is not None:
        return False
    if sslmode not in SSLMODES:
        return True  # libpq refuses to connect
    # On the dyno a pooler has no TLS; elsewhere it is a way to ask for it, as W004 says.
    return host in LOOPBACK if sslmode in STRICT else not is_local(host)


def _verifies_by_variable(entry: Entry) -> bool:
    return _verifies(entry, variables().get("PGSSLROOTCERT", ""))


def _verifies_by_file(entry: Entry) -> bool:
    named = variables().get("PGSSLROOTCERT")
    return not named and _verifies(entry, os.path.expanduser(OWN_ROOTS))


def _verifies(entry: Entry, roots: str) -> bool:
    """
    Whether "require" becomes "verify-ca" (PostgreSQL docs, "SSL Support").
    """
    sslmode = _option(entry, "sslmode") or variables().get("PGSSLMODE", PREFER)
    if _option(entry, "sslrootcert") is not None or sslmode in VERIFYING:
        return False
    # With the word, libpq verifies unless it is asked for less, and then refuses to connect.
    return roots == SYSTEM or (sslmode == REQUIRE and os.path.isfile(roots))


VERIFIES = "makes libpq verify the server, which no option asks for."
MEANT = 'If that is meant: heroku.databases(ssl="verify"), or: '
READ = (
    Read(
        "PGHOST",
        "says where a database is that has no HOST in DATABASES.",
        _names_host,
        "Build DATABASES with heroku.databases(), and: heroku config:unset PGHOST",
    ),
    Read(
        "PGHOSTADDR",
        "is where libpq connects to, whatever HOST says.",
        _leads_elsewhere,
        "heroku config:unset PGHOSTADDR",
    ),
    Read(
        "PGOPTIONS",
        "is sent to the server: it sets what no setting says.",
        _adds_options,
        "heroku config:unset PGOPTIONS",
    ),
    Read(
        "PGSSLMODE",
        "is the sslmode of a database whose OPTIONS have none.",
        _changes_tls,
        "heroku config:unset PGSSLMODE",
    ),
    Read(
        "PGSSLROOTCERT",
        VERIFIES,
        _verifies_by_variable,
        f"{MEANT}heroku config:unset PGSSLROOTCERT",
    ),
    Read(
        OWN_ROOTS,
        VERIFIES,
        _verifies_by_file,
        f"{MEANT}git rm .postgresql/root.crt",
    ),
)
