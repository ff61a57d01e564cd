"""
Hide secrets, by the name of what holds them and by their shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"
SECRET_NAME = re.compile(
    r"SECRET|TOKEN|PASSW|PASSPHRASE|AUTHORI[SZ]ATION|API_?KEY|SIGNATURE|CREDENTIAL"
    r"|(^|[^a-z])(KEY|PASS|PWD)S?($|[^a-z])",
    re.I,
)
# From the scheme's first letter only, or a long word would be looked at from each of its own.
URL_PASSWORD = re.compile(
    r"(?<![a-z0-9+.-])(?P<user>[a-z][a-z0-9+.-]*://[^\s/:]*):\S*@", re.I
)
URL_OPTION = re.compile(r"(?P<name>[?&][^\s=&?]*=)(?P<value>[^&\s]+)")


def is_secret_name(name: str) -> bool:
    """
    Whether a variable, setting or key of this name holds a secret.
    """
    return SECRET_NAME.search(name) is not None


def redact_text(text: str) -> str:
    """
    Return the text without the passwords of the URLs in it.
    """
    text = URL_PASSWORD.sub(rf"\g<user>:{HIDDEN}@", text)
    return URL_OPTION.sub(_redact_option, text)


def has_piece_of_secret(text: str, variables: Mapping[str, str]) -> bool:
    """
    Whether four characters in a row of any secret among the variables stand in the text.
    """
    secrets = [
        value if is_secret_name(name) else _userinfo(value)
        for name, value in variables.items()
    ]
    return any(
        secret[start : start + 4] in text
        for secret in secrets
        for start in range(len(secret) - 3)
    )


def _userinfo(value: str) -> str:
    _, separator, rest = value.partition("://")
    return rest.rpartition("@")[0] if separator else ""


def redact(name: str, value: Any) -> Any:
    """
    Return a copy of a setting's value that is fit to be shown.
    """
    if is_secret_name(name) and value:
        return HIDDEN
    if isinstance(value, Mapping):
        return {key: redact(str(key), item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redact("", item) for item in value]
    return redact_text(value) if isinstance(value, str) else value


def _redact_option(found: re.Match[str]) -> str:
    value = HIDDEN if is_secret_name(found["name"]) else found["value"]
    return f"{found['name']}{value}"


def one_line(error: BaseException) -> str:
    """
    Return what an exception says, on one line and without the passwords of URLs.
    """
    return redact_text(" ".join(str(error).split())) or type(error).__name__
