"""
What Haystack asks of Solr and Elasticsearch with the helper's settings, over TLS.

Neither server can be had from the package registries. A recording HTTPS server stands in: the
requests are those that pysolr and elasticsearch-py make, the answers are canned.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from elasticsearch import VERSION

from tests.processes import Project
from tests.servers.certificates import issue, server_context
from tests.servers.recording_http import Request, recording_server

# The client asks since then what the server is.
REFUSES_OPENSEARCH = VERSION >= (7, 14)

PASSWORD = "p/w:?#%@"
QUOTED = "p%2Fw%3A%3F%23%25%40"

SETTINGS = """
import os
from heroku_support import Heroku
with Heroku() as heroku:
    HAYSTACK_CONNECTIONS = heroku.haystack_connections(index="shop")
if "elasticsearch" in HAYSTACK_CONNECTIONS["default"]["ENGINE"]:
    # The client takes certifi's authorities, whatever the environment says (7.17).
    trusted = {"ca_certs": os.environ["REQUESTS_CA_BUNDLE"]}
    if trusted["ca_certs"]:
        HAYSTACK_CONNECTIONS["default"]["KWARGS"] = trusted
INSTALLED_APPS = ["haystack", "places"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
"""
MODELS = """
from django.db import models
class Place(models.Model):
    name = models.CharField(max_length=80)
"""
INDEXES = """
from haystack import indexes
from places.models import Place
class PlaceIndex(indexes.SearchIndex, indexes.Indexable):
    text = indexes.CharField(document=True, model_attr="name")
    def get_model(self):
        return Place
"""
INDEX_AND_SEARCH = """
import django
django.setup()
from django.core.management import call_command
from haystack.query import SearchQuerySet
from places.models import Place
call_command("migrate", run_syncdb=True, verbosity=0)
Place.objects.create(name="Green harbour")
call_command("update_index", verbosity=0, max_retries=1)
print([result.text for result in SearchQuerySet().filter(content="harbour")])
"""

FOUND = {
    "id": "places.place.1",
    "django_ct": "places.place",
    "django_id": "1",
    "text": "Green harbour",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    directory = tmp_path / "project"
    (directory / "places").mkdir(parents=True)
    (directory / "settings.py").write_text(SETTINGS)
    (directory / "places" / "__init__.py").touch()
    (directory / "places" / "models.py").write_text(MODELS)
    (directory / "places" / "search_indexes.py").write_text(INDEXES)
    return Project(directory)


@pytest.fixture
def certificate():
    return issue()


@pytest.fixture
def trusted(certificate, tmp_path):
    path = tmp_path / "authority.pem"
    path.write_text(certificate.authority)
    return str(path)


def index_and_search(project, *, trusted="", **variables):
    environ = {"DYNO": "web.1", "DJANGO_SETTINGS_MODULE": "settings", **variables}
    environ["REQUESTS_CA_BUNDLE"] = trusted
    return project.run(sys.executable, "-c", INDEX_AND_SEARCH, **environ)


def solr(request: Request) -> object:
    """
    Answer as a Solr does, as far as pysolr looks.
    """
    if "/select" in request.path:
        return {
            "response": {"numFound": 1, "start": 0, "docs": [{**FOUND, "score": 1}]}
        }
    return {"responseHeader": {"status": 0}}


def elasticsearch(request: Request) -> object:
    """
    Answer as an Elasticsearch 7 does, as far as the client looks.
    """
    if request.path == "/":
        tagline = "You Know, for Search"
        return {"version": {"number": "7.17.9"}, "tagline": tagline}
    if "/_search" in request.path:
        hit = {"_id": FOUND["id"], "_score": 1.0, "_source": FOUND}
        total = {"value": 1, "relation": "eq"}
        return {"hits": {"total": total, "max_score": 1.0, "hits": [hit]}}
    if "/_bulk" in request.path:
        created = {"_id": FOUND["id"], "status": 201}
        return {"errors": False, "items": [{"index": created}]}
    return {"shop": {"mappings": {}}}


def opensearch(request: Request) -> object:
    """
    Answer as an OpenSearch 2 does, as far as the client looks.
    """
    if request.path == "/":
        version = {"distribution": "opensearch", "number": "2.19.1"}
        tagline = "The OpenSearch Project: https://opensearch.org/"
        return {"version": version, "tagline": tagline}
    return elasticsearch(request)


def test_solr_indexes_and_finds_over_tls(project, certificate, trusted):
    with recording_server(server_context(certificate), solr) as server:
        url = f"https://127.0.0.1:{server.port}/solr/a1b2c3"
        done = index_and_search(project, trusted=trusted, WEBSOLR_URL=url)

    assert (done.stdout, done.stderr) == ("['Green harbour']\n", "")
    assert "Green harbour" in server.asked("POST", "/solr/a1b2c3/update/").body
    assert "q=" in server.asked("GET", "/solr/a1b2c3/select/").path


def test_solr_that_nobody_vouches_for_is_asked_nothing(project, certificate):
    with recording_server(server_context(certificate), solr) as server:
        url = f"https://127.0.0.1:{server.port}/solr/a1b2c3"
        done = index_and_search(project, WEBSOLR_URL=url)

    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
    assert server.requests == []


@pytest.mark.parametrize("variable", ["BONSAI_URL", "SEARCHBOX_SSL_URL"])
def test_elasticsearch_indexes_and_finds_over_tls_with_the_password(
    project, certificate, trusted, variable
):
    product = {"X_Elastic_Product": "Elasticsearch"}
    context = server_context(certificate)
    with recording_server(context, elasticsearch, **product) as server:
        url = f"https://paas:{QUOTED}@127.0.0.1:{server.port}"
        done = index_and_search(project, trusted=trusted, **{variable: url})

    assert (done.stdout, done.stderr) == ("['Green harbour']\n", "")
    bulk = server.asked("POST", "/shop/_bulk")
    assert bulk.login == ("paas", PASSWORD)
    assert json.loads(bulk.body.splitlines()[1])["text"] == "Green harbour"


def test_elasticsearch_that_nobody_vouches_for_is_asked_nothing(project, certificate):
    with recording_server(server_context(certificate), elasticsearch) as server:
        url = f"https://paas:{QUOTED}@127.0.0.1:{server.port}"
        done = index_and_search(project, BONSAI_URL=url)

    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
    assert server.requests == []


# Bonsai may be either; docs/how-to/search.md says which client takes both. The newest is what
# `make test` has, the other is in an environment of tox.


@pytest.mark.skipif(REFUSES_OPENSEARCH, reason="elasticsearch refuses it since 7.14")
def test_opensearch_is_indexed_and_searched_by_the_client_that_takes_both(
    project, certificate, trusted
):
    with recording_server(server_context(certificate), opensearch) as server:
        url = f"https://paas:{QUOTED}@127.0.0.1:{server.port}"
        done = index_and_search(project, trusted=trusted, BONSAI_URL=url)

    assert (done.stdout, done.stderr) == ("['Green harbour']\n", "")
    bulk = server.asked("POST", "/shop/_bulk")
    assert bulk.login == ("paas", PASSWORD)
    # OpenSearch 2 refuses a `_type` beside it (OpenSearch#3484).
    assert json.loads(bulk.body.splitlines()[0]) == {"index": {"_id": FOUND["id"]}}


@pytest.mark.skipif(not REFUSES_OPENSEARCH, reason="elasticsearch takes it before 7.14")
def test_opensearch_is_refused_by_the_newest_client(project, certificate, trusted):
    # django-haystack#1823, #2064.
    with recording_server(server_context(certificate), opensearch) as server:
        url = f"https://paas:{QUOTED}@127.0.0.1:{server.port}"
        done = index_and_search(project, trusted=trusted, BONSAI_URL=url)

    assert "UnsupportedProductError" in done.stderr
