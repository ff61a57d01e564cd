"""
Settings that are read without being run: what they come to on a dyno, and what stays open.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from heroku_support.manifests.project import Project
from heroku_support.manifests.python_environment import variable
from heroku_support.manifests.python_module import Modules
from heroku_support.manifests.python_scope import Scope
from heroku_support.manifests.python_values import (
    Call,
    Constant,
    Sequence,
    Table,
    Value,
    parse,
)
from heroku_support.manifests.source import Source
from tests.manifests.examples import write

OPEN = "?"
HEAD = "import os\nimport sys\nfrom os import environ\n"


def read(text: str, **others: str) -> Scope:
    files = {
        f"{name.replace('__', '/')}.py": Source(f"{name.replace('__', '/')}.py", each)
        for name, each in others.items()
    }
    scope = Scope()
    Modules(files.get).run(Source("shop/settings.py", HEAD + text), scope)
    return scope


def shown(value: Value | None) -> object:
    if isinstance(value, Constant):
        return value.value
    if isinstance(value, Sequence):
        return [*map(shown, value.items), *([] if value.is_complete else [OPEN])]
    if isinstance(value, Table):
        entries = {name: shown(each) for name, each in value.entries.items()}
        return entries if value.is_complete else {**entries, OPEN: OPEN}
    if isinstance(value, Call):
        return f"{value.function}()"
    return None if value is None else OPEN


EXPRESSIONS: list[tuple[str, object]] = [
    ("X = 'a' 'b' + 'c'", "abc"),
    ("X = [1, 'a'] + ['b']", [1, "a", "b"]),
    ("X = ['a'] + other()", ["a", OPEN]),
    ("Y = ['b']\nX = ['a', *Y]", ["a", "b"]),
    ("X = ['a', *other()]", ["a", OPEN]),
    ("X = ('a',)", ["a"]),
    ("X = {'a', 'b'}", ["a", "b"]),
    ("X = list(('a',))", ["a"]),
    ("X = {'a': 1, **{'b': 2}}", {"a": 1, "b": 2}),
    ("X = {'a': 1, **other()}", {"a": 1, OPEN: OPEN}),
    ("X = {other(): 1}", {OPEN: OPEN}),
    ("X = dict(a=1)", {"a": 1}),
    ("X = {'a': 1} | {'b': 2}", {"a": 1, "b": 2}),
    ("X = {'a': 1} | other()", OPEN),
    ("X = 2 * 3", OPEN),
    ("X = 'a' + other()", OPEN),
    ("X = {'a': {'b': 1}}['a']['b']", 1),
    ("X = {'a': 1}['b']", OPEN),
    ("X = ['a'][0]", OPEN),
    ("X = -1", -1),
    ("X = -other()", OPEN),
    ("X = +1", OPEN),
    ("X = not True", False),
    ("X = not other()", OPEN),
    ("X = 1 if 'DYNO' in os.environ else 2", 1),
    ("X = 1 if 'DYNO' not in environ else 2", 2),
    ("X = 1 if 'OTHER' in os.environ else 2", OPEN),
    ("X = 1 if os.environ.get('DYNO') else 2", 1),
    ("X = 1 if bool(os.getenv('CI')) else 2", 2),
    ("X = 1 if os.environ.get('DYNO') is not None else 2", 1),
    ("X = 1 if os.environ.get('CI') is None else 2", 1),
    ("X = 1 if os.environ.get('A') is None else 2", OPEN),
    ("X = 1 if None is None else 2", 1),
    ("X = 1 if 'test' in sys.argv else 2", 2),
    ("X = 1 if 'other' in sys.argv else 2", OPEN),
    ("X = 1 if os.environ['A'] == 'a' else 2", OPEN),
    ("X = 1 if os.environ['A'] == other() else 2", OPEN),
    ("X = 1 if 'a' == 'a' else 2", 1),
    ("X = 1 if 'a' != 'a' else 2", 2),
    ("X = 1 if 1 < 2 else 2", OPEN),
    ("X = 1 if 1 < 2 < 3 else 2", OPEN),
    ("X = 1 if 'a' in ['a'] else 2", 1),
    ("X = 1 if 'b' in ['a'] else 2", 2),
    ("X = 1 if 'b' in ['a', other()] else 2", OPEN),
    ("X = 1 if other() in ['a'] else 2", OPEN),
    ("X = 1 if ['a'] else 2", 1),
    ("X = 1 if [] else 2", 2),
    ("X = 1 if [*other()] else 2", OPEN),
    ("X = 1 if {} else 2", 2),
    ("X = 1 if {'a': 1} else 2", 1),
    ("X = 1 if {**other()} else 2", OPEN),
    ("X = 1 if 'DYNO' in os.environ and 'CI' not in os.environ else 2", 1),
    ("X = 1 if 'CI' in os.environ or other() else 2", OPEN),
    ("X = 1 if 'CI' in os.environ or 'GITHUB_ACTIONS' in os.environ else 2", 2),
    ("X = 1 if 'DYNO' in os.environ or other() else 2", 1),
    ("X = '' or 'a'", "a"),
    ("X = 'a' or 'b'", "a"),
    ("X = other() or 'b'", OPEN),
    ("X = other.name", OPEN),
    ("X = [e for e in 'a']", OPEN),
    ("X = other(*Y)", OPEN),
    ("X = 'a'\n" + "X = X + X\n" * 20, OPEN),
]


@pytest.mark.parametrize(("text", "value"), EXPRESSIONS)
def test_what_an_expression_comes_to(text: str, value: object):
    assert shown(read(text).names["X"]) == value


def test_a_list_that_grows_without_end_is_left_open():
    value = shown(read("X = ['a']\n" + "X = X + X\n" * 20).names["X"])

    assert isinstance(value, list)
    assert value[-1] == OPEN and len(value) == 10_001


STATEMENTS: list[tuple[str, object]] = [
    ("X: int = 1", 1),
    ("X: int", None),
    ("X = Y = 1", 1),
    ("X, Y = 1, 2", 1),
    ("X, Y = other()", OPEN),
    ("X = ['a']\nX += ['b']", ["a", "b"]),
    ("X += ['b']", None),
    ("X = {}\nX['a'] = 1", {"a": 1}),
    ("X = {}\nX['a']['b'] = 1", {"a": {"b": 1}}),
    ("X = {}\nX[other()] = 1", {OPEN: OPEN}),
    ("X = other()\nX['a'] = 1", {"a": 1, OPEN: OPEN}),
    ("X = {'a': 1}\nX['a'] += 1", OPEN),
    ("X = 1\nY.name = 2", 1),
    ("Y['a'] = 2", None),
    ("X = ['a']\nX.append('b')", ["a", "b"]),
    ("X = ['a']\nX.extend(['b'])", ["a", "b"]),
    ("X = ['a']\nX.extend(other())", ["a", OPEN]),
    ("X = ['a']\nX.insert(0, 'b')", ["b", "a"]),
    ("X = ['a']\nX.insert('0', 'b')", OPEN),
    ("X = ['a']\nX.remove('b')", OPEN),
    ("X = ['a']\nX.pop()", OPEN),
    ("X = ['a']\nX.append(x='b')", OPEN),
    ("X = {'a': 1}\nX.update({'b': 2})", {"a": 1, "b": 2}),
    ("X = {'a': 1}\nX.update(other())", OPEN),
    ("X = {'a': 1}\nX.setdefault('b', 2)", OPEN),
    ("X = {'a': {'b': 1}}\nX['a'].update({'c': 2})", {"a": {"b": 1, "c": 2}}),
    ("X = {'a': {'b': 1}}\nX['a'].update(other())", OPEN),
    ("X = {'a': [1]}\nX.name.append(2)", OPEN),
    ("X = ['a']\nfor each in other():\n    X.append(each)", OPEN),
    ("for each in other():\n    X = each", None),
    ("X = 1\nwhile other():\n    pass", 1),
    ("X = 1\ndel X", OPEN),
    ("X = 1\nwith other() as y:\n    X = 2", 2),
    ("with other():\n    X = 2", 2),
    ("X = 1\nif other():\n    X = 2", OPEN),
    ("X = 1\nif other():\n    X = 1", 1),
    ("if other():\n    X = 1", OPEN),
    ("X = 1\nif other():\n    Y = 1", 1),
    ("DEBUG = other()\nX = 1\nif DEBUG:\n    X = 2", 1),
    ("DEBUG = True\nX = 1\nif DEBUG:\n    X = 2", 2),
    ("X = 1\nif not DEBUG:\n    X = 2", 2),
    ("try:\n    X = other()\nexcept KeyError:\n    X = 1", OPEN),
    ("try:\n    import y\nexcept ImportError:\n    X = 1\nelse:\n    X = 2", 2),
    ("try:\n    from a.y import *\nexcept:\n    X = 1\nfinally:\n    Y = 2", 1),
    ("try:\n    from .y import *\nexcept (OSError, ImportError):\n    X = 1", 1),
    ("X = 1\ntry:\n    from .y import *\nexcept OSError:\n    X = 2", OPEN),
    ("X = 1\nfrom .y import *", OPEN),
    ("X = 1\nexec('X = 2')", OPEN),
    ("X = 1\nprint(X)", 1),
    ("X = 1\n'text'", 1),
    ("X = 1\nconfigure(globals())", OPEN),
    ("X = 1\nconfigure(names=vars())", OPEN),
    ("globals()['X'] = 1", 1),
    ("X = 1\nglobals()[other()] = 1", OPEN),
    ("globals().update({'X': 1})", 1),
    ("X = 1\nglobals().update(other())", OPEN),
    ("X = 1\nlocals().clear()", OPEN),
    ("def X():\n    pass", OPEN),
    ("class X(other):\n    pass", OPEN),
    ("async def y():\n    X = 1", None),
    ("import dj_database_url\nX = {}\nX.update(dj_database_url.config())", "dj_database_url.config()"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), STATEMENTS)
def test_what_a_statement_does(text: str, value: object):
    assert shown(read(text).names.get("X")) == value


def test_what_may_be_set_is_not_lacking():
    scope = read("for each in other():\n    X = each")

    assert scope.may_have("X")
    assert not scope.may_have("Y")


def test_other_modules_are_read_where_they_are_imported():
    scope = read(
        "from .base import *\nfrom config.more import Y\nfrom config.all import *\n",
        shop__base="X = 1\nfrom .deep import *\n",
        shop__deep="DEEP = 2\n",
        config__more="from config.deepest import *\nY = 3\n",
        config__deepest="",
        config__all__init__="",
        config__all="ALL = 4\n",
    )

    assert {name: shown(scope.names[name]) for name in ("X", "DEEP", "Y", "ALL")} == {
        "X": 1,
        "DEEP": 2,
        "Y": 3,
        "ALL": 4,
    }
    assert not scope.is_open


def test_modules_that_import_each_other_end():
    scope = read("X = 1\nfrom .a import *", shop__a="from .b import *", shop__b="from .a import *")  # fmt: skip

    assert scope.is_open


def test_a_sum_of_thousands_is_left_open():
    text = "X = " + "+".join(["'a'"] * 3_000)

    assert shown(read(text).names.get("X")) in (OPEN, None)


def test_an_if_with_a_thousand_branches_is_left_open():
    text = "if a():\n    X = 1\n" + "elif b():\n    X = 2\n" * 300

    assert shown(read(text).names.get("X")) in (OPEN, None)


@pytest.mark.parametrize(
    "text", ["(" * 300, "X = " + "-" * 100_000 + "1", "\0", "def", "x = " + "a." * 50_000 + "b"]
)  # fmt: skip
def test_what_no_parser_takes_is_no_module(text: str):
    found = parse(Source("a.py", text))

    assert isinstance(found, SyntaxError) or read(text)


CALLS = [
    ("os.environ['A']", ("A", True, True)),
    ("os.environ.get('A')", ("A", False, True)),
    ("os.getenv('A', 'b')", ("A", False, True)),
    ("config('A')", ("A", True, True)),
    ("config('A', default=False, cast=bool)", ("A", False, False)),
    ("env('A')", ("A", True, True)),
    ("env('DEBUG')", ("DEBUG", False, False)),
    ("env('A', default=False)", ("A", False, False)),
    ("env.str('A')", ("A", True, True)),
    ("env.bool('A', default=True)", ("A", False, False)),
    ("other_env('A')", ("A", True, True)),
    ("other_env('A', 'b')", ("A", False, True)),
    ("other_env.int('A')", ("A", True, False)),
    ("AutoConfig(search_path='x')('A')", ("A", True, True)),
    ("os.environ.get(other())", None),
    ("other('A')", None),
    ("'A'", None),
]


@pytest.mark.parametrize(("text", "read_as"), CALLS)
def test_each_way_to_read_a_config_var_is_known(text: str, read_as: object):
    scope = read(
        "import environ\nfrom environs import Env\nfrom decouple import AutoConfig, config\n"
        f"env = environ.Env(DEBUG=(bool, False))\nother_env = Env()\nX = {text}\n"
    )
    found = variable(scope.names["X"])

    assert (found and (found.name, found.is_required, found.is_text)) == read_as


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_places_are_counted_in_characters(end: str):
    text = end.join(["A = 'ä\U0001f600'; X = 'é'", "\tpass", ""])
    source = Source("shop/settings.py", text.replace("\tpass", "B = 1"))
    scope = Scope()
    Modules(lambda path: None).run(source, scope)
    value = scope.names["X"]

    assert source.position(value.start) == (1, 15)
    assert source.text[value.start : value.end] == "'é'"
    assert source.position(scope.names["B"].start) == (2, 5)


def located(root: Path, files: dict[str, str]) -> str | None:
    settings = Project(write(root, files)).settings
    return settings.source.path if settings else None


DJANGO = "ROOT_URLCONF = 'x'\n"
LINE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{}')\n"
LOCATIONS: list[tuple[dict[str, str], str | None]] = [
    ({"settings.py": DJANGO}, "settings.py"),
    ({"shop/settings.py": DJANGO}, "shop/settings.py"),
    ({"shop/settings/__init__.py": DJANGO}, "shop/settings/__init__.py"),
    ({"shop/settings.py": "BOT_NAME = 'x'\n"}, None),
    ({"src/manage.py": LINE.format("shop.conf"), "src/shop/conf.py": DJANGO}, "src/shop/conf.py"),
    ({"Procfile": "web: DJANGO_SETTINGS_MODULE=a.b gunicorn x\n", "a/b.py": DJANGO, "settings.py": DJANGO}, "a/b.py"),
    ({"Procfile": "release: python manage.py migrate --settings=a.b\n", "a/b.py": DJANGO}, "a/b.py"),
    ({"a/asgi.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'a.b'\n", "a/b.py": DJANGO}, "a/b.py"),
    ({"a/asgi.py": "import os\nos.environ['X'] = 'DJANGO_SETTINGS_MODULE'\n", "a/b.py": DJANGO}, None),
    ({"a/wsgi.py": "DJANGO_SETTINGS_MODULE = (\n"}, None),
    ({"pyproject.toml": '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "a.b"\n', "a/b.py": DJANGO}, "a/b.py"),
    ({"pyproject.toml": "tool = 1\n", "a/settings.py": DJANGO}, "a/settings.py"),
    ({"pyproject.toml": "= \n", "a/settings.py": DJANGO}, "a/settings.py"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "path"), LOCATIONS)
def test_the_settings_are_found_by_whatever_names_them(files, path, tmp_path: Path):
    assert located(tmp_path, files) == path


def test_one_settings_file_alone_can_be_examined(tmp_path: Path):
    write(tmp_path, {"settings.py": DJANGO, "Procfile": "web: x\n"})

    assert Project(tmp_path, only="settings.py").settings is not None
    assert Project(tmp_path, only="Procfile").settings is None
    assert Project(tmp_path, only="other.py").settings is None


def test_a_module_that_git_has_not_is_not_on_a_dyno(tmp_path: Path):
    text = (
        DJANGO
        + "X = 1\ntry:\n    from .local import *\nexcept ImportError:\n    pass\n"
    )
    write(tmp_path, {"shop/settings.py": text, "shop/local.py": "X = 2\n"})
    here = Project(tmp_path).settings
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").write_bytes(b"\0\x10shop/settings.py\0")
    on_dyno = Project(tmp_path).settings

    assert here is not None and on_dyno is not None
    assert (here.constant("X", 0), on_dyno.constant("X", 0)) == (2, 1)


def test_a_secret_of_the_settings_is_masked_wherever_it_stands(tmp_path: Path):
    text = DJANGO + "A = {'B': {'API_TOKEN': 'abc123def456', 'C': ''}}\n"
    write(tmp_path, {"shop/settings.py": text})
    settings = Project(tmp_path).settings

    assert settings is not None
    assert settings.literals == {"ROOT_URLCONF": "x", "API_TOKEN": "abc123def456"}
