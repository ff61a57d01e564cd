"""
The one object: it collects in a ``with`` block, and raises at once without.
"""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from unittest import mock

import pytest

from heroku_support import Heroku
from heroku_support.errors import ConfigError
from tests.settings.places import CI, KEY, LOCAL, WEB, heroku, problem_of

BROKEN = {
    **WEB,
    "DATABASE_URL": "postgres://u:S3cr#t@h/n",
    "WEB_CONCURRENCY": "two",
}
MESSAGE = """\
3 problems with this app's configuration (phase: dyno):
  SECRET_KEY is missing.
      heroku config:set SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')"
  DATABASE_URL has a # in it: percent-encode it as %23.
      heroku config:set DATABASE_URL='postgres://USER:PASSWORD@HOST:5432/NAME'
  WEB_CONCURRENCY 'two' is not a whole number.
      heroku config:set WEB_CONCURRENCY=2"""


@pytest.fixture
def environ():
    # To give back what it was: read_env() writes into the environment of the process.
    with mock.patch.dict(os.environ, clear=True):
        yield os.environ


@pytest.fixture
def dotenv(tmp_path):
    path = tmp_path / ".env"
    path.write_text("DEBUG=true\nSECRET_KEY='$from the file'\n")
    return path


def load(settings):
    """
    Use every method, as a settings module does.
    """
    return {
        **settings.security(),
        "DEBUG": settings.debug(),
        "SECRET_KEY": settings.secret_key(),
        "SECRET_KEY_FALLBACKS": settings.secret_key_fallbacks(),
        "ALLOWED_HOSTS": settings.allowed_hosts("www.example.com"),
        "CSRF_TRUSTED_ORIGINS": settings.csrf_trusted_origins("www.example.com"),
        "DATABASES": settings.databases(),
        "STORAGES": settings.storages(),
        "LOGGING": settings.logging(),
        "INSTALLED_APPS": settings.installed_apps([]),
        "MIDDLEWARE": settings.middleware([]),
    }


def failed(environ, error=None):
    """
    Return what leaving the block raises, after the settings and then perhaps an error.
    """
    with pytest.raises(BaseException) as caught, heroku(environ) as settings:
        load(settings)
        if error:
            raise error
    return caught.value


def said(error):
    return "".join(traceback.format_exception(error))


def test_all_problems_are_the_last_lines():
    error = failed(BROKEN)

    assert type(error) is ConfigError
    assert said(error).endswith(f"ConfigError: {MESSAGE}\n")


def test_placeholders_let_the_rest_load():
    with pytest.raises(ConfigError), heroku(BROKEN) as settings:
        values = load(settings)

    assert values["DATABASES"] == {"default": {"ENGINE": "django.db.backends.dummy"}}
    assert len(values["SECRET_KEY"]) > 50


def test_problem_of_a_variable_that_is_read_twice_is_listed_once():
    with pytest.raises(ConfigError) as caught, heroku(LOCAL, DEBUG="maybe") as settings:
        settings.debug()
        settings.secret_key()

    variables = [problem.variable for problem in caught.value.problems]
    assert variables == ["DEBUG", "SECRET_KEY"]


@pytest.mark.parametrize("name", ["PORT", "WEB_CONCURRENCY"])
@pytest.mark.parametrize("value", ["abc", "", "0", "-1", "2.5", "99999"])
def test_numbers_for_the_server_are_validated_when_the_block_ends(name, value):
    with pytest.raises(ConfigError) as caught, heroku(WEB, **{name: value}):
        pass

    assert [problem.variable for problem in caught.value.problems] == [name]


def test_nothing_is_raised_when_all_is_well():
    database = "postgres://u:p@db.example.com/n"
    good = {**KEY, "DATABASE_URL": database, "PORT": "80", "WEB_CONCURRENCY": "2"}
    with heroku(WEB, **good) as settings:
        values = load(settings)

    assert [decision.setting for decision in settings.decisions] == list(values)


def test_first_problem_is_raised_at_once_without_a_block():
    assert problem_of(heroku(BROKEN).secret_key).variable == "SECRET_KEY"


