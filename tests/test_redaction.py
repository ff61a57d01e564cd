"""
Secrets are hidden by name and by shape.
"""

from __future__ import annotations

import string
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heroku_support.redaction import is_secret_name, one_line, redact, redact_text
from heroku_support.service_url import ServiceURL

SECRET = "S3cr3t"


@pytest.mark.parametrize(
    "name",
    """
    SECRET_KEY SECRET_KEY_FALLBACKS PASSWORD sslpassword DJANGO_SUPERUSER_PASSWORD PASSWD
    api_key APIKEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY DB_PASS DB_PWD KEYS
    HEROKU_SUPPORT_HEALTH_TOKEN signature CREDENTIALS private_key
    """.split(),
)
def test_name_of_a_secret(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    "DEBUG DATABASES ALLOWED_HOSTS NAME USER SECURE_SSL_REDIRECT MONKEY passengers".split(),
)
def test_name_of_nothing_secret(name):
    assert not is_secret_name(name)


@pytest.mark.parametrize("name", ["GPG_PASSPHRASE", "HTTP_AUTHORIZATION"])
def test_more_names_of_a_secret(name):
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing here",
        "https://www.example.com/a@b",
        "http://localhost:8000/",
        "postgres://user@host/name",
        "a:b@c",
    ],
)
def test_text_without_a_secret_stays(text):
    assert redact_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgres://u:S3cr3t@h:5432/n", "postgres://u:***@h:5432/n"),
        ("rediss://:S3cr3t@h", "rediss://:***@h"),
        (
            "see amqp://u:S3cr3t@h/v, HTTP://v:S3cr3t@i",
            "see amqp://u:***@h/v, HTTP://v:***@i",
        ),
        ("prisma+postgres://u:S3@cr3t@h", "prisma+postgres://u:***@h"),
        ("postgres://u:S3:cr?3#t%@h", "postgres://u:***@h"),
        ("https://h/?a=1&api_key=S3cr3t&b=2", "https://h/?a=1&api_key=***&b=2"),
        ("https://h/?sslpassword=S3cr3t", "https://h/?sslpassword=***"),
    ],
)
def test_password_of_a_url_is_hidden(text, shown):
    assert redact_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "postgres://u:S3cr3t/S3cr3t@h/n",  # a raw "/", which split() refuses
        "postgres://me@server:S3cr3t@h/n",  # which split() accepts: Azure's users
    ],
)
def test_password_of_an_odd_url_is_hidden(text):
    assert SECRET not in redact_text(text)


@given(st.text(string.ascii_letters + ":@/?#%& é", min_size=1), st.text())
def test_password_of_a_url_that_was_built_is_hidden(password, user):
    url = ServiceURL("postgres", user=user, password=f"S3cr3t{password}", host="h")

    assert SECRET not in redact_text(f"failed: {url.build()} refused")


@pytest.mark.parametrize("text", ["a" * 10_000, "?" + "pass" * 2_500])
def test_long_text_takes_no_time(text):
    before = process_time()
    redact_text(text)

    assert process_time() - before < 0.2


def test_value_of_a_secret_name_is_hidden_whatever_it_is():
    assert redact("SECRET_KEY_FALLBACKS", ["a", "b"]) == "***"


@pytest.mark.parametrize("value", ["", None, [], 0])
def test_secret_that_is_not_set_shows_that(value):
    assert redact("SECRET_KEY", value) == value


@pytest.mark.parametrize("value", [5, 1.5, True, None, "text"])
def test_other_values_stay(value):
    assert redact("A", value) == value


def test_secrets_are_hidden_at_any_depth():
    value = {"default": {"PASSWORD": SECRET, "USER": "u", 1: [{"token": SECRET}]}}
    shown = {"default": {"PASSWORD": "***", "USER": "u", 1: [{"token": "***"}]}}

    assert redact("DATABASES", value) == shown


def test_urls_are_cleaned_in_lists_and_tuples():
    assert redact("hosts", ("redis://:S3cr3t@h", 1)) == ["redis://:***@h", 1]


def test_what_was_given_is_not_changed():
    value = {"PASSWORD": SECRET}
    redact("A", value)

    assert value == {"PASSWORD": SECRET}


def test_exception_on_one_line():
    error = ValueError("no\n  postgres://u:S3cr3t@h\tanswer\n")

    assert one_line(error) == "no postgres://u:***@h answer"


def test_exception_that_says_nothing_says_its_name():
    assert one_line(TimeoutError()) == "TimeoutError"
