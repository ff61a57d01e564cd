"""
What the old key has signed is good until the key is taken out of the fallbacks.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.processes import environment

OLD, NEW = "old-key-" + "o" * 50, "new-key-" + "n" * 50

# A process of its own for each state of the config vars, as each release is.
PROJECT = """
import sys
import django
from django.conf import settings
from heroku_support import Heroku

with Heroku(argv=["manage.py"]) as heroku:
    settings.configure(
        SECRET_KEY=heroku.secret_key(),
        SECRET_KEY_FALLBACKS=heroku.secret_key_fallbacks(),
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        INSTALLED_APPS=["django.contrib.sessions"],
    )
django.setup()

from importlib import import_module
from django.core import signing

store = import_module(settings.SESSION_ENGINE).SessionStore
if sys.argv[1] == "sign":
    session = store()
    session["user"] = "ada"
    session.save()
    print(signing.dumps("invitation"), session.session_key)
else:
    try:
        print(signing.loads(sys.argv[2]), store(sys.argv[3]).get("user"))
    except signing.BadSignature:
        print("refused", store(sys.argv[3]).get("user"))
"""


def release(*arguments, **variables):
    """
    Run the project with these config vars.
    """
    done = subprocess.run(
        [sys.executable, "-c", PROJECT, *arguments],
        env=environment(DYNO="web.1", **variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.split()


@pytest.fixture(scope="module")
def signed():
    return release("sign", SECRET_KEY=OLD)


def test_what_the_old_key_signed_outlives_the_rotation(signed):
    keys = {"SECRET_KEY": NEW, "SECRET_KEY_FALLBACKS": f" other-key, {OLD} ,"}

    assert release("load", *signed, **keys) == ["invitation", "ada"]


def test_what_the_new_key_signs_does_not_need_the_old_one():
    keys = {"SECRET_KEY": NEW, "SECRET_KEY_FALLBACKS": OLD}
    signed = release("sign", **keys)

    assert release("load", *signed, SECRET_KEY=NEW) == ["invitation", "ada"]


def test_without_the_fallback_it_is_refused(signed):
    assert release("load", *signed, SECRET_KEY=NEW) == ["refused", "None"]
