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
