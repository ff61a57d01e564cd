"""
Hide secrets: by the name of what holds them, by their shape, and by the values of config vars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote

HIDDEN = "***"
CIRCULAR = "…"
SHORTEST = 8  # characters; what is shorter may be a word that stands everywhere
# Longer words that stand everywhere: in schemes, in the paths of backends, in hosts.
ORDINARY = frozenset(
    """
    database development elasticsearch localhost memcached opensearch password postgres
    postgresql production rabbitmq username
    """.split()
)
NO_VARIABLES: Mapping[str, str] = MappingProxyType({})

# As text, for ``re`` to compile when it is used: Django imports this into every process.
SECRET_NAME = (
    r"(?i)SECRET|TOKEN|PASSW|PASSPHRASE|AUTHORI[SZ]ATION|API_?KEY|CREDENTIAL"
    r"|SIGNATURE(?!_VERSION)"
    r"|(^|[^a-z])(KEY|PASS|PWD)S?($|[^a-z])(?!PREFIX|FUNCTION)"
)
# The shell's folder, not a password.
NO_SECRETS = frozenset({"PWD"})
URL_NAME = r"(^|_)(URL|URI|DSN)$"
# Variables of such names that have no password, because they are a path or a host.
ADDRESS = r"(?i)^(/|localhost\b|([\w-]+\.)+[a-z]{2,}(:\d+)?(/|$))"
# A DSN of Sentry has its key where others have a user, with no password behind it.
SECRET_USER_NAME = r"(^|_)DSN$"
# Whoever knows the path of these may use them: Websolr's index, Heroku's language metrics.
SECRET_PATH_NAME = r"(^|_)(WEBSOLR|METRICS|WEBHOOK)_URL$"

# What a local database has as its user and as its password: a word, and no token.
LOCAL_WORD = (
    r"://([a-z_-]+):\1@"
    r"(?:[\w-]*|127\.[\d.]+|\[::1\]|[\w.-]+\.(?:internal|local|localhost))(?=[:/?,;\s]|$)"
)

# Between the URLs of a cluster, which stand in one variable.
NEXT_URL = r"(?i)[,;\s]+(?=[a-z][a-z0-9+.-]*://)"

# From the scheme's first letter only, or a long word would be looked at from each of its own;
# and no farther than the longest of passwords, or a line of many URLs from each to its end.
URL_PASSWORD = r"(?i)(?<![a-z0-9+.-])(?P<user>[a-z][a-z0-9+.-]*://[^\s/:]*):\S{0,1024}@"
# In a page, text ends where a tag begins.
URL_PASSWORD_IN_PAGE = URL_PASSWORD.replace(r"\S{", r'[^\s<>"]{')
URL_OPTION = r"(?P<name>(?:^|[?&])[^\s=&?()]*=)(?P<value>[^&\s'\"<>]+)"
# libpq's other way to write a URL, and what many classes show of themselves.
PASSWORD_OPTION = (
    # But for the line that makes one.
    r"(?i)(?P<name>\b\w*passw(?:or)?d=)(?!\"\$\(python -c 'import secrets;)"
    r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s&'\",)]+)"
)


class Redactor:
    """
    Hide secrets, and the values of an environment's secret variables wherever they stand.

    A value is known as it is, percent-encoded, in JSON, in HTML, and in a Python literal.

    :param variables: the environment; without, there are no values to look for.
    """

    def __init__(self, variables: Mapping[str, str] = NO_VARIABLES) -> None:
        forms = {
            form
            for secret in secret_values(variables)
            if len(secret) >= SHORTEST and secret.lower() not in ORDINARY
            for form in _forms(secret)
        }
        # The longest first: one may be the beginning of another.
        alternatives = map(re.escape, sorted(forms, key=len, reverse=True))
        self._values = re.compile("|".join(alternatives)) if forms else None

    def text(self, text: str) -> str:
        """
        Return the text without the values of secrets and the passwords of URLs.
        """
        return redact_text(self.hide_values(text))

    def page(self, page: str) -> str:
        """
        Return a page of HTML without the values of secrets and the passwords of URLs.
        """
        hidden = self.hide_values(page)
        return re.sub(URL_PASSWORD_IN_PAGE, rf"\g<user>:{HIDDEN}@", hidden)

    def hide_values(self, text: str) -> str:
        """
        Return the text without the values of secrets.
        """
        return self._values.sub(HIDDEN, text) if self._values else text

    def value(self, name: str, value: Any) -> Any:
        """
        Return a copy of what has this name, with secrets hidden at any depth.
        """
        return self._value(name, value, {})

    def _value(self, name: str, value: Any, seen: dict[int, Any]) -> Any:
        if is_secret_name(name) and _is_set(value):
            return HIDDEN
        if isinstance(value, str):
            cleaned = self.text(value)
            return cleaned if cleaned != value else value
        if isinstance(value, bytes):
            # Latin-1 takes any byte, and gives it back.
            return self.text(value.decode("latin-1")).encode("latin-1", "replace")
        if not isinstance(value, (Mapping, list, tuple, set, frozenset)):
            return value
        if id(value) not in seen:
            seen[id(value)] = CIRCULAR
            seen[id(value)] = self._items(value, seen)
        return seen[id(value)]

    def _items(self, value: Any, seen: dict[int, Any]) -> Any:
        if isinstance(value, Mapping):
            return {
                self.text(key) if isinstance(key, str) else key: self._value(
                    str(key), item, seen
                )
                for key, item in value.items()
            }
        cleaned = [self._value("", item, seen) for item in value]
        if isinstance(value, (set, frozenset)):
            return set(cleaned)
        return tuple(cleaned) if isinstance(value, tuple) else cleaned


def is_secret_name(name: str) -> bool:
    """
    Whether a variable, setting or key of this name holds a secret.
    """
    return re.search(SECRET_NAME, name) is not None


def redact_text(text: str) -> str:
    """
    Return the text without the passwords of the URLs in it.
    """
    text = re.sub(URL_PASSWORD, rf"\g<user>:{HIDDEN}@", text)
    text = re.sub(PASSWORD_OPTION, rf"\g<name>{HIDDEN}", text)
    return re.sub(URL_OPTION, _redact_option, text)


def redact(name: str, value: Any) -> Any:
    """
    Return a copy of a setting's value that is fit to be shown.
    """
    return Redactor().value(name, value)


def secret_values(variables: Mapping[str, str]) -> set[str]:
    """
    Return what is secret of an environment: whole values, and passwords of URLs, as they are
    written there and decoded.
    """
    found = {
        secret
        for name, value in variables.items()
        if name not in NO_SECRETS
        for secret in _secrets_of(name, value.strip())
    }
    for value in variables.values():
        found.difference_update(re.findall(LOCAL_WORD, value))
    return {form for secret in found for form in (secret, unquote(secret)) if form}


def has_piece_of_secret(text: str, variables: Mapping[str, str]) -> bool:
    """
    Whether four characters in a row of any secret among the variables stand in the text.
    """
    return any(
        secret[start : start + 4] in text
        for secret in secret_values(variables)
        for start in range(len(secret) - 3)
    )


def one_line(error: BaseException) -> str:
    """
    Return what an exception says, on one line, without the passwords of URLs and the row that
    Postgres shows.
    """
    said = " ".join(str(error).split()).partition(" DETAIL: Failing row contains")[0]
    return redact_text(said) or type(error).__name__


def _secrets_of(name: str, value: str) -> Iterator[str]:
    if is_secret_name(name):
        yield value
        # Several keys, or the lines of one.
        yield from re.split(r"[,\s]+", value)
    if "://" in value:
        for url in re.split(NEXT_URL, value):
            yield from _secrets_of_url(name, url.partition("://")[2])
    elif re.search(URL_NAME, name) and not re.search(ADDRESS, value):
        # No URL, so nobody knows which part of it is the password.
        yield value


def _secrets_of_url(name: str, rest: str) -> Iterator[str]:
    userinfo, _, address = rest.rpartition("@")
    user, colon, password = userinfo.partition(":")
    yield password
    if not colon and re.search(SECRET_USER_NAME, name):
        yield user
    path, _, query = address.partition("?")
    if re.search(SECRET_PATH_NAME, name):
        yield path.partition("/")[2]
        yield path.rpartition("/")[2]
    for option in query.split("&"):
        key, _, option_value = option.partition("=")
        if is_secret_name(key):
            yield option_value


def _forms(secret: str) -> Iterator[str]:
    import html  # here and below: settings modules hide nothing
    import json

    literal = secret.replace("\\", "\\\\").replace("'", "\\'")
    for form in (secret, quote(secret, safe="", errors="replace")):
        for written in (form, repr(form)[1:-1], json.dumps(form)[1:-1], literal):
            yield written
            yield html.escape(written)


def _is_set(value: Any) -> bool:
    # Other types are not asked: a query set would ask the database.
    plain = isinstance(
        value, (str, bytes, int, float, list, tuple, dict, set, type(None))
    )
    return bool(value) if plain else True


def _redact_option(found: re.Match[str]) -> str:
    value = HIDDEN if is_secret_name(found["name"]) else found["value"]
    return f"{found['name']}{value}"
