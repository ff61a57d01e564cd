"""
Read config vars strictly: a value that makes no sense is a problem, not a guess.
"""

from __future__ import annotations

from collections.abc import Mapping

from heroku_support.errors import ConfigError, Problem

PHASES = ("local", "build", "ci", "release", "run", "dyno")
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})
PORTS = (1, 65535)
# Heroku's largest dyno is given 33 by the Python buildpack; beyond this it is a typing error.
WORKERS = (1, 256)


def text(variables: Mapping[str, str], name: str) -> str:
    """
    Return the value without surrounding white space; unset and blank are the same.
    """
    return variables.get(name, "").strip()


def boolean(variables: Mapping[str, str], name: str) -> bool:
    """
    Return the value as a bool, False when unset or blank.

    :raises ConfigError: if it is none of the usual words.
    """
    word = text(variables, name).lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    line = assignment(variables, name, "false")
    raise _error(variables, name, "is neither true nor false.", line)


def integer(
    variables: Mapping[str, str], name: str, *, within: tuple[int, int], fix: str
) -> int | None:
    """
    Return the value as an int, None when unset.

    :param within: the smallest and the largest value that make sense.
    :param fix: the line that mends a wrong one, for the message.
    :raises ConfigError: if it is not a whole number, or not within the limits.
    """
    if name not in variables:
        return None
    digits = text(variables, name)
    smallest, largest = within
    if not (digits.isascii() and digits.removeprefix("-").isdigit()):
        raise _error(variables, name, "is not a whole number.", fix)
    # Longer than any limit: int() itself refuses thousands of digits with a message of its own.
    number = int(digits) if len(digits) < 20 else largest + 1
    if not smallest <= number <= largest:
        reason = f"is not between {smallest} and {largest}."
        raise _error(variables, name, reason, fix)
    return number


def words(variables: Mapping[str, str], name: str) -> list[str]:
    """
    Return the comma-separated value as a list, without blanks.
    """
    return [word.strip() for word in variables.get(name, "").split(",") if word.strip()]


def port(variables: Mapping[str, str]) -> int | None:
    """
    Return ``PORT``, the TCP port that Heroku's router sends a web dyno's requests to.

    :raises ConfigError: if it is not a port.
    """
    line = removal(variables, "PORT")
    return integer(variables, "PORT", within=PORTS, fix=line)


def web_concurrency(variables: Mapping[str, str]) -> int | None:
    """
    Return ``WEB_CONCURRENCY``, the number of worker processes of a web dyno.

    :raises ConfigError: if it is not a sensible number.
    """
    line = assignment(variables, "WEB_CONCURRENCY", "2")
    return integer(variables, "WEB_CONCURRENCY", within=WORKERS, fix=line)


def pretended_phase(variables: Mapping[str, str]) -> str | None:
    """
    Return ``HEROKU_SUPPORT_PHASE``, the phase to pretend, None when unset.

    :raises ConfigError: if it is none of the phases.
    """
    phase = text(variables, "HEROKU_SUPPORT_PHASE")
    if not phase or phase in PHASES:
        return phase or None
    line = removal(variables, "HEROKU_SUPPORT_PHASE")
    reason = f"is none of: {', '.join(PHASES)}."
    raise _error(variables, "HEROKU_SUPPORT_PHASE", reason, line)


def shown(value: str, *, most: int = 40) -> str:
    """
    Return a value as a message may have it: whoever sets the wrong variable to a URL has
    perhaps pasted a password.

    :param most: of its characters.
    """
    return "a URL" if "://" in value else repr(value[:most])


def assignment(variables: Mapping[str, str], name: str, value: str) -> str:
    """
    Return the line that sets a variable where this process runs.
    """
    command = _config(variables)
    return f"{command}:set {name}={value}" if command else f"export {name}={value}"


def removal(variables: Mapping[str, str], name: str) -> str:
    """
    Return the line that unsets a variable where this process runs.
    """
    command = _config(variables)
    return f"{command}:unset {name}" if command else f"unset {name}"


def _config(variables: Mapping[str, str]) -> str:
    if variables.get("HEROKU_TEST_RUN_ID"):  # Heroku CI
        return "heroku ci:config"
    if variables.get("DYNO"):
        return "heroku config"
    # A build on Fir has no DYNO, and the classic one may have none.
    build = "BUILD_DIR" in variables or any(name[:4] == "CNB_" for name in variables)
    return "heroku config" if build else ""


def _error(
    variables: Mapping[str, str], name: str, reason: str, fix: str
) -> ConfigError:
    return ConfigError([Problem(name, f"{shown(variables[name])} {reason}", fix)])
