"""
A server's own certificate, from a config var into a file: what libraries pin it by.
"""

from __future__ import annotations

import os
import stat
import tempfile
from hashlib import sha256
from pathlib import Path

from heroku_support import variables
from heroku_support.settings import Record

FIX = '"$(cat certificate.pem)"'
# Somebody else may have put a link or a pipe there; Windows knows neither flag.
OPEN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def pinned(record: Record, variable: str) -> str:
    """
    Return the path of a file with the certificate that a config var holds.

    The file is readable by this user only. Every process with the same certificate uses the
    same file.

    :param variable: of PEM text; line breaks may be written as ``\\n``.
    """
    pem = variables.text(record.dyno.vars, variable).replace("\\n", "\n")
    if reason := _reason_against(pem):
        record.problem(variable, reason, record.assignment(variable, FIX))
        return ""
    return _write(f"{pem}\n".encode())


def _reason_against(pem: str) -> str:
    if not pem:
        return "is missing: it is the certificate to pin, as PEM."
    import ssl  # here: most settings pin nothing

    try:
        ssl.create_default_context(cadata=pem)
    except (ssl.SSLError, TypeError):  # the latter for what is not ASCII
        return "is no certificate in PEM."
    return ""


def _write(content: bytes) -> str:
    name = f"heroku_support-{sha256(content).hexdigest()[:32]}.pem"
    path = Path(tempfile.gettempdir(), name)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | OPEN, 0o600)
    except FileExistsError:
        if _holds(path, content):
            return str(path)
        # Somebody else's, or half written by another process.
        descriptor, other = tempfile.mkstemp(suffix=".pem")
        path = Path(other)
    with open(descriptor, "wb") as file:
        file.write(content)
    return str(path)


def _holds(path: Path, content: bytes) -> bool:
    try:
        with open(os.open(path, os.O_RDONLY | OPEN), "rb") as file:
            status = os.fstat(file.fileno())
            user = getattr(
                os, "getuid", int
            )()  # 0 on Windows, where files have no other
            own = stat.S_ISREG(status.st_mode) and status.st_uid == user
            return own and file.read() == content
    except OSError:
        return False
