"""The key that signs, from files; and for demonstrations a signer of a test authority made on first use."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from app.kernel.errors import DomainError
from app.kernel.i18n import _l
from app.kernel.marking import N_
from app.papers.fonts import alone

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

BITS = 3072
BEGINS, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC)
"""A test signer is good on any day a demonstration may play on."""

TEST_FILE = "test-signer.pem"
TEST_AUTHORITY = "Sidan TEST CA - worthless, for demonstrations only"
TEST_SIGNER = "Sidan TEST signer - worthless, for demonstrations only"


class SigningKeyAway(DomainError):
    """Nothing can be signed: there is no key, it can't be opened, or its certificate is not good for it."""


@dataclass(frozen=True)
class KeyPair:
    """A private key with the certificate that vouches for it and those above it, the signer's first."""

    key: PrivateKey
    chain: tuple[x509.Certificate, ...]


def read_password(path: Path | None) -> bytes | None:
    """The one line of a password file, None without a file; raises `SigningKeyAway`."""
    return None if path is None else _read(path).rstrip(b"\r\n")


def key_pair(key: Path, certificate: Path | None, password: bytes | None) -> KeyPair:
    """From PKCS#12, or from a key and certificates in PEM; raises `SigningKeyAway`."""
    content = _read(key)
    try:
        private, held = _unpacked(content, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningKeyAway(N_("签名密钥打不开：文件已损坏，或者口令不对。请管理员检查。")) from error
    chain = held if certificate is None else chain_in(certificate)
    if not isinstance(private, PrivateKey):
        raise SigningKeyAway(N_("签名密钥的种类不能用，要用 RSA 或者 ECDSA 的密钥。请管理员检查。"))
    if not chain or _bits(chain[0].public_key()) != _bits(private.public_key()):
        raise SigningKeyAway(N_("签名证书和签名密钥不是一对。请管理员检查。"))
    return KeyPair(private, chain)


def _unpacked(content: bytes, password: bytes | None) -> tuple[object, tuple[x509.Certificate, ...]]:
    if b"-----BEGIN" in content:
        return load_pem_private_key(content, password), ()
    store = pkcs12.load_pkcs12(content, password)
    found = (store.cert, *store.additional_certs)
    return store.key, tuple(each.certificate for each in found if each is not None)


def chain_in(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, the signer's first; raises `SigningKeyAway`."""
    try:
        return tuple(x509.load_pem_x509_certificates(_read(path)))
    except ValueError as error:
        raise SigningKeyAway(N_("签名证书打不开：文件里没有 PEM 格式的证书。请管理员检查。")) from error


def in_pem(chain: Sequence[x509.Certificate]) -> bytes:
    """Certificates as text."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in chain)


def demonstration_pair(folder: Path) -> KeyPair:
    """The signer of demonstrations, made once among all processes; only the owner may read its file."""
    path = folder / TEST_FILE
    with alone(folder):
        if not path.exists():
            _write(path, _made())
    return key_pair(path, path, None)


def _made() -> KeyPair:
    """A new authority and its one signer; the authority's key is forgotten, so that it never signs another."""
    authority = rsa.generate_private_key(65537, BITS)
    signer = rsa.generate_private_key(65537, BITS)
    above, own = _name(TEST_AUTHORITY), _name(TEST_SIGNER)
    root = (
        _builder(above, above, authority.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(authority, SHA256())
    )
    leaf = (
        _builder(own, above, signer.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        .sign(authority, SHA256())
    )
    return KeyPair(signer, (leaf, root))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject: x509.Name, issuer: x509.Name, public: rsa.RSAPublicKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in allowed for name in USAGES})


def _write(path: Path, pair: KeyPair) -> None:
    """Key and certificates in one file, there whole or not at all; made readable for the owner alone."""
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(descriptor, "wb") as file:
        file.write(key + in_pem(pair.chain))
    Path(unfinished).replace(path)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SigningKeyAway(_l("签名密钥的文件“%(file)s”读不到。请管理员检查。", file=path.name)) from error


def _bits(public: object) -> bytes:
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return b""
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
