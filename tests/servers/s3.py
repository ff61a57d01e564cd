"""
An S3 on loopback: moto's server, in a thread of this process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import Request, urlopen


@dataclass(frozen=True)
class S3Server:
    """
    The server's address, and what anybody can do there.
    """

    url: str

    def create_bucket(self, name: str, *, public: str = "") -> None:
        """
        Make a bucket.

        :param public: a folder whose files anybody may read.
        """
        self._put(name)
        if public:
            statement = {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{name}/{public}/*",
            }
            policy = {"Version": "2012-10-17", "Statement": [statement]}
            self._put(f"{name}?policy", json.dumps(policy).encode())

    def get(self, url: str) -> tuple[int, bytes]:
        """
        Ask for a URL as anybody may, and return the status and the body.
        """
        try:
            with urlopen(url, timeout=20) as response:
                return response.status, response.read()
        except HTTPError as error:
            with error:
                return error.code, b""

    def _put(self, path: str, body: bytes = b"") -> None:
        # Else urllib says that it is a form.
        headers = {"Content-Type": "application/octet-stream"}
        request = Request(f"{self.url}/{path}", body, headers, method="PUT")
        urlopen(request, timeout=20).close()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """
    Run a server with nothing in it.
    """
    # Here: it takes seconds, and of the processes that run the tests one needs it.
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        # All servers of a process share their buckets.
        urlopen(Request(f"{url}/moto-api/reset", method="POST"), timeout=20).close()
        yield S3Server(url)
    finally:
        server.stop()
