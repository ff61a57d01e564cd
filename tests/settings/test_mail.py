"""
The mail settings: which service, over TLS, and as which settings.
"""

from __future__ import annotations

import pytest

from heroku_support.errors import ConfigError
from heroku_support.settings import mail
from heroku_support.settings.mail import CONSOLE, SMTP, TIMEOUT
from tests.settings.places import (
    BUILD,
    CI,
    EVERYWHERE,
    LOCAL,
    ON_HEROKU,
    WEB,
    heroku,
    problem_of,
)

CANARY = "c4n4ry"
REMOTE = "mail.example.com"
TLS = "TLS from the start"
STARTTLS = "TLS by STARTTLS"


@pytest.fixture(autouse=True)
def django(monkeypatch):
    """
    Django 5.2, whichever is installed; a test may choose another.
    """

    def pretend(*version):
        monkeypatch.setattr(mail, "VERSION", version)

    pretend(5, 2)
    return pretend


def by_url(url, environ=WEB):
    return heroku(environ, EMAIL_URL=url).email()


def encryption(value):
    return value["EMAIL_USE_TLS"], value["EMAIL_USE_SSL"], value["EMAIL_PORT"]


def problem_with(url, environ=WEB):
    return problem_of(heroku(environ, EMAIL_URL=url).email)


def test_mail_is_printed_locally_without_a_service():
    assert heroku(LOCAL).email() == {"EMAIL_BACKEND": CONSOLE}


# Django 6.1's mail.E001 refuses the console in check --deploy, which is for CI as well.
@pytest.mark.parametrize("environ", [BUILD, CI, *ON_HEROKU])
@pytest.mark.parametrize("version", [(5, 2), (6, 1)])
def test_nothing_is_set_without_a_service_elsewhere(django, version, environ):
    # Django's own default then fails: a link that resets a password is not for the log.
    django(*version)
    settings = heroku(environ)

    assert settings.email() == {}
    assert "sending fails" in settings.decisions[-1].why


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_service_is_used_everywhere(environ):
    value = by_url(f"smtps://app:pw@{REMOTE}", environ)

    assert value == {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": REMOTE,
        "EMAIL_PORT": 465,
        "EMAIL_HOST_USER": "app",
        "EMAIL_HOST_PASSWORD": "pw",
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": True,
        "EMAIL_TIMEOUT": TIMEOUT,
    }


def test_mailers_are_used_from_django_6_1(django):
    django(6, 1)

    assert by_url(f"smtp+tls://app:pw@{REMOTE}") == {
        "MAILERS": {
            "default": {
                "BACKEND": SMTP,
                "OPTIONS": {
                    "host": REMOTE,
                    "port": 587,
                    "username": "app",
                    "password": "pw",
                    "use_tls": True,
                    "timeout": TIMEOUT,
                },
            }
        }
    }


@pytest.mark.parametrize("version", [(6, 1), (6, 1, 3, "final", 0), (6, 2)])
def test_mail_is_printed_locally_by_a_mailer_from_django_6_1(django, version):
    django(*version)

    assert heroku(LOCAL).email() == {"MAILERS": {"default": {"BACKEND": CONSOLE}}}


@pytest.mark.parametrize(
    ("scheme", "result"),
    [
        ("smtp", (True, False, 587)),
        ("smtp+tls", (True, False, 587)),
        ("smtps", (False, True, 465)),
        ("smtp+ssl", (False, True, 465)),
    ],
)
@pytest.mark.parametrize("environ", EVERYWHERE)
def test_tls_is_used_to_every_remote_host(environ, scheme, result):
    assert encryption(by_url(f"{scheme}://app:pw@{REMOTE}", environ)) == result


def test_starttls_may_be_at_any_port():
    value = by_url("smtp://app:pw@sandbox.smtp.mailtrap.io:2525")

    assert encryption(value) == (True, False, 2525)


@pytest.mark.parametrize("url", ["consolemail://", "console:", "memorymail://"])
def test_url_of_no_server_is_a_problem_that_is_mended_by_leaving_it_out(url):
    problem = problem_of(heroku(LOCAL, EMAIL_URL=url).email)

    assert problem.reason.startswith("names no server")
    assert problem.fix == "unset EMAIL_URL"


def test_option_of_another_library_says_which_scheme_it_is():
    assert "write smtps://" in problem_of(by_url, f"smtp://{REMOTE}?ssl=True").reason


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "mailpit"])
def test_host_that_is_local_may_go_without(host):
    value = by_url(f"smtp://{host}:1025", LOCAL)

    assert encryption(value) == (False, False, 1025)
    assert value["EMAIL_HOST"] == host.strip("[]")