def test_problems_are_raised_at_once_again_after_the_block():
    settings = heroku(LOCAL, **KEY)
    with settings:
        pass

    assert problem_of(settings.allowed_hosts, "a/b").variable == "ALLOWED_HOSTS"


def test_own_error_gives_way_to_the_problems():
    own = KeyError("NAME")
    error = failed(BROKEN, own)

    assert str(error) == MESSAGE
    assert error.__cause__ is own


def test_own_error_with_a_url_is_not_shown():
    error = failed(BROKEN, ValueError("cannot use redis://u:S3cr3t@h"))

    assert error.__cause__ is None
    assert "S3cr3t" not in said(error)


@pytest.mark.parametrize("own", [KeyError("NAME"), ValueError("a://b"), SystemExit(3)])
def test_own_error_is_raised_when_all_else_is_well(own):
    assert failed({**CI, **KEY}, own) is own


@pytest.mark.parametrize("own", [KeyboardInterrupt(), SystemExit(3)])
def test_end_of_the_process_is_not_kept_up(own):
    assert failed(BROKEN, own) is own


def test_pretended_phase_that_is_none_is_one_of_the_problems():
    with pytest.raises(ConfigError) as caught, heroku(WEB, HEROKU_SUPPORT_PHASE="prod"):
        pass

    (problem,) = caught.value.problems
    assert problem.fix == "heroku config:unset HEROKU_SUPPORT_PHASE"
    assert "is none of: local, build, ci, release, run, dyno." in problem.reason


@pytest.mark.parametrize(
    "own",
    [
        ValueError("Port could not be cast to integer value as 'S3cr'"),
        KeyError("S3cr3t"),
        ValueError("cannot use redis://u:S3cr3t@h"),
    ],
)
def test_own_error_with_a_piece_of_a_secret_is_not_even_the_context(own):
    error = failed({**BROKEN, "OTHER_URL": "redis://u:S3cr3t@h"}, own)

    assert (error.__cause__, error.__context__) == (None, None)


def test_decisions_show_no_secret():
    secret = {
        "SECRET_KEY": "S3cr3t",
        "SECRET_KEY_FALLBACKS": "S3cr3t-1,S3cr3t-2",
        "DATABASE_URL": "postgres://u:S3cr3t@h/n?sslpassword=S3cr3t",
    }
    with heroku(WEB, **secret) as settings:
        values = load(settings)

    assert "S3cr3t" not in repr(settings.decisions) + repr(settings.dyno)
    assert values["SECRET_KEY"] == "S3cr3t"


def test_environment_of_the_process_unless_given(environ):
    environ["DYNO"] = "worker.7"

    assert Heroku().dyno.name == "worker.7"


def test_given_environment_is_the_only_one(environ):
    environ["DYNO"] = "worker.7"

    assert Heroku({}).dyno.name is None


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_dotenv_fills_the_environment_locally(environ, dotenv, kind):
    settings = Heroku(dotenv=kind(dotenv))

    assert settings.debug() is True
    assert settings.secret_key() == environ["SECRET_KEY"] == "$from the file"


@pytest.mark.parametrize("key", ["set", ""])
def test_dotenv_leaves_what_is_set(environ, dotenv, key):
    environ["SECRET_KEY"] = key
    settings = Heroku(dotenv=dotenv)

    assert settings.dyno.vars["SECRET_KEY"] == environ["SECRET_KEY"] == key
    assert settings.debug() is True


@pytest.mark.parametrize(
    "place",
    [
        {"CI": "true"},
        {"DYNO": "web.1"},
        {"DYNO": "release.1"},
        {"CNB_STACK_ID": "heroku-24"},
        {"HEROKU_SUPPORT_PHASE": "run"},
    ],
)
def test_dotenv_is_read_locally_only(environ, dotenv, place):
    environ.update(place)
    Heroku(dotenv=dotenv)

    assert "DEBUG" not in environ


def test_dotenv_is_left_alone_in_a_build(environ, dotenv):
    Heroku(dotenv=dotenv, argv=["manage.py", "collectstatic"])

    assert "DEBUG" not in environ


