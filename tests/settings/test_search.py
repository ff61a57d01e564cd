"""
``HAYSTACK_CONNECTIONS``: which engine, and what of the URL it gets.
"""

from __future__ import annotations

import sys

import pytest

from heroku_support.errors import ConfigError
from heroku_support.settings.search import ELASTICSEARCH, SIMPLE, SOLR, TIMEOUT
from tests.settings.places import EVERYWHERE, LOCAL, WEB, heroku, problem_of

CANARY = "c4n4ryc4n4ry"
WEBSOLR = "https://index.websolr.com/solr/a1b2c3d4e5f"
BONSAI = "https://u:p%40w@shop-123.us-east-1.bonsaisearch.net"
SEARCHBOX = "https://paas:pw@eu-west-1.searchly.com"


def default(environ=WEB, index="haystack", **variables):
    connections = heroku(environ, **variables).haystack_connections(index=index)
    return connections["default"]


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_simple_engine_stands_in_where_there_is_no_service(environ):
    settings = heroku(environ)

    assert settings.haystack_connections() == {"default": {"ENGINE": SIMPLE}}
    assert "unranked" in settings.decisions[0].why


@pytest.mark.parametrize("environ", EVERYWHERE)
def test_websolr_is_reached_as_its_url_says(environ):
    entry = default(environ, WEBSOLR_URL=WEBSOLR)

    assert entry == {"ENGINE": SOLR, "URL": WEBSOLR, "TIMEOUT": TIMEOUT}


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("BONSAI_URL", BONSAI),
        ("SEARCHBOX_URL", SEARCHBOX),
        ("SEARCHBOX_SSL_URL", SEARCHBOX),
    ],
)
def test_elasticsearch_is_reached_as_its_url_says(variable, url):
    entry = default(index="shop", **{variable: url})

    assert entry == {
        "ENGINE": ELASTICSEARCH,
        "URL": url,
        "INDEX_NAME": "shop",
        "TIMEOUT": TIMEOUT,
    }


def test_index_has_a_name_without_asking():
    # Haystack refuses to start without.
    assert default(BONSAI_URL=BONSAI)["INDEX_NAME"] == "haystack"


def test_searchbox_with_tls_goes_before_the_one_without():
    plain = SEARCHBOX.replace("https", "http")

    entry = default(SEARCHBOX_URL=plain, SEARCHBOX_SSL_URL=SEARCHBOX)

    assert entry["URL"] == SEARCHBOX


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (WEBSOLR, "TLS: the URL is https"),
        (WEBSOLR.replace("https", "http"), "no TLS: the URL is http"),
        ("http://localhost:8983/solr/shop", "no TLS: the host is local"),
    ],
)
def test_why_says_whether_there_is_tls(url, why):
    settings = heroku(LOCAL, WEBSOLR_URL=url)
    settings.haystack_connections()

    assert settings.decisions[0].why == why


@pytest.mark.parametrize("variable", ["WEBSOLR_URL", "BONSAI_URL", "SEARCHBOX_URL"])
@pytest.mark.parametrize(
    "url",
    [
        f"solr://u:{CANARY}@search.example.com/solr/x",
        f"https://u:{CANARY}@/solr/x",
        f"https://u:{CANARY}/x@search.example.com/solr/x",
        f"https://u:{CANARY}%@search.example.com/solr/x",
        CANARY,
    ],
)
def test_malformed_url_is_a_problem_that_shows_nothing_of_it(variable, url):
    with pytest.raises(ConfigError) as caught:
        default(**{variable: url})

    assert caught.value.problems[0].variable == variable
    assert CANARY not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_malformed_url_leaves_the_simple_engine_in_a_with_block():
    with pytest.raises(ConfigError), heroku(WEB, BONSAI_URL=CANARY) as settings:
        value = settings.haystack_connections()

    assert value == {"default": {"ENGINE": SIMPLE}}


def test_missing_library_leaves_the_simple_engine_in_a_with_block(monkeypatch):
    monkeypatch.setitem(sys.modules, "elasticsearch", None)

    with pytest.raises(ConfigError), heroku(WEB, BONSAI_URL=BONSAI) as settings:
        value = settings.haystack_connections()

    assert value == {"default": {"ENGINE": SIMPLE}}


@pytest.mark.parametrize("path", ["", "/", "//"])
def test_solr_without_a_core_is_a_problem(path):
    settings = heroku(WEB, WEBSOLR_URL=f"https://index.websolr.com{path}")

    assert "core" in problem_of(settings.haystack_connections).reason


@pytest.mark.parametrize(
    ("variable", "url", "library", "line"),
    [
        ("WEBSOLR_URL", WEBSOLR, "pysolr", "django-heroku-support[search]"),
        ("BONSAI_URL", BONSAI, "elasticsearch", "elasticsearch>=7,<7.14"),
    ],
)
def test_missing_library_is_a_problem_with_the_line_that_installs_it(
    monkeypatch, variable, url, library, line
):
    monkeypatch.setitem(sys.modules, library, None)

    problem = problem_of(heroku(WEB, **{variable: url}).haystack_connections)

    assert (problem.variable, library in problem.reason) == (variable, True)
    assert problem.fix == f"echo '{line}' >> requirements.txt"


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("WEBSOLR_URL", WEBSOLR.replace("a1b2c3d4e5f", CANARY)),
        ("BONSAI_URL", f"https://u:{CANARY}@shop-123.bonsaisearch.net"),
    ],
)
def test_no_decision_shows_a_secret(variable, url):
    settings = heroku(WEB, **{variable: url})
    settings.haystack_connections()

    assert CANARY not in repr(settings.decisions)


def test_a_project_without_haystack_may_use_the_add_on_in_its_own_way(monkeypatch):
    monkeypatch.setitem(sys.modules, "haystack", None)
    settings = heroku(WEB, BONSAI_URL=BONSAI)

    assert settings.haystack_connections() == {"default": {"ENGINE": SIMPLE}}
    assert settings.decisions[0].why == "django-haystack is not installed"


def test_elasticsearch_over_http_is_asked_at_the_port_of_http():
    # The client's own default is 9200, where the add-on does not answer.
    settings = heroku(WEB, SEARCHBOX_URL="http://paas:key@gloin.searchly.com")
    connection = settings.haystack_connections()["default"]

    assert connection["URL"] == "http://paas:key@gloin.searchly.com:80/"
