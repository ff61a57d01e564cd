"""
``LOGGING``, applied.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from heroku_support.errors import ConfigError
from tests.processes import environment
from tests.settings.places import EVERYWHERE, LOCAL, WEB, heroku, problem_of

# In a process of its own: it takes the handlers of the running tests away.
APPLY = """
import logging, os
import django
from django.conf import settings
from heroku_support import Heroku
from heroku_support.request_id import remembered
"""
CONFIGURE = """
settings.configure(
    SECRET_KEY="x",
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    LOGGING=Heroku().logging(),
)
django.setup()
"""


def output_of(code, **variables):
    done = subprocess.run(
        [sys.executable, "-c", APPLY + CONFIGURE + code],
        env=environment(**variables),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    return done.stdout, done.stderr


def test_line_has_the_id_of_the_request():
    code = 'with remembered("abc-1"): logging.getLogger("places").info("hello %d", 1)'

    line = "level=INFO logger=places request_id=abc-1 hello 1\n"
    assert output_of(code) == (line, "")


@pytest.mark.parametrize("logger", ["django", "django.request", "places.views"])
def test_record_is_written_once(logger):
    line = f"level=ERROR logger={logger} request_id=- broken\n"

    assert output_of(f'logging.getLogger("{logger}").error("broken")') == (line, "")


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("DEBUG", "w e"),
        ("INFO", "e"),
        ("WARNING", "e"),
        ("ERROR", "e"),
        ("CRITICAL", ""),
    ],
)
def test_page_that_is_not_found_is_no_line_unless_all_is_asked_for(level, shown):
    code = """
logger = logging.getLogger("django.request")
logger.warning("w"); logger.error("e")
"""
    stdout, _ = output_of(code, LOG_LEVEL=level)

    assert [line[-1] for line in stdout.splitlines()] == shown.split()


@pytest.mark.parametrize(
    ("level", "shown"), [("debug", "diwe"), ("INFO", "iwe"), (" error ", "e")]
)
def test_records_from_a_level_upwards(level, shown):
    code = """
for name in ("django.db", "places"):
    logger = logging.getLogger(name)
    logger.debug("d"); logger.info("i"); logger.warning("w"); logger.error("e")
"""

    stdout, _ = output_of(code, LOG_LEVEL=level)

    assert "".join(line[-1] for line in stdout.splitlines()) == shown * 2


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_level_is_info_unless_said(environ):
    assert heroku(environ).logging()["root"]["level"] == "INFO"


@pytest.mark.parametrize("level", ["verbose", "10", "WARN"])
def test_level_that_is_none_is_a_problem(level):
    problem = problem_of(heroku(WEB, LOG_LEVEL=level).logging)

    assert problem.reason.startswith(f"{level.upper()!r} is none of: DEBUG, INFO, ")
    assert problem.fix == "heroku config:set LOG_LEVEL=INFO"


def test_level_that_is_none_does_not_keep_the_rest_from_loading():
    with pytest.raises(ConfigError), heroku(WEB, LOG_LEVEL="loud") as settings:
        value = settings.logging()

    assert value["root"]["level"] == "INFO"


def test_blank_level_is_info():
    assert heroku(LOCAL, LOG_LEVEL=" ").logging()["root"]["level"] == "INFO"


@pytest.mark.parametrize(("level", "mails"), [("error", 1), ("warning", 0)])
def test_errors_are_mailed_to_admins_as_django_does(level, mails):
    code = f"""
from django.core import mail
from django.test.utils import override_settings
mail.outbox = []
with override_settings(ADMINS=[("a", "a@example.com")]):
    logging.getLogger("django.request").{level}("broken")
print(len(mail.outbox))
"""

    assert output_of(code)[0].splitlines()[-1] == str(mails)


def test_a_mail_to_admins_has_no_secret_in_its_subject_or_text():
    code = """
from django.core import mail
from django.test.utils import override_settings
mail.outbox = []
with override_settings(ADMINS=[("a", "a@example.com")]):
    logging.getLogger("django.request").error("no answer: %s", os.environ["DATABASE_URL"])
print(mail.outbox[0].subject, mail.outbox[0].body, mail.outbox[0].alternatives)
"""
    url = "postgres://user:S3cr3t-password@db.example.com/name"
    (_, *mailed) = output_of(code, DATABASE_URL=url)[0].splitlines()

    assert "no answer: postgres://user:***@db.example.com/name" in "".join(mailed)
    assert "S3cr3t" not in "".join(mailed)


@pytest.mark.covers_processes
def test_a_mail_to_admins_that_cannot_be_sent_is_a_line_and_ends_nothing():
    code = """
from django.core.mail.backends.locmem import EmailBackend
from django.test.utils import override_settings

class Refusing(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("not with " + os.environ["MAIL_PASSWORD"])

with override_settings(ADMINS=[("a", "a@example.com")], EMAIL_BACKEND="__main__.Refusing"):
    logging.getLogger("django.request").error("broken")
print("went on")
"""
    told, _, end = output_of(code, MAIL_PASSWORD="S3cr3t-password")[0].splitlines()

    assert told.endswith("No mail to ADMINS: ConnectionRefusedError: not with ***")
    assert end == "went on"
