"""
Certificates for the servers, from an authority that nobody else trusts.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

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


def issue(*names: str, expired: bool = False) -> Certificate:
    """
    Issue a certificate for these names, by a new authority.
    """
    authority = trustme.CA()
    last_day = datetime.now(timezone.utc) - timedelta(days=1) if expired else None
    leaf = authority.issue_cert(*names or NAMES, not_after=last_day)
    return Certificate(
        chain="".join(blob.bytes().decode() for blob in leaf.cert_chain_pems),
        key=leaf.private_key_pem.bytes().decode(),
        authority=authority.cert_pem.bytes().decode(),
    )


def self_sign(*names: str, expired: bool = False) -> Certificate:
    """
    Make a certificate that vouches for itself; it is its own authority.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "self-signed")])
    today = datetime.now(timezone.utc)
    last_day = today + timedelta(days=-1 if expired else 1)
    alternatives = [x509.DNSName(name) for name in names or ("localhost",)]
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=30))
        .not_valid_after(last_day)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain = certificate.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    return Certificate(chain=chain, key=private, authority=chain)


def server_context(certificate: Certificate) -> ssl.SSLContext:
    """
    Return the TLS context of a server that shows this certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as directory:  # Python takes files only
        pem = Path(directory, "both.pem")
        pem.write_text(certificate.key + certificate.chain)
        context.load_cert_chain(pem)
    return context
