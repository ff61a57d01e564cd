"""
The checks of DEBUG, hosts, cookies and TLS; the silent cases first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.checks import security
from tests.checks.test_checks import run_all
from tests.settings.places import EVERYWHERE, KEY, heroku

DOMAIN = "app-0123456789ab.herokuapp.com"
HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize("place", EVERYWHERE)
def test_what_the_helpers_make_is_fine(
    monkeypatch: pytest.MonkeyPatch, place: dict[str, str]
):
    metadata = {"HEROKU_APP_DEFAULT_DOMAIN_NAME": DOMAIN}
    for name, value in {**place, **metadata}.items():
        monkeypatch.setenv(name, value)
    made = heroku({**place, **KEY, **metadata})
    with override_settings(ALLOWED_HOSTS=made.allowed_hosts(), **made.security()):
        assert run_all(security) == []


# --- W001 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
def test_debug_off_is_fine():
    assert security.check_debug() == []


@override_settings(DEBUG=True)
def test_debug_is_fine_locally():
    assert security.check_debug() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(DEBUG=True)
def test_debug_on_a_dyno_is_a_warning():
    assert security.check_debug() == [security.W001]


# --- W002, I001 ----------------------------------------------------------------------------


@override_settings(ALLOWED_HOSTS=[".herokuapp.com", "*"])
def test_open_doors_are_fine_locally():
    assert run_all(security) == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(ALLOWED_HOSTS=["a-123.herokuapp.com"])
def test_the_apps_own_name_is_fine():
    assert run_all(security) == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(ALLOWED_HOSTS=["www.example.com", ".herokuapp.com"])
def test_everybodys_name_on_a_dyno_is_a_warning():
    assert security.check_wildcard_host() == [security.W002]


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(ALLOWED_HOSTS=("*",))
def test_any_name_on_a_dyno_is_worth_knowing():
    assert security.check_any_host() == [security.I001]


# --- E012 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hosts",
    [
        [DOMAIN],
        [".herokuapp.com"],
        ["*"],
        # The door that is closed once there is a domain of one's own.
        ["www.example.com"],
        # Django says that itself.
        [],
    ],
)
@pytest.mark.usefixtures("on_a_dyno")
def test_hosts_that_reach_the_app_are_fine(
    monkeypatch: pytest.MonkeyPatch, hosts: Sequence[str]
):
    monkeypatch.setenv("HEROKU_APP_DEFAULT_DOMAIN_NAME", DOMAIN)
    with override_settings(ALLOWED_HOSTS=hosts):
        assert security.check_own_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(ALLOWED_HOSTS=["app.herokuapp.com"])
def test_a_host_is_not_judged_without_metadata():
    assert security.check_own_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("hosts", [["app.herokuapp.com"], ["localhost", "[::1]"]])
def test_hosts_of_other_apps_are_an_error(
    monkeypatch: pytest.MonkeyPatch, hosts: Sequence[str]
):
    monkeypatch.setenv("HEROKU_APP_DEFAULT_DOMAIN_NAME", DOMAIN)
    with override_settings(ALLOWED_HOSTS=hosts):
        assert security.check_own_host() == [security.E012]


# --- W017 ----------------------------------------------------------------------------------


@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_redirect_is_not_judged_locally():
    assert security.check_redirect_loop() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FORWARDED_ALLOW_IPS", "*"),
        ("GUNICORN_CMD_ARGS", "--forwarded-allow-ips='*'"),
    ],
)
@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_server_that_trusts_the_router_ends_the_redirects(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(name, value)

    assert security.check_redirect_loop() == []


@pytest.mark.usefixtures("on_a_dyno")
def test_a_redirect_without_the_header_is_a_warning_and_the_hint_mends_it():
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert security.check_redirect_loop() == [security.W017]

    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=HEADER):
        assert security.check_redirect_loop() == []


# --- E013 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [None, HEADER, list(HEADER), ("HTTPS", "on"), ("wsgi.url_scheme", "https")]
)
def test_names_of_the_environment_are_fine(value: Any):
    with override_settings(SECURE_PROXY_SSL_HEADER=value):
        assert security.check_proxy_header() == []


@pytest.mark.parametrize(
    "value",
    [
        ("X-Forwarded-Proto", "https"),
        ("X_FORWARDED_PROTO", "https"),
        ("HTTP-X-FORWARDED-PROTO", "https"),
        ("http_x_forwarded_proto", "https"),
        ("HTTP_X_FORWARDED_PROTO",),
        "HTTP_X_FORWARDED_PROTO",
        ("", "https"),
    ],
)
def test_names_that_never_match_are_an_error_everywhere(value: Any):
    with override_settings(SECURE_PROXY_SSL_HEADER=value):
        assert security.check_proxy_header() == [security.E013]


# --- E014 ----------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", [None, "", DOMAIN, ".example.com"])
def test_a_cookie_for_ones_own_domain_is_fine(domain: str | None):
    with override_settings(SESSION_COOKIE_DOMAIN=domain):
        assert security.check_cookie_domains() == []


@pytest.mark.parametrize("name", security.COOKIE_DOMAINS)
@pytest.mark.parametrize(
    "domain", [".herokuapp.com", "herokuapp.com", ".HerokuApp.com"]
)
def test_a_cookie_for_everybody_is_an_error_everywhere(name: str, domain: str):
    with override_settings(**{name: domain}):
        assert security.check_cookie_domains() == [security.E014]


# --- W018 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    ("seconds", "subdomains", "preload"),
    [(3600, False, False), (31536000, True, True), (0, False, True)],
)
def test_what_the_list_takes_is_fine(seconds: int, subdomains: bool, preload: bool):
    with override_settings(
        SECURE_HSTS_SECONDS=seconds,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=subdomains,
        SECURE_HSTS_PRELOAD=preload,
    ):
        assert security.check_hsts_preload() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(("seconds", "subdomains"), [(3600, True), (31536000, False)])
def test_a_consent_that_the_list_refuses_is_a_warning(seconds: int, subdomains: bool):
    with override_settings(
        SECURE_HSTS_SECONDS=seconds,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=subdomains,
        SECURE_HSTS_PRELOAD=True,
    ):
        assert security.check_hsts_preload() == [security.W018]


# --- W028 ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("on_a_dyno")
def test_the_host_of_the_router_is_fine():
    assert security.check_forwarded_host() == []


@override_settings(USE_X_FORWARDED_HOST=True)
def test_the_host_of_another_proxy_is_fine_off_a_dyno():
    assert security.check_forwarded_host() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(USE_X_FORWARDED_HOST=True)
def test_a_host_that_the_client_chooses_is_a_warning():
    assert security.check_forwarded_host() == [security.W028]
