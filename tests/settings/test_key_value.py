"""
The URL of the Key-Value Store.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from heroku_support import service_url
from heroku_support.errors import ConfigError
from heroku_support.settings.key_value import tls_in_words
from tests.servers.certificates import self_sign
from tests.settings.places import (
    BUILD,
    EVERYWHERE,
    LOCAL,
    ON_HEROKU,
    WEB,
    heroku,
    problem_of,
)

PEM = self_sign().authority
PASSWORD = "S3cr3t-V4lu3"
URL = f"rediss://:{PASSWORD}@ec2-1-2-3-4.compute-1.amazonaws.com:6380"


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def url_of(environ=WEB, *, verify="none", **variables):
    return heroku(environ, **variables).key_value_url(verify=verify)


def query_of(url, **arguments):
    return dict(service_url.parse(url_of(REDIS_URL=url, **arguments)).query)


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize("missing", [{}, {"REDIS_URL": ""}, {"REDIS_URL": " \n"}])
@pytest.mark.parametrize("verify", ["none", "pin"])
def test_no_store_is_no_problem(environ, missing, verify):
    assert url_of(environ, verify=verify, **missing) == ""


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_rediss_and_redis(environ):
    plain = "redis://:p@localhost:6379/1"

    assert url_of(environ, REDIS_URL=f" {URL}\n") == f"{URL}/?ssl_cert_reqs=none"
    assert url_of(environ, REDIS_URL=plain) == plain


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_valkey_is_spelt_as_redis(scheme):
    url = URL.replace("rediss:", scheme.replace("redis", "valkey") + ":")

    assert url_of(REDIS_URL=url).startswith(f"{scheme}://")


def test_redis_tls_url_comes_first():
    plain = "redis://:p@h:6379"

    assert url_of(REDIS_URL=plain, REDIS_TLS_URL=URL).startswith(URL)
    assert url_of(REDIS_URL=plain, REDIS_TLS_URL=" ").startswith(plain)


@pytest.mark.parametrize(
    "variable", ["REDISCLOUD_URL", "STACKHERO_REDIS_URL_TLS", "MEMETRIA_REDIS_URL"]
)
def test_other_add_ons_come_after_herokus(variable):
    assert url_of(**{variable: URL}).startswith(URL)
    assert url_of(**{variable: URL}, REDIS_URL="redis://h").startswith("redis://h")


def test_options_of_the_url_are_kept():
    query = query_of(f"{URL}/2?socket_timeout=9&ssl_ca_certs=/a.pem")

    assert query["socket_timeout"] == "9"
    assert query["ssl_ca_certs"] == "/a.pem"


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        ("none", "none"),
        ("None", "none"),
        ("CERT_NONE", "none"),
        ("CERT_OPTIONAL", "optional"),
        ("required", "required"),
        ("CERT_REQUIRED", "required"),
    ],
)
def test_levels_of_the_url_are_spelt_as_every_library_takes_them(asked, level):
    assert query_of(f"{URL}?ssl_cert_reqs={asked}") == {"ssl_cert_reqs": level}


@pytest.mark.parametrize("asked", ["none", "optional", "required"])
def test_the_pin_wins_over_a_weaker_url(asked):
    weaker = f"{URL}?ssl_cert_reqs={asked}&ssl_check_hostname=true&ssl_ca_certs=/a"

    query = query_of_pinned(weaker)

    assert query.pop("ssl_ca_certs") != "/a"
    assert query == {"ssl_cert_reqs": "required", "ssl_check_hostname": "false"}


def query_of_pinned(url):
    pinned = url_of(verify="pin", REDIS_URL=url, REDIS_CA_CERTIFICATE=PEM)
    return dict(service_url.parse(pinned).query)


def test_the_pinned_certificate_is_that_of_the_variable():
    path = query_of_pinned(URL)["ssl_ca_certs"]

    assert Path(path).read_text().strip() == PEM.strip()


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_nothing_to_pin_is_a_problem(environ):
    settings = heroku(environ, REDIS_URL=URL)

    problem = problem_of(settings.key_value_url, verify="pin")

    assert problem.variable == "REDIS_CA_CERTIFICATE"
    assert problem.reason.startswith("is missing")


@pytest.mark.parametrize("environ", ON_HEROKU)
def test_no_tls_is_a_problem_on_a_dyno_that_pins(environ):
    settings = heroku(environ, REDIS_URL="redis://h", REDIS_CA_CERTIFICATE=PEM)

    problem = problem_of(settings.key_value_url, verify="pin")

    assert problem.reason.startswith("has no TLS")


@pytest.mark.parametrize("environ", [LOCAL, BUILD])
def test_a_store_of_this_machine_needs_no_pin(environ):
    url = "redis://localhost:6379/"

    assert url_of(environ, verify="pin", REDIS_URL=url) == url


MALFORMED = {
    f"rediss://:{PASSWORD}/@h": "percent-encoded",
    f"rediss://:{PASSWORD}#@h": "has a # in it",
    f"http://:{PASSWORD}@h": "neither redis nor rediss",
    f"rediss://:{PASSWORD}@:6379": "names no host",
    f"rediss://:{PASSWORD}@h/{PASSWORD}": "names a database that is not a number",
    f"rediss://:{PASSWORD}@h/²": "names a database that is not a number",
    f"rediss://:{PASSWORD}@h?ssl_cert_reqs={PASSWORD}": "none, optional, required",
    f"redis://:{PASSWORD}@h?ssl_cert_reqs=none": "begin it with rediss://",
    f"redis://:{PASSWORD}@h?ssl_ca_certs=/a": "begin it with rediss://",
    PASSWORD: "is not a URL",
}


@pytest.mark.parametrize("environ", EVERYWHERE)
@pytest.mark.parametrize(("url", "reason"), MALFORMED.items())
def test_a_malformed_url_is_a_problem_that_says_nothing_of_it(environ, url, reason):
    problem = problem_of(heroku(environ, REDIS_URL=url).key_value_url)

    assert reason in problem.reason
    assert PASSWORD not in str(problem)


def test_a_malformed_url_is_one_problem_for_all_helpers():
    settings = heroku(WEB, REDIS_URL=f"rediss://:{PASSWORD}#@h")

    problem = problem_of(use_every_helper, settings)

    assert problem.fix == "heroku config:set REDIS_URL='rediss://:PASSWORD@HOST:6379'"
    assert PASSWORD not in repr(settings.decisions)


def use_every_helper(settings):
    with settings:
        settings.key_value_url()
        settings.caches()
        settings.channel_layers()
        settings.rq_queues()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://h", "no TLS: the URL is redis://"),
        (URL, "TLS: the certificate is not checked"),
        (f"{URL}?ssl_cert_reqs=required", "TLS: the certificate is checked"),
        (
            f"{URL}?ssl_ca_certs=a&ssl_cert_reqs=required",
            "TLS: the certificate is pinned",
        ),
    ],
)
def test_decisions_say_what_tls_there_is(url, words):
    assert tls_in_words(url_of(REDIS_URL=url)) == words


@pytest.mark.parametrize(
    ("variables", "value", "source", "why"),
    [
        ({}, "", "default", "no Key-Value Store"),
        (
            {"REDIS_URL": URL},
            "***",
            "REDIS_URL",
            "TLS: the certificate is not checked",
        ),
    ],
)
def test_the_url_that_a_project_asks_for_is_a_decision(variables, value, source, why):
    settings = heroku(WEB, **variables)
    settings.key_value_url()

    assert settings.decisions == (("key_value_url()", value, source, why),)


@pytest.mark.parametrize("variables", [{}, {"REDIS_URL": "rediss://:p@h.example:6380"}])
def test_a_level_that_is_none_is_a_problem(variables):
    problem = problem_of(heroku(WEB, **variables).key_value_url, verify="full")

    assert problem.reason == "is none of: none, pin."
    assert problem.fix == 'heroku.caches(verify="none")'


def test_a_level_that_is_none_leaves_no_url_in_a_with_block():
    with pytest.raises(ConfigError), heroku(WEB) as settings:
        assert settings.key_value_url(verify="full") == ""
