"""
What Sentry's SDK sends has no secret of this process.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from heroku_support import scrubbing
from heroku_support.scrubbing import before_send, before_send_log
from tests.processes import environment

PASSWORD = "S3cr3tPassw0rd"
URL = f"postgres://app:{PASSWORD}@db.example.com:5432/shop"

EVENT = {
    "message": f"lost {URL}",
    "logentry": {"message": "lost %s", "params": [URL]},
    "exception": {
        "values": [
            {
                "type": "OperationalError",
                "value": f"connection to {URL} failed: password={PASSWORD}",
                "stacktrace": {
                    "frames": [
                        {
                            "vars": {
                                "url": f"'{URL}'",
                                "password": "'whatever'",
                                "page": "7",
                            },
                            "context_line": f"    connect('{URL}')",
                        }
                    ]
                },
            }
        ]
    },
    "breadcrumbs": {"values": [{"message": URL, "data": {"token": "t"}}]},
    "request": {
        "headers": {"Authorization": "Bearer t", "X-Store": URL},
        "cookies": {"session_key": "t"},
        "data": {"api_key": "t", "store": URL},
        "env": {"DATABASE_URL": URL, "SERVER_NAME": "web"},
        "query_string": "token=t&page=7",
        "url": "https://www.example.com/?token=t",
    },
    "extra": {"sys.argv": ["manage.py", URL], URL: 1},
    "contexts": {"store": {"pool": [{"address": URL}]}},
    "_meta": {"request": {"headers": {"Authorization": {"": {"rem": [["x"]]}}}}},
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", URL)


def test_secrets_are_hidden_everywhere_in_an_event():
    sent = before_send(EVENT, {})

    assert PASSWORD not in json.dumps(sent)
    assert sent["message"] == "lost postgres://app:***@db.example.com:5432/shop"
    (failure,) = sent["exception"]["values"]
    (frame,) = failure["stacktrace"]["frames"]
    assert frame["vars"]["password"] == "***"
    assert sent["request"]["headers"]["Authorization"] == "***"
    assert sent["request"]["query_string"] == "token=***&page=7"


def test_the_rest_of_an_event_is_sent_as_it_is():
    sent = before_send(EVENT, {})
    (failure,) = sent["exception"]["values"]
    (frame,) = failure["stacktrace"]["frames"]

    assert frame["vars"]["page"] == "7"
    assert sent["_meta"] == EVENT["_meta"]


def test_an_event_is_not_changed_in_place():
    before_send(EVENT, {})

    assert EVENT["message"] == f"lost {URL}"


def test_an_event_that_holds_itself_is_sent():
    event = {"message": URL}
    event["extra"] = event

    assert before_send(event, {}) == {
        "message": "postgres://app:***@db.example.com:5432/shop",
        "extra": "…",
    }


class Store:
    def __repr__(self):
        return f"<Store {URL}>"


class Broken:
    def __repr__(self):
        raise ValueError(URL)

    __str__ = __repr__


def test_objects_in_a_log_line_are_text_without_secrets():
    line = {"body": "lost %s", "attributes": {"store": Store(), "status": 500}}
    shown = {"store": "<Store postgres://app:***@db.example.com:5432/shop>"}

    assert before_send_log(line, {})["attributes"] == {**shown, "status": 500}


def test_what_cannot_be_scrubbed_is_dropped():
    assert before_send({Broken(): 1}, {}) is None
    assert before_send_log({"attributes": {"store": Broken()}}, {}) is None


def test_a_variable_that_changed_is_looked_up_again(monkeypatch):
    before_send(EVENT, {})
    monkeypatch.setenv("STORE_PASSWORD", "0ther-Passw0rd")

    assert before_send({"message": "0ther-Passw0rd"}, {}) == {"message": "***"}


def test_an_environment_is_looked_through_once():
    assert scrubbing.redactor() is scrubbing.redactor()


# Its own process: the SDK patches Django and the standard library for good.
PROJECT = """
import json, logging, os, sys
import django
from django.conf import settings

from heroku_support import Heroku

heroku = Heroku(argv=["manage.py"])
settings.configure(
    DEBUG=False, SECRET_KEY=heroku.secret_key(), ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__, DATABASES=heroku.databases(), LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)
django.setup()

import sentry_sdk
from sentry_sdk.transport import Transport

class Memory(Transport):
    envelopes = []

    def capture_envelope(self, envelope):
        self.envelopes.append(envelope)

SAMPLED = 1.0
sentry_sdk.init(
    **heroku.sentry(), transport=Memory, traces_sample_rate=SAMPLED, enable_logs=True,
    max_request_body_size="always",
)

from django.db import connection
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.urls import path

def view(request):
    url = os.environ["DATABASE_URL"]
    password = connection.settings_dict["PASSWORD"]
    logging.getLogger("app").warning("connecting to %s with %s", url, password)
    sentry_sdk.set_context("store", {"url": url})
    sentry_sdk.set_tag("store", url)
    try:
        connection.ensure_connection()
    except Exception as error:
        raise ConnectionError(f"lost {url}, {password}") from error

urlpatterns = [path("", view)]
url = os.environ["DATABASE_URL"]
token = "ken".join(["t0", ""])  # the SDK sends lines of source
request = RequestFactory().post(
    "/?next=" + url, {"store": url, "token": token}, HTTP_X_STORE=url,
    HTTP_AUTHORIZATION="Bearer " + token,
)
b"".join(WSGIHandler()(request.environ, lambda status, headers: None))
sentry_sdk.flush()
for envelope in Memory.envelopes:
    print(envelope.serialize().decode("utf-8", "replace"))
"""


def sent_by_the_sdk(**variables):
    process = subprocess.run(
        [sys.executable, "-c", PROJECT],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_the_real_sdk_sends_errors_transactions_and_logs_without_secrets():
    sent = sent_by_the_sdk(
        DYNO="web.1",
        SECRET_KEY="k3y" * 20,
        DATABASE_URL=f"postgres://app:{PASSWORD}@127.0.0.1:1/shop",
        SENTRY_DSN="https://0123456789abcdef@127.0.0.1:1/42",
    )

    for kind in ("event", "transaction", "log"):
        assert f'"type":"{kind}"' in sent
    assert '"server_name":"web.1"' in sent
    assert "lost postgres://app:***@127.0.0.1:1/shop, ***" in sent
    assert [secret for secret in (PASSWORD, "t0ken", "k3yk3y") if secret in sent] == []
