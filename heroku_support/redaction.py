"""
Hide secrets, by the name of what holds them and by their shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"
SECRET_NAME = re.compile(
    r"SECRET|TOKEN|PASSW|API_?KEY|SIGNATURE|CREDENTIAL|(^|_)(KEY|PASS|PWD)S?($|_)", re.I
)
URL_PASSWORD = re.compile(r"(?P<user>[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/]*@", re.I)
URL_SECRET_OPTION = re.compile(
    r"(?P<name>[?&][\w.-]*(?:pass|secret|token|key)[\w.-]*=)[^&\s]+", re.I
)


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
    return URL_SECRET_OPTION.sub(rf"\g<name>{HIDDEN}", text)


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


def one_line(error: BaseException) -> str:
    """
    Return what an exception says, on one line and without the passwords of URLs.
    """
    return redact_text(" ".join(str(error).split())) or type(error).__name__
