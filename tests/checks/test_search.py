"""
The checks of HAYSTACK_CONNECTIONS; the silent cases first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import override_settings

from heroku_support.checks import search
from tests.settings.places import KEY, WEB, heroku

BACKENDS = "haystack.backends"
SOLR = f"{BACKENDS}.solr_backend.SolrEngine"
SIMPLE = {"default": {"ENGINE": f"{BACKENDS}.simple_backend.SimpleEngine"}}
WHOOSH = {"default": {"ENGINE": f"{BACKENDS}.whoosh_backend.WhooshEngine"}}


def solr(url: Any) -> dict[str, Any]:
    """
    Return a connection to a server.
    """
    return {"default": {"ENGINE": SOLR, "URL": url}}


def test_the_simple_backend_is_fine_locally(install: Any):
    install("haystack", HAYSTACK_CONNECTIONS=SIMPLE)

    assert search.check_index() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(HAYSTACK_CONNECTIONS=SIMPLE)
def test_connections_that_nobody_uses_are_fine():
    assert search.check_index() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize("url", ["https://u:p@index.example.com/solr/1", None])
def test_a_search_service_is_fine(install: Any, url: str | None):
    install("haystack", HAYSTACK_CONNECTIONS=solr(url))

    assert search.check_index() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "connections",
    [
        SIMPLE,
        WHOOSH,
        solr("http://127.0.0.1:8983/solr"),
        solr(["http://localhost:9200"]),
    ],
)
def test_no_search_service_is_a_warning(install: Any, connections: Mapping[str, Any]):
    install("haystack", HAYSTACK_CONNECTIONS=connections)

    assert search.check_index() == [search.W013]


@pytest.mark.usefixtures("on_a_dyno")
def test_the_hint_mends_it(install: Any):
    url = "https://u:p@index.us-east-1.bonsaisearch.net:443"
    made = heroku({**WEB, **KEY}, BONSAI_URL=url).haystack_connections()
    install("haystack", HAYSTACK_CONNECTIONS=made)

    assert search.check_index() == []


# --- W027 ----------------------------------------------------------------------------------


def test_a_server_without_tls_is_fine_locally(install: Any):
    install("haystack", HAYSTACK_CONNECTIONS=solr("http://u:p@index.example.com"))

    assert search.check_plain() == []


@pytest.mark.usefixtures("on_a_dyno")
@override_settings(HAYSTACK_CONNECTIONS=solr("http://u:p@index.example.com"))
def test_a_server_that_nobody_asks_is_fine():
    assert search.check_plain() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "connections",
    [
        SIMPLE,
        solr(None),
        solr("no url"),
        solr("https://u:p@index.example.com"),
        solr("http://10.1.2.3:9200"),
        solr("http://index.internal:8983/solr/1"),
        solr("http://127.0.0.1:8983/solr"),
    ],
)
def test_a_server_with_tls_or_in_a_private_network_is_fine(
    install: Any, connections: Mapping[str, Any]
):
    install("haystack", HAYSTACK_CONNECTIONS=connections)

    assert search.check_plain() == []


@pytest.mark.usefixtures("on_a_dyno")
@pytest.mark.parametrize(
    "url",
    [
        "http://u:p@h.example.com",
        ["https://u:p@a.example.com", "http://u:p@b.example.com:9200"],
        # The path of a core is all that one has to know.
        "http://index.example.com/solr/0123456789",
    ],
)
def test_a_server_elsewhere_without_tls_is_a_warning(install: Any, url: Any):
    install("haystack", HAYSTACK_CONNECTIONS=solr(url))

    assert search.check_plain() == [search.W027]


@pytest.mark.usefixtures("on_a_dyno")
def test_what_the_helper_makes_of_a_url_without_tls_is_a_warning(install: Any):
    url = "http://u:p@h.example.com"
    made = heroku({**WEB, **KEY}, BONSAI_URL=url).haystack_connections()
    install("haystack", HAYSTACK_CONNECTIONS=made)

    assert search.check_plain() == [search.W027]
