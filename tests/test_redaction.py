"""
Secrets are hidden by name and by shape.
"""

from __future__ import annotations

import json
import string
from html import escape
from pathlib import Path
from time import process_time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heroku_support.redaction import (
    ORDINARY,
    Redactor,
    has_piece_of_secret,
    is_secret_name,
    one_line,
    redact,
    redact_text,
    secret_values,
)
from heroku_support.service_url import ServiceURL, build

SECRET = "S3cr3t"
PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "secrets.md"


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


@given(
    st.text(string.ascii_letters + ":@/?#%& é", min_size=1),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
def test_password_of_a_url_that_was_built_is_hidden(password, user):
    url = ServiceURL("postgres", user=user, password=f"S3cr3t{password}", host="h")

    assert SECRET not in redact_text(f"failed: {build(url)} refused")


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
    assert redact("hosts", ("redis://:S3cr3t@h", 1)) == ("redis://:***@h", 1)
    assert redact("hosts", ["redis://:S3cr3t@h", 1]) == ["redis://:***@h", 1]


def test_what_was_given_is_not_changed():
    value = {"PASSWORD": SECRET}
    redact("A", value)

    assert value == {"PASSWORD": SECRET}


def test_exception_on_one_line():
    error = ValueError("no\n  postgres://u:S3cr3t@h\tanswer\n")

    assert one_line(error) == "no postgres://u:***@h answer"


def test_exception_that_says_nothing_says_its_name():
    assert one_line(TimeoutError()) == "TimeoutError"


def test_the_row_that_postgres_shows_is_left_out():
    error = ValueError(
        'null value in column "name" DETAIL:  Failing row contains (1, ada@example.com).'
    )

    assert one_line(error) == 'null value in column "name"'


@pytest.mark.parametrize(
    "name",
    "KEY_PREFIX KEY_FUNCTION CACHE_MIDDLEWARE_KEY_PREFIX signature_version".split(),
)
def test_name_of_what_stands_before_a_secret(name):
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("host=h password=S3cr3t dbname=n", "host=h password=*** dbname=n"),
        ("Client(password='S3 \\'cr3t', port=1)", "Client(password=***, port=1)"),
        ('Client(password="S3\'cr3t", port=1)', "Client(password=***, port=1)"),
        ("sslpassword=S3cr3t&a=1", "sslpassword=***&a=1"),
        ("<GET '/?token=S3cr3t'>", "<GET '/?token=***'>"),
        ("token=S3cr3t&page=7", "token=***&page=7"),
        ("sorted(names, key=len)", "sorted(names, key=len)"),
    ],
)
def test_password_of_an_assignment_is_hidden(text, shown):
    assert redact_text(text) == shown


def test_bytes_are_cleaned_as_text_is():
    assert redact("A", b"redis://:S3cr3t@h \xff") == b"redis://:***@h \xff"


def test_sets_and_keys_are_cleaned():
    url, shown = "redis://:S3cr3t@h", "redis://:***@h"

    assert redact("A", {url: {url}, 7: frozenset([url])}) == {
        shown: {shown},
        7: {shown},
    }


def test_what_holds_itself_is_cleaned_once():
    value: dict[str, object] = {"PASSWORD": SECRET}
    value["all"] = [value, value]

    assert redact("A", value) == {"PASSWORD": "***", "all": ["…", "…"]}


def test_secret_of_a_type_of_its_own_is_not_asked_whether_it_is_empty():
    class Lazy:
        def __bool__(self):
            raise AssertionError

    assert redact("SECRET_KEY", Lazy()) == "***"


def test_what_has_no_secret_is_the_same_object():
    text = "".join(["a", "text"])

    assert redact("A", text) is text


VARIABLES = {
    "SECRET_KEY": "k3y-of-this-app",
    "SECRET_KEY_FALLBACKS": "k3y-before-it, k3y-before-that",
    "DATABASE_URL": "postgres://app:p%40ssw0rd@h:5432/n?sslmode=require",
    "SENTRY_DSN": "https://0123456789abcdef@sentry.io/7",
    "WEBSOLR_URL": "https://index.websolr.com/solr/a1b2c3d4e5",
    "HEROKU_METRICS_URL": "https://metrics.example.com/t0k3n-of-metrics",
    "STORE_URL": "https://h/?api_key=0pti0n-key&page=7",
    "BROKER_URL": "not a URL at all",
    "STATIC_URL": "/static/",
    "API_URL": "api.example.com:8080/v1",
    "FRONT_URL": "localhost:8000",
    "LOCAL_URL": "postgres://postgres:postgres@localhost/n",
    "PWD": "/srv/shop/of/the/shell",
    "LOG_LEVEL": "INFO",
    "SHORT_TOKEN": "t0k3n",
    "BLANK_TOKEN": "",
}


@pytest.mark.parametrize("between", [",", ";", ", ", " "])
def test_passwords_of_several_urls_in_one_variable_are_known(between):
    urls = ["amqp://u:first-Secr3t@one/v", "amqp://u:second-Secr3t@two/v"]

    shown = Redactor({"BROKER_URL": between.join(urls)}).text(
        "first-Secr3t second-Secr3t"
    )

    assert shown == "*** ***"


def test_secrets_of_an_environment():
    assert secret_values(VARIABLES) == {
        "k3y-of-this-app",
        "k3y-before-it, k3y-before-that",
        "k3y-before-it",
        "k3y-before-that",
        "p%40ssw0rd",
        "p@ssw0rd",
        "0123456789abcdef",
        "solr/a1b2c3d4e5",
        "a1b2c3d4e5",
        "t0k3n-of-metrics",
        "0pti0n-key",
        "not a URL at all",
        "t0k3n",
    }


@pytest.mark.parametrize(
    "secret",
    sorted(each for each in secret_values(VARIABLES) if each != "t0k3n"),
)
def test_value_of_a_secret_variable_is_hidden_wherever_it_stands(secret):
    hidden = Redactor(VARIABLES)

    assert hidden.text(f"failed with {secret}.") == "failed with ***."
    assert hidden.value("A", [{"b": (secret,)}]) == [{"b": ("***",)}]


def test_short_values_may_be_words_and_stay():
    assert Redactor(VARIABLES).text("t0k3n") == "t0k3n"


def test_words_of_a_local_url_and_folders_stay():
    text = "django.db.backends.postgresql in /srv/shop/of/the/shell"

    assert Redactor(VARIABLES).text(text) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES_PASSWORD", "postgres"),
        ("POSTGRES_PASSWORD", "Password"),
        ("DATABASE_URL", "postgres://app:postgres@db.example.com/app"),
        ("DATABASE_URL", "postgres://postgres:postgres@db.example.com/app"),
        ("RABBITMQ_DEFAULT_PASS", "rabbitmq"),
    ],
)
def test_ordinary_words_stay(name, value):
    text = "django.db.backends.postgresql for postgres, rabbitmq:5672, Password:"

    assert Redactor({name: value}).text(text) == text


def test_the_ordinary_words_are_documented():
    page = PAGE.read_text()

    assert [word for word in ORDINARY if f"`{word}`" not in page] == []


def test_a_password_that_only_begins_as_an_ordinary_word_is_hidden():
    shown = Redactor({"POSTGRES_PASSWORD": "postgres9"}).text("postgres9 postgresql")

    assert shown == "*** postgresql"


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "db:5432",
        "127.0.0.1:5432",
        "[::1]",
        "host.docker.internal:5432",
    ],
)
def test_the_name_of_a_local_database_that_is_its_password_stays(host):
    hidden = Redactor(
        {
            "DATABASE_URL": f"postgres://book_store:book_store@{host}/book_store",
            "POSTGRES_PASSWORD": "book_store",
        }
    )

    assert hidden.text("'NAME': 'book_store'") == "'NAME': 'book_store'"


@pytest.mark.parametrize(
    "url",
    [
        "postgres://book_store:book_store@db.example.com/n",
        "postgres://store:book_store@localhost/n",
    ],
)
def test_the_same_word_anywhere_else_is_hidden(url):
    assert Redactor({"DATABASE_URL": url}).text("book_store") != "book_store"


@pytest.mark.parametrize("host", ["smtp.postmarkapp.com:587", "localhost:1025", "mail"])
@pytest.mark.parametrize(
    "token", ["PMt0ken-1111-2222", "aaaa-bbbb-0000", "TokenOfMail"]
)
def test_one_token_as_user_and_password_is_hidden_wherever_it_stands(host, token):
    hidden = Redactor({"EMAIL_URL": f"smtp+tls://{token}:{token}@{host}"})

    assert hidden.value("EMAIL_HOST_USER", token) == "***"
    assert hidden.text(f"smtp://{token}:{token}@{host}") == f"smtp://***:***@{host}"


@given(st.text(min_size=8).map(str.strip).filter(lambda text: len(text) > 7))
def test_a_secret_is_known_in_every_spelling(secret):
    hidden = Redactor({"SECRET_KEY": secret})
    encoded = quote(secret, safe="")
    for spelling in (secret, encoded, repr(secret)[1:-1], json.dumps(secret)[1:-1]):
        assert hidden.hide_values(spelling) == "***"
        assert hidden.hide_values(escape(spelling)) == "***"


def test_the_folder_of_the_shell_is_no_piece_of_a_secret():
    assert not has_piece_of_secret("/srv/shop/of/the/shell", VARIABLES)
    assert has_piece_of_secret("at ssw0", VARIABLES)


def test_a_line_of_many_urls_takes_no_time():
    before = process_time()
    redact_text('"http://localhost:8000/a",' * 20_000)

    assert process_time() - before < 2