def test_dotenv_is_left_alone_when_an_environment_is_given(environ, dotenv):
    settings = Heroku({}, dotenv=dotenv)

    assert settings.dyno.vars == {}
    assert "DEBUG" not in environ


@pytest.mark.parametrize("name", ["missing", "."])
def test_dotenv_that_is_no_file_is_left_out(environ, tmp_path, name):
    assert Heroku(dotenv=tmp_path / name).dyno.phase == "local"


def test_dotenv_may_say_which_phase_to_pretend(environ, dotenv):
    dotenv.write_text("HEROKU_SUPPORT_PHASE=dyno\n")

    assert Heroku(dotenv=dotenv).dyno.phase == "dyno"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("true", "true"),
        ("true # on my machine", "true"),
        ("abc#def", "abc#def"),
        ("#fff", "#fff"),
        ("  # nothing", ""),
        ("  padded  ", "padded"),
        ("'in quotes'  # by hand", "in quotes"),
        ('"a # and a \\" in it" # by hand', 'a # and a " in it'),
        (" 'after a space'", "after a space"),
        ("it's", "it's"),
        ('{"a": 1}', '{"a": 1}'),
    ],
)
def test_value_in_dotenv_is_what_stands_before_a_comment(environ, dotenv, line, value):
    dotenv.write_text(f"export A={line}\n")
    Heroku(dotenv=dotenv)

    assert environ["A"] == value


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("SECRET_KEY: S3cr3t", "that is not NAME=value"),
        ("SECRET_KEY='S3cr3t", "whose quotes do not match"),
        ('SECRET_KEY="S3cr3t" and more', "whose quotes do not match"),
        (r"SECRET_KEY='S3cr3t'\''s'", "whose quotes do not match"),
    ],
)
def test_line_of_dotenv_that_makes_no_sense_is_not_shown(
    environ, dotenv, caplog, line, reason
):
    dotenv.write_text(f"# fine\n\nexport A=1\n{line}\n")
    with pytest.raises(ConfigError, match=f"a line 4 {reason}") as caught:
        Heroku(dotenv=dotenv)

    assert "S3cr3t" not in caplog.text + str(caught.value)


def test_comment_in_dotenv_is_not_shown_wherever_it_begins(environ, dotenv, caplog):
    dotenv.write_text("  # OLD=postgres://app:S3cr3t@db/app\n   \nA=1\n")
    Heroku(dotenv=dotenv)

    assert environ["A"] == "1"
    assert caplog.text == ""


def test_dotenv_that_is_no_utf_8_is_a_problem(environ, dotenv):
    dotenv.write_bytes("SECRET_KEY=S3cr3t\n".encode("utf-16"))

    with pytest.raises(ConfigError, match="is not UTF-8") as caught:
        Heroku(dotenv=dotenv)

    # An error of decoding would hold the whole file.
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize("path", [".env", Path(".env")])
def test_file_in_place_of_the_environment_is_a_problem(path):
    with pytest.raises(ConfigError) as caught:
        Heroku(path)

    (problem,) = caught.value.problems
    assert problem.fix == 'Heroku(dotenv=BASE_DIR / ".env")'


@pytest.mark.parametrize(
    ("variable", "helper"),
    [
        ("DEBUG", "debug"),
        ("GDAL_LIBRARY_PATH", "geo"),
        ("HSTS_SECONDS", "security"),
        ("HSTS_SINCE", "security"),
        ("LOG_LEVEL", "logging"),
        ("WEB_CONCURRENCY", "celery"),
    ],
)
def test_url_in_the_wrong_variable_is_not_shown(variable, helper):
    url = "rediss://:s3cr3t-pw@ec2.example.com:6379"
    with pytest.raises(ConfigError) as caught:
        getattr(Heroku({"DYNO": "web.1", variable: url}, argv=["web"]), helper)()

    (problem,) = caught.value.problems
    assert (problem.variable, "a URL" in problem.reason) == (variable, True)
    assert "s3cr3t" not in str(problem).lower()
