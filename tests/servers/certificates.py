"""
Certificates for the servers, from an authority that nobody else trusts.
"""

from __future__ import annotations

from dataclasses import dataclass

import trustme

# The last stands for a remote host: `host=db.example.com&hostaddr=127.0.0.1`.
NAMES = ("localhost", "127.0.0.1", "db.example.com")


@dataclass(frozen=True)
class Certificate:
    """
    A server's certificate chain, its key, and the authority to trust, as PEM.
    """

    chain: str
    key: str
    authority: str


def issue(*names: str) -> Certificate:
    """
    Issue a certificate for these names, by a new authority.
    """
    authority = trustme.CA()
    leaf = authority.issue_cert(*names or NAMES)
    return Certificate(
        chain="".join(blob.bytes().decode() for blob in leaf.cert_chain_pems),
        key=leaf.private_key_pem.bytes().decode(),
        authority=authority.cert_pem.bytes().decode(),
    )