def test_port_of_a_local_host_is_25():
    assert by_url("smtp://localhost", LOCAL)["EMAIL_PORT"] == 25


def test_local_host_has_tls_where_the_url_asks():
    assert by_url("smtp://localhost?tls=true", LOCAL)["EMAIL_USE_TLS"]


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_password_in_clear_is_refused_on_a_dyno(environ):
    problem = problem_with(f"smtp://app:{CANARY}@{REMOTE}?tls=false", environ)

    assert problem.variable == "EMAIL_URL"
    assert "tls=false" in problem.reason


def test_server_without_tls_may_be_asked_for_locally():
    value = by_url(f"smtp://{REMOTE}?tls=false", LOCAL)

    assert encryption(value) == (False, False, 25)


@pytest.mark.parametrize("port", [25, 587])
def test_tls_from_the_start_at_a_port_that_has_starttls_is_a_problem(port):
    # django-environ's smtps is STARTTLS: so written, it would hang here.
    assert "smtp+tls" in problem_with(f"smtps://app:pw@{REMOTE}:{port}").reason


def test_port_465_without_its_scheme_is_a_problem():
    # Asking such a server for STARTTLS hangs until the time is up.
    assert "smtps" in problem_with(f"smtp://app:pw@{REMOTE}:465").reason


@pytest.mark.parametrize(
    "url",
    [
        f"http://app:{CANARY}@{REMOTE}",
        f"smtp://app:{CANARY}@",
        f"smtp://app:{CANARY}@%2Ftmp%2Fsocket",
        f"smtp://app:{CANARY}@{REMOTE}/inbox",
        f"smtp://:{CANARY}@{REMOTE}",
        f"smtp://{CANARY}@{REMOTE}",
        f"smtp://app:{CANARY}@{REMOTE}?{CANARY}=1",
        f"smtp://app:pw@{REMOTE}?tls={CANARY}",
        f"smtp+tls://app:{CANARY}@{REMOTE}?tls=false",
        f"smtps://app:{CANARY}@{REMOTE}?tls=true",
        f"smtp://app:pw@{REMOTE}?timeout={CANARY}",
        f"smtp://app:pw@{REMOTE}?timeout=0",
        f"smtp://app:pw@{REMOTE}?timeout=99999",
        f"smtp://app:pw@{REMOTE}?timeout=100000",
        f"smtp://app:%{CANARY}@{REMOTE}",
        CANARY,
    ],
)
def test_malformed_url_is_a_problem_that_shows_nothing_of_it(url):
    with pytest.raises(ConfigError) as caught:
        by_url(url)

    assert CANARY not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize(("environ", "result"), [(LOCAL, CONSOLE), (WEB, None)])
def test_malformed_url_leaves_no_service_in_a_with_block(environ, result):
    with pytest.raises(ConfigError), heroku(environ, EMAIL_URL=CANARY) as settings:
        value = settings.email()

    assert value.get("EMAIL_BACKEND") == result


def test_password_of_the_url_is_decoded():
    value = by_url(f"smtps://app%40example.com:a%2Fb%3A%3F%23%25%40@{REMOTE}")

    assert value["EMAIL_HOST_USER"] == "app@example.com"
    assert value["EMAIL_HOST_PASSWORD"] == "a/b:?#%@"


def test_timeout_is_the_urls_where_it_has_one():
    assert by_url(f"smtp://{REMOTE}?timeout=3")["EMAIL_TIMEOUT"] == 3


@pytest.mark.parametrize(
    ("variables", "host", "user", "password"),
    [
        ({"SENDGRID_API_KEY": "k"}, "smtp.sendgrid.net", "apikey", "k"),
        (
            {"SENDGRID_USERNAME": "u", "SENDGRID_PASSWORD": "p"},
            "smtp.sendgrid.net",
            "u",
            "p",
        ),
        (
            {"MAILGUN_SMTP_LOGIN": "u", "MAILGUN_SMTP_PASSWORD": "p"},
            "smtp.mailgun.org",
            "u",
            "p",
        ),
        (
            {
                "MAILGUN_SMTP_LOGIN": "u",
                "MAILGUN_SMTP_PASSWORD": "p",
                "MAILGUN_SMTP_SERVER": "smtp.eu.mailgun.org",
                "MAILGUN_SMTP_PORT": "587",
            },
            "smtp.eu.mailgun.org",
            "u",
            "p",
        ),
        ({"POSTMARK_API_TOKEN": "t"}, "smtp.postmarkapp.com", "t", "t"),
        ({"POSTMARK_API_KEY": "t"}, "smtp.postmarkapp.com", "t", "t"),
        ({"POSTMARK_SERVER_TOKEN": "t"}, "smtp.postmarkapp.com", "t", "t"),
        (
            {"POSTMARK_API_TOKEN": "t", "POSTMARK_SMTP_SERVER": "smtp.example.com"},
            "smtp.example.com",
            "t",
            "t",
        ),
        ({"MAILTRAP_API_TOKEN": "t"}, "live.smtp.mailtrap.io", "api", "t"),
    ],
)
def test_services_that_add_ons_attach(variables, host, user, password):
    settings = heroku(WEB, **variables)
    value = settings.email()

    assert value["EMAIL_HOST"] == host
    assert (value["EMAIL_HOST_USER"], value["EMAIL_HOST_PASSWORD"]) == (user, password)
    assert encryption(value) == (True, False, 587)
    assert value["EMAIL_TIMEOUT"] == TIMEOUT
    assert {each.why for each in settings.decisions} == {STARTTLS}
    assert {each.source for each in settings.decisions} <= set(variables)


def test_mailguns_other_port_has_tls_from_the_start():
    settings = heroku(
        WEB,
        MAILGUN_SMTP_LOGIN="u",
        MAILGUN_SMTP_PASSWORD="p",
        MAILGUN_SMTP_PORT="465",
    )

    assert encryption(settings.email()) == (False, True, 465)
    assert settings.decisions[-1].why == TLS


@pytest.mark.parametrize(
    "host", ["smtp.eu.mailgun.org:587", "smtp://smtp.eu.mailgun.org", f"u:{CANARY}@h"]
)
@pytest.mark.parametrize(
    ("variable", "login"),
    [
        (
            "MAILGUN_SMTP_SERVER",
            {"MAILGUN_SMTP_LOGIN": "u", "MAILGUN_SMTP_PASSWORD": "p"},
        ),
        ("POSTMARK_SMTP_SERVER", {"POSTMARK_SERVER_TOKEN": "t"}),
    ],
)
def test_server_of_a_service_is_a_host_and_nothing_else(variable, login, host):
    problem = problem_of(heroku(WEB, **login, **{variable: host}).email)

    assert problem.variable == variable
    assert CANARY not in str(problem)


def test_mailguns_port_must_be_one():
    login = {"MAILGUN_SMTP_LOGIN": "u", "MAILGUN_SMTP_PASSWORD": "p"}
    settings = heroku(WEB, MAILGUN_SMTP_PORT="smtp", **login)

    assert problem_of(settings.email).variable == "MAILGUN_SMTP_PORT"


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ("SENDGRID_USERNAME", "SENDGRID_PASSWORD"),
        ("SENDGRID_PASSWORD", "SENDGRID_USERNAME"),
        ("MAILGUN_SMTP_LOGIN", "MAILGUN_SMTP_PASSWORD"),
        ("MAILGUN_SMTP_PASSWORD", "MAILGUN_SMTP_LOGIN"),
    ],
)
def test_half_of_a_login_is_a_problem_that_names_the_other_half(there, missing):
    problem = problem_of(heroku(WEB, **{there: CANARY}).email)

    assert problem.variable == missing
    assert there in problem.reason
    assert CANARY not in problem.line


def test_what_somebody_has_set_goes_before_an_add_on():
    settings = heroku(WEB, SENDGRID_API_KEY="k", EMAIL_URL=f"smtps://u:p@{REMOTE}")

    assert settings.email()["EMAIL_HOST"] == REMOTE


@pytest.mark.parametrize("version", [(5, 2), (6, 1)])
def test_addresses_are_the_environments(django, version):
    django(*version)
    addresses = {
        "DEFAULT_FROM_EMAIL": "Shop <shop@example.com>",
        "SERVER_EMAIL": "errors@example.com",
    }

    assert heroku(WEB, **addresses).email() == addresses


def test_settings_that_are_given_are_returned_instead():
    settings = heroku(WEB, SENDGRID_API_KEY="k")

    value = settings.email(EMAIL_TIMEOUT=3, DEFAULT_FROM_EMAIL="shop@example.com")

    assert (value["EMAIL_TIMEOUT"], value["EMAIL_HOST_USER"]) == (3, "apikey")
    assert value["DEFAULT_FROM_EMAIL"] == "shop@example.com"
    assert [each.source for each in settings.decisions].count("argument") == 2


