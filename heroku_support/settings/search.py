"""
``HAYSTACK_CONNECTIONS``: Solr by Websolr, Elasticsearch by Bonsai or SearchBox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heroku_support import addons, service_url, variables
from heroku_support.errors import ServiceURLError
from heroku_support.service_url import ServiceURL, is_local
from heroku_support.settings import Record, find_library

if TYPE_CHECKING:
    from heroku_support.settings.typed import HaystackSettings

SOLR = "haystack.backends.solr_backend.SolrEngine"
ELASTICSEARCH = "haystack.backends.elasticsearch7_backend.Elasticsearch7SearchEngine"
SIMPLE = "haystack.backends.simple_backend.SimpleEngine"

SOLR_CLIENT = "pysolr", "django-heroku-support[search]"
# Haystack 3.4 takes clients below 8, and OpenSearch is refused by those from 7.14 on.
ELASTICSEARCH_CLIENT = "elasticsearch", "elasticsearch>=7,<7.14"
HTTP_PORT = 80
TIMEOUT = 10  # seconds; the router gives up after 30

SOLR_EXAMPLE = "'https://HOST/solr/CORE'"
ELASTICSEARCH_EXAMPLE = "'https://USER:PASSWORD@HOST'"


def haystack_connections(record: Record, *, index: str) -> dict[str, HaystackSettings]:
    """
    Return the settings with the alias ``default``.
    """
    entry: HaystackSettings = {"ENGINE": SIMPLE}
    variable = addons.first(record.dyno.vars, addons.SEARCH)
    source, why = "default", "no search add-on: the database is asked, unranked"
    if variable and not find_library("haystack"):
        why = "django-haystack is not installed"
    elif variable and (url := _url(record, variable)):
        entry = _entry(record, variable, url, index)
        source, why = variable, _why(url)
    value = {"default": entry}
    return record.decide("HAYSTACK_CONNECTIONS", value, source=source, why=why)


def _url(record: Record, variable: str) -> ServiceURL | None:
    is_solr = variable in addons.SOLR

    def read() -> ServiceURL:
        return _parse(variables.text(record.dyno.vars, variable), is_solr)

    example = SOLR_EXAMPLE if is_solr else ELASTICSEARCH_EXAMPLE
    return record.attempt_url(variable, record.assignment(variable, example), read)


def _parse(text: str, is_solr: bool) -> ServiceURL:
    url = service_url.parse(text)
    if url.scheme not in ("http", "https"):
        raise ServiceURLError("has a scheme that is neither http nor https.")
    if not url.host:
        raise ServiceURLError("names no host.")
    if is_solr and not url.path.strip("/"):
        raise ServiceURLError("names no core: it must end in /solr/CORE.")
    return url


def _entry(
    record: Record, variable: str, url: ServiceURL, index: str
) -> HaystackSettings:
    is_solr = variable in addons.SOLR
    library, requirement = SOLR_CLIENT if is_solr else ELASTICSEARCH_CLIENT
    if not record.has_library(variable, library, requirement):
        return {"ENGINE": SIMPLE}
    # As it is: either client takes TLS, the password and the path from it.
    text = variables.text(record.dyno.vars, variable)
    if is_solr:
        return {"ENGINE": SOLR, "URL": text, "TIMEOUT": TIMEOUT}
    if url.scheme == "http" and url.port is None:
        url.port = HTTP_PORT  # the client's own default is 9200
        text = service_url.build(url)
    return {
        "ENGINE": ELASTICSEARCH,
        "URL": text,
        "INDEX_NAME": index,
        "TIMEOUT": TIMEOUT,
    }


def _why(url: ServiceURL) -> str:
    if url.scheme == "https":
        return "TLS: the URL is https"
    return f"no TLS: the {'host is local' if is_local(url.host) else 'URL is http'}"
