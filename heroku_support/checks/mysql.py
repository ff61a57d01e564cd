"""
Checks of databases of MySQL or MariaDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core import checks

from heroku_support.checks.reading import databases, mapping, on_dyno, text
from heroku_support.service_url import is_local

W026 = checks.Warning(
    "A connection to MySQL on another host does not require TLS.",
    hint='DATABASES["default"].setdefault("OPTIONS", {})["ssl_mode"] = "REQUIRED"',
    id="heroku_support.W026",
)

MYSQL = ".mysql"
# What asks mysqlclient or PyMySQL for TLS; a file of options may do so too.
TLS = """
    read_default_file read_default_group ssl ssl_ca ssl_verify_cert ssl_verify_identity
""".split()
WEAK = ("", "DISABLED", "PREFERRED")


def check_tls(**kwargs: Any) -> list[checks.CheckMessage]:
    """
    The drivers' own default yields to whoever on the path says that the server has no TLS
    (MySQL docs, "Command Options for Encrypted Connections": ``PREFERRED``).
    """
    lacking = any(map(_lacks_tls, databases().values()))
    return [W026] if lacking and on_dyno() else []


def _lacks_tls(entry: Mapping[str, Any]) -> bool:
    options = mapping(entry.get("OPTIONS"))
    if not text(entry.get("ENGINE")).endswith(MYSQL) or "unix_socket" in options:
        return False
    is_strict = text(options.get("ssl_mode")).upper() not in WEAK
    is_asked = is_strict or any(map(options.get, TLS))
    is_off = not is_asked or options.get("ssl_disabled")
    return bool(is_off) and not is_local(text(entry.get("HOST")))
