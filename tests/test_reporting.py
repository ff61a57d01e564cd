"""
Django's reports of exceptions show no secret: neither the page nor the text nor the mail.
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import RequestFactory, override_settings
from django.utils.html import escape
from django.utils.log import AdminEmailHandler
from django.views import debug

from heroku_support import Heroku, redaction
from heroku_support.reporting import ExceptionReporter, ReporterFilter

# Each character of it is written in another way by a URL, by HTML or by Python.
PASSWORD = "S3cr3t'<&>\"\\/é pAsSw0rd"
ENCODED = quote(PASSWORD, safe="")
URL = f"rediss://:{ENCODED}@ec2-203-0-113-9.compute-1.amazonaws.com:6379"
KEY = "k3y-of-this-app-'<&>-0123456789"
METRICS = "t0k3n-of-metrics"
OTHERS = (
    "0ther-Passw0rd"  # of no variable here: only its shape or its name gives it away
)
FORMS = {
    each
    for secret in (PASSWORD, ENCODED, KEY, METRICS, OTHERS)
    for form in (secret, repr(secret)[1:-1], secret.replace("'", "\\'"))
    for each in (form, escape(form))
}

VALUES = {
    "CACHES": {"default": {"BACKEND": "redis", "LOCATION": URL}},
    "CELERY_BROKER_URL": URL,
    "CHANNEL_LAYERS": {"default": {"CONFIG": {"hosts": [{"address": URL}]}}},
    "HEROKU_METRICS_URL": f"https://metrics.example.com/{METRICS}",
    "STORE": partial(print, URL),
    "TUPLE": (URL, URL.encode()),
    "OTHER_DATABASE": f"postgres://u:{OTHERS}@h/n",
    "CONNECTION": {"dsn": f"host=h password={OTHERS} dbname=n"},
}
reports = pytest.mark.parametrize("debug_is_on", [True, False])


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.setenv("REDIS_URL", URL)
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("HEROKU_METRICS_URL", VALUES["HEROKU_METRICS_URL"])
    debug.get_default_exception_reporter_filter.cache_clear()
    with override_settings(**Heroku({}).security(), **VALUES):
        yield
    debug.get_default_exception_reporter_filter.cache_clear()


class Client:
    def __init__(self, url):
        self.url = url

    def __repr__(self):
        return f"<Client of {self.url}>"


def fail(request):
    url, password, hosts = URL, OTHERS, {"hosts": [URL, {"token": OTHERS}]}
    client, raw = Client(URL), URL.encode()
    form, key = request.POST, "visible-key"  # noqa: F841  # reports show them
    hosts["itself"] = hosts
    try:
        raise ConnectionError(f"cannot reach {url} with {PASSWORD}")
    except ConnectionError as error:
        late = ValueError(f"no store at {client}; password={password!r}")
        if sys.version_info >= (3, 11):
            late.add_note(f"tried {raw!r} and {hosts['hosts'][0]}")
        raise late from error


def request():
    query = QueryDict(mutable=True)
    query.update({"next": URL, "api_key": OTHERS, "page": "7"})
    made = RequestFactory().post(
        f"/import/?{query.urlencode()}",
        {"password": OTHERS, "store": URL, "title": "Ada's place"},
        HTTP_REFERER=URL,
        HTTP_X_STORE=URL,
        HTTP_AUTHORIZATION=f"Bearer {OTHERS}",
        REDIS_URL=URL,  # runserver puts the whole environment there
    )
    made.COOKIES.update({"session_key": OTHERS, "store": URL, "theme": "dark"})
    return made


def reporter(made=None, **options):
    made = made or request()
    try:
        fail(made)
    except ValueError:
        return debug.get_exception_reporter_class(made)(
            made, *sys.exc_info(), **options
        )


def leaks(text):
    return sorted(form for form in FORMS if form in text)


@reports
def test_the_page_has_no_secret(debug_is_on):
    with override_settings(DEBUG=debug_is_on):
        page = reporter().get_traceback_html()

    assert leaks(page) == []
    assert "cannot reach rediss://:***@ec2-203-0-113-9" in page


@reports
def test_the_text_has_no_secret(debug_is_on):
    with override_settings(DEBUG=debug_is_on):
        text = reporter().get_traceback_text()

    assert leaks(text) == []
    assert "no store at &lt;Client" not in text
    assert "no store at <Client of rediss://:***@ec2-203-0-113-9" in text


def test_technical_500_has_no_secret():
    made = request()
    try:
        fail(made)
    except ValueError:
        response = debug.technical_500_response(made, *sys.exc_info())

    assert leaks(response.content.decode()) == []


def test_what_is_no_secret_is_shown():
    page = reporter().get_traceback_html()

    for shown in ("visible-key", "Ada&#x27;s place", "dark", "ROOT_URLCONF", "'7'"):
        assert escape(shown) in page or shown in page


class Mail(AdminEmailHandler):
    """
    Keeps what it would send; how it is sent depends on Django's version.
    """

    def send_mail(self, subject, message, *args, html_message=None, **options):
        self.sent = (message, html_message)


def test_the_mail_to_admins_has_no_secret():
    logger, handler = logging.Logger("of the test"), Mail(include_html=True)
    logger.addHandler(handler)
    made = request()
    try:
        fail(made)
    except ValueError:
        logger.exception("failed", extra={"request": made})

    assert [leaks(part) for part in handler.sent] == [[], []]
    assert all("ValueError" in part for part in handler.sent)


def test_a_report_without_a_request_and_without_an_exception():
    text = ExceptionReporter(None, None, f"lost {URL}", None).get_traceback_text()

    assert leaks(text) == []


def test_the_string_that_could_not_be_decoded_is_hidden_if_it_has_a_secret():
    def hint(raw):
        try:
            raw.decode("ascii")
        except UnicodeDecodeError:
            found = ExceptionReporter(None, *sys.exc_info()).get_traceback_data()
            return found["unicode_hint"]

    assert hint(f"{URL}é".encode()) == "***"
    assert hint("caffé".encode()).startswith("caff")


def test_settings_are_cleansed_at_any_depth():
    cleansed = ReporterFilter().get_safe_settings()

    assert cleansed["CACHES"]["default"]["LOCATION"].startswith("rediss://:***@ec2-")
    assert cleansed["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"][0] == {
        "address": cleansed["CACHES"]["default"]["LOCATION"]
    }


def test_django_hides_as_everything_else_here_does():
    assert ReporterFilter.cleansed_substitute == redaction.HIDDEN


def test_names_that_are_no_text_are_shown():
    assert ReporterFilter().cleanse_setting("A", {1: "b"}) == {1: "b"}


def test_marked_variables_and_parameters_stay_hidden():
    made = request()
    made.sensitive_post_parameters = "__ALL__"
    with override_settings(DEBUG=False):
        posted = ReporterFilter().get_post_parameters(made)

    assert set(posted.values()) == {"***"}


def test_no_request_has_no_parameters():
    assert ReporterFilter().get_post_parameters(None) == {}