@pytest.mark.parametrize("environ", [LOCAL, WEB, {**WEB, "SENDGRID_API_KEY": "k"}])
def test_email_settings_that_are_given_on_6_1_are_not_mixed_with_mailers(
    django, environ
):
    django(6, 1)

    value = heroku(environ).email(EMAIL_HOST=REMOTE)

    assert value["EMAIL_HOST"] == REMOTE
    assert "MAILERS" not in value


@pytest.mark.parametrize(
    ("port", "result"), [("465", (False, True, "465")), ("2525", (True, False, "2525"))]
)
def test_port_that_is_given_may_be_a_text(port, result):
    value = heroku(WEB).email(EMAIL_HOST=REMOTE, EMAIL_PORT=port)

    assert encryption(value) == result


@pytest.mark.parametrize(
    ("variables", "given", "host"),
    [
        ({}, {"EMAIL_HOST": None}, None),
        ({"EMAIL_URL": "consolemail://"}, {}, None),
        (
            {"POSTMARK_API_KEY": "t", "POSTMARK_SMTP_SERVER": "smtp://h"},
            {},
            "smtp.postmarkapp.com",
        ),
    ],
)
def test_server_that_makes_no_sense_leaves_a_placeholder_in_a_with_block(
    variables, given, host
):
    with pytest.raises(ConfigError), heroku(LOCAL, **variables) as settings:
        value = settings.email(**given)

    assert value.get("EMAIL_HOST") == host


def test_server_that_is_given_and_none_is_a_problem():
    problem = problem_of(heroku(WEB).email, EMAIL_HOST=None)

    assert problem.variable == "email(EMAIL_HOST=…)"
    assert problem.fix == "heroku.email()"


@pytest.mark.parametrize("environ", [LOCAL, WEB, {**WEB, "SENDGRID_API_KEY": "k"}])
def test_server_that_is_given_is_used_over_tls_and_gets_no_other_ones_password(environ):
    value = heroku(environ).email(EMAIL_HOST=REMOTE)

    assert value == {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": REMOTE,
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": TIMEOUT,
    }


@pytest.mark.parametrize(
    ("overrides", "result"),
    [
        ({"EMAIL_PORT": 2525}, (True, False, 2525)),
        ({"EMAIL_PORT": 465}, (False, True, 465)),
        ({"EMAIL_USE_SSL": True}, (False, True, 465)),
        ({"EMAIL_HOST": "localhost"}, (False, False, 25)),
    ],
)
def test_tls_of_a_server_that_is_given(overrides, result):
    value = heroku(WEB).email(**{"EMAIL_HOST": REMOTE, **overrides})

    assert encryption(value) == result


def test_setting_that_is_given_stands_alone_where_there_is_no_service():
    settings = heroku(WEB)

    assert settings.email(EMAIL_TIMEOUT=3) == {"EMAIL_TIMEOUT": 3}
    assert [each.setting for each in settings.decisions] == ["EMAIL_TIMEOUT"]


def test_other_settings_are_refused():
    with pytest.raises(TypeError, match="does not set EMAIL_HOTS"):
        heroku(WEB).email(EMAIL_HOTS="x")


@pytest.mark.parametrize("version", [(5, 2), (6, 1)])
def test_no_decision_shows_a_secret(django, version):
    django(*version)
    settings = heroku(WEB, POSTMARK_API_TOKEN=f"{CANARY}-of-postmark")
    settings.email()

    assert CANARY not in repr(settings.decisions)


@pytest.mark.parametrize("version", [(5, 2), (6, 1)])
def test_decision_without_a_service_is_djangos_own_default(django, version):
    django(*version)
    settings = heroku(WEB)
    settings.email(DEFAULT_FROM_EMAIL="shop@example.com")

    decided = {each.setting: each.value for each in settings.decisions}
    assert decided.pop("DEFAULT_FROM_EMAIL") == "shop@example.com"
    assert decided == ({"MAILERS": None} if version[0] > 5 else {"EMAIL_BACKEND": SMTP})


@pytest.mark.parametrize(
    ("url", "override"),
    [
        (f"smtp+tls://u:{CANARY}@{REMOTE}", {"EMAIL_USE_SSL": True}),
        (f"smtps://u:{CANARY}@{REMOTE}", {"EMAIL_USE_TLS": True}),
    ],
)
def test_one_kind_of_tls_takes_the_place_of_the_other(url, override):
    value = heroku(WEB, EMAIL_URL=url).email(**override)

    assert value["EMAIL_USE_SSL"] is not value["EMAIL_USE_TLS"]
    assert value.items() >= override.items()
