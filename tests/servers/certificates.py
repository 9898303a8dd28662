"""Certificates for servers that the tests start: an authority of our own, and what it signs."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certificates:
    """In PEM form: an authority's certificate, and a server's with its key."""

    authority: bytes
    certificate: bytes
    key: bytes


def certificates_of_loopback() -> Certificates:
    """A new authority, and a certificate of 127.0.0.1 that it signed, good for a day."""
    root, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = _named("Authority of the tests")
    authority = _unsigned(issuer, issuer, root).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = _unsigned(_named("Server of the tests"), issuer, server).add_extension(address, critical=False)
    return Certificates(
        authority.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
        certificate.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM),
        server.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )
