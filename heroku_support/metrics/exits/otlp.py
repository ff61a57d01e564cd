"""
OpenTelemetry's protocol as JSON over HTTP, told by the standard ``OTEL_*`` variables.

Everything is cumulative, so a post that is lost loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from heroku_support import variables
from heroku_support.dyno import Dyno
from heroku_support.metrics.catalogue import Metric
from heroku_support.metrics.errors import ExitError
from heroku_support.metrics.layout import BOUNDS
from heroku_support.metrics.post import Target, post
from heroku_support.metrics.snapshot import Snapshot

CUMULATIVE = 2  # AggregationTemporality in opentelemetry-proto's metrics.proto
# OpenTelemetry's semantic conventions, "Heroku": attributes and the dyno metadata they have.
RESOURCE = {
    "heroku.app.id": "HEROKU_APP_ID",
    "heroku.release.creation_timestamp": "HEROKU_RELEASE_CREATED_AT",
    "service.instance.id": "HEROKU_DYNO_ID",
    "service.name": "HEROKU_APP_NAME",
    "service.version": "HEROKU_RELEASE_VERSION",
}


class OTLPExit:
    """
    Post to a collector.

    :param url: where to, see ``endpoint``.
    """

    name = "OTEL_EXPORTER_OTLP_ENDPOINT"

    def __init__(self, url: str, *, prefix: str, dyno: Dyno) -> None:
        self._target = Target.parse(self.name, url)
        self._prefix = prefix
        self._resource = resource(dyno)
        self._headers = {
            **_pairs(_variable(dyno.vars, "HEADERS")),
            "Content-Type": "application/json",
        }

    def send(self, snapshot: Snapshot, deadline: float) -> None:
        """
        Post everything.

        :raises ExitError: if it is not accepted.
        """
        message = body(snapshot, self._resource, self._prefix)
        encoded = json.dumps(message, separators=(",", ":"), allow_nan=False).encode()
        status = post(self._target, encoded, self._headers, deadline=deadline)
        if not 200 <= status < 300:
            raise ExitError(f"status {status}")


def endpoint(variables_: Mapping[str, str]) -> str:
    """
    Return the URL that the variables ask to send to, empty for none.

    Over gRPC, which needs a library, nothing is sent.
    """
    exporter = variables.text(variables_, "OTEL_METRICS_EXPORTER") or "otlp"
    is_off = variables.text(variables_, "OTEL_SDK_DISABLED").lower() == "true"
    if is_off or "otlp" not in exporter or _variable(variables_, "PROTOCOL") == "grpc":
        return ""
    if own := variables.text(variables_, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"):
        return own
    base = variables.text(variables_, "OTEL_EXPORTER_OTLP_ENDPOINT")
    return f"{base.rstrip('/')}/v1/metrics" if base else ""


def resource(dyno: Dyno) -> dict[str, str]:
    """
    Return what is reported about: the app, its release, and this dyno.
    """
    known = {name: variables.text(dyno.vars, key) for name, key in RESOURCE.items()}
    return {
        **({"cloud.provider": "heroku"} if dyno.is_heroku else {}),
        **({"heroku.release.commit": dyno.commit} if dyno.commit else {}),
        **({"service.instance.id": dyno.name} if dyno.name else {}),
        **{name: value for name, value in known.items() if value},
        **_pairs(variables.text(dyno.vars, "OTEL_RESOURCE_ATTRIBUTES")),
        **_named(variables.text(dyno.vars, "OTEL_SERVICE_NAME")),
    }


def body(
    snapshot: Snapshot, resource: Mapping[str, str], prefix: str
) -> dict[str, Any]:
    """
    Return an ExportMetricsServiceRequest.
    """
    attributes = [
        {"key": key, "value": {"stringValue": value}} for key, value in resource.items()
    ]
    scope = {"name": "heroku_support"}
    metrics = [*_sums(snapshot, prefix), *_histograms(snapshot, prefix)]
    metrics += _gauges(snapshot, prefix)
    return {
        "resourceMetrics": [
            {
                "resource": {"attributes": attributes},
                "scopeMetrics": [{"scope": scope, "metrics": metrics}],
            }
        ]
    }


def _sums(snapshot: Snapshot, prefix: str) -> list[dict[str, Any]]:
    return [
        {
            **_named_metric(metric, prefix),
            "sum": {
                "aggregationTemporality": CUMULATIVE,
                "isMonotonic": True,
                "dataPoints": [{**_since(snapshot), **_value(metric, value)}],
            },
        }
        for metric, value in snapshot.counters().items()
        if not metric.is_part_of_timer
    ]


def _histograms(snapshot: Snapshot, prefix: str) -> list[dict[str, Any]]:
    return [
        {
            **_named_metric(timer.sum, prefix),
            "histogram": {
                "aggregationTemporality": CUMULATIVE,
                "dataPoints": [
                    {
                        **_since(snapshot),
                        "count": str(seen.count),
                        "sum": timer.sum.in_seconds(seen.sum),
                        "bucketCounts": [str(values) for values in seen.buckets],
                        "explicitBounds": [each / 1_000_000 for each in BOUNDS],
                    }
                ],
            },
        }
        for timer, seen in snapshot.distributions().items()
    ]


def _gauges(snapshot: Snapshot, prefix: str) -> list[dict[str, Any]]:
    now = {"timeUnixNano": str(snapshot.frame.wall)}
    return [
        {
            **_named_metric(metric, prefix),
            "gauge": {"dataPoints": [{**now, **_value(metric, value)}]},
        }
        for metric, value in snapshot.gauges().items()
    ]


def _named_metric(metric: Metric, prefix: str) -> dict[str, str]:
    return {
        "name": metric.otlp(prefix),
        "description": metric.help,
        "unit": metric.otlp_unit,
    }


def _since(snapshot: Snapshot) -> dict[str, str]:
    return {
        "startTimeUnixNano": str(snapshot.begun.wall),
        "timeUnixNano": str(snapshot.frame.wall),
    }


def _value(metric: Metric, value: float) -> dict[str, str | float]:
    told = metric.in_seconds(value)
    # 64-bit integers are text in the JSON of protocol buffers.
    return {"asInt": str(told)} if isinstance(told, int) else {"asDouble": told}


def _variable(variables_: Mapping[str, str], name: str) -> str:
    """
    Return what is set for metrics, else for all signals.
    """
    own = variables.text(variables_, f"OTEL_EXPORTER_OTLP_METRICS_{name}")
    return own or variables.text(variables_, f"OTEL_EXPORTER_OTLP_{name}")


def _pairs(text: str) -> dict[str, str]:
    found = (pair.partition("=") for pair in text.split(",") if "=" in pair)
    pairs = {key.strip(): unquote(value.strip()) for key, _, value in found}
    return {key: value for key, value in pairs.items() if key and value.isprintable()}


def _named(service: str) -> dict[str, str]:
    return {"service.name": service} if service else {}
