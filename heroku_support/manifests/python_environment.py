"""
The ways in which settings read a config var.
"""

from __future__ import annotations

from dataclasses import dataclass

from heroku_support.manifests.python_values import Call, Constant, Value, text_of

ENVIRON = "os.environ"
INDEX = "os.environ[]"
GETTERS = (f"{ENVIRON}.get", "os.getenv")
DECOUPLE = ("decouple.config", "decouple.AutoConfig()", "decouple.Config()")
DJANGO_ENVIRON = ("environ.Env()", "environ.FileAwareEnv()")
DATABASE_URLS = ("dj_database_url.config", "dj_database_url.parse")
ENVIRONS = ("environs.Env()", "environs.FileAwareEnv()")
# Methods of an Env object that read no config var; what they are given is no name of one.
OTHER_METHODS = frozenset(
    {"add_parser", "dump", "parser_for", "prefixed", "read_env", "seal"}
)


@dataclass(frozen=True)
class Variable:
    """
    A config var that is read.

    :param default: what it is without, None where nothing is said.
    :param is_text: whether the value is the text itself, and not what it means.
    """

    name: str
    default: Value | None
    is_required: bool
    is_text: bool


def variable(value: Value | None) -> Variable | None:
    """
    Return the config var that a call reads, None where it does something else.
    """
    if not isinstance(value, Call):
        return None
    name = text_of(value.argument(0, "key", "option", "var", "name"))
    if name is None:
        return None
    function = value.function
    if function == INDEX:
        return Variable(name, None, True, True)
    default = value.argument(1, "default")
    if function in GETTERS:
        return Variable(name, default, False, True)
    if function in DECOUPLE:
        is_text = value.argument(2, "cast") is None
        return Variable(name, default, default is None, is_text)
    if function in DJANGO_ENVIRON:  # env(name, cast, default)
        default = value.argument(2, "default")
        is_required = default is None and name not in _scheme(value)
        return Variable(name, default, is_required, not _is_cast(value, name, default))
    if function in ENVIRONS or _is_reader(function):
        is_text = function in ENVIRONS or function.endswith("().str")
        return Variable(name, default, default is None, is_text)
    return None


def _is_reader(function: str) -> bool:
    # A method of the object itself: those of a value, env("A").split(","), read nothing.
    owner, _, method = function.rpartition(".")
    return owner in (*DJANGO_ENVIRON, *ENVIRONS) and method not in OTHER_METHODS


def _is_cast(call: Call, name: str, default: Value | None) -> bool:
    # django-environ casts to what the scheme says, or to the type of the default.
    typed = default is not None and not (
        isinstance(default, Constant) and isinstance(default.value, str)
    )
    return typed or name in _scheme(call) or call.argument(1, "cast") is not None


def _scheme(call: Call) -> dict[str, Value]:
    return call.receiver.keywords if call.receiver else {}
