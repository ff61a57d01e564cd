"""
statsd over UDP: counters of the last interval, gauges of now.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence

from heroku_support.metrics.catalogue import Metric
from heroku_support.metrics.snapshot import Snapshot

# Bytes; what fits into an Ethernet frame, and agentmon reads 1472.
LARGEST_DATAGRAM = 1432
PORTS = range(1, 65536)


class StatsdExit:
    """
    Send to a statsd server, which never answers.

    :param address: ``host:port``.
    :raises ValueError: if it is not.
    """

    name = "HEROKU_SUPPORT_METRICS_STATSD"

    def __init__(self, address: str, *, prefix: str) -> None:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or int(port[:6]) not in PORTS:
            raise ValueError(
                f"{self.name} is not a host and a port; nothing is sent there."
                f' Fix: {self.name} = "127.0.0.1:8125"'
            )
        self._host, self._port = host.strip("[]"), int(port)
        self._prefix = prefix

    def send(self, snapshot: Snapshot, deadline: float) -> None:
        """
        Send the lines, in as few datagrams as they fit in.
        """
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
            self._host, self._port, type=socket.SOCK_DGRAM
        )
        with socket.socket(family, kind, protocol) as sender:
            for datagram in datagrams(lines(snapshot, self._prefix)):
                sender.sendto(datagram, address)


def lines(snapshot: Snapshot, prefix: str) -> list[str]:
    """
    Return a line a metric.
    """
    told: dict[str, Mapping[Metric, float]] = {
        "c": snapshot.in_interval(),
        "g": snapshot.gauges(),
    }
    return [
        f"{metric.dotted(prefix)}:{metric.in_milliseconds(value)!r}|{kind}"
        for kind, metrics in told.items()
        for metric, value in metrics.items()
    ]


def datagrams(lines: Sequence[str]) -> Iterator[bytes]:
    """
    Put as many lines into a datagram as may be.
    """
    datagram = b""
    for line in lines:
        longer = datagram + b"\n" + line.encode() if datagram else line.encode()
        if len(longer) > LARGEST_DATAGRAM:
            yield datagram
            longer = line.encode()
        datagram = longer
    yield datagram
