"""Certificates to be proved: a desk that prints and signs without a database, keys, other people's tools."""

import io
import json
import subprocess
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pikepdf
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from flask import Flask
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from app import papers
from app.papers.signing import signatory
from config import ROOT, Config

FAR = datetime(2060, 1, 1, tzinfo=UTC)
UNREADABLE = (
    PdfError, SigningError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, zlib.error,
)  # fmt: skip


R = TypeVar("R")


def apart(act: Callable[[], R]) -> R:
    """What an act comes to in a thread of its own: pyHanko starts a loop, and Playwright's still runs in ours."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()


@contextmanager
def desk(var: Path, **settings: Any) -> Iterator[Flask]:
    """An installation's papers and nothing else of it."""
    here = Config.from_environment()
    app = Flask(__name__)
    app.config["SETTINGS"] = replace(Config(VAR=var, FONTS=here.VAR / "fonts"), **settings)
    papers.init_app(app)
    with app.app_context():
        yield app
        signatory().close()


def sample(**other: Any) -> dict[str, Any]:
    """The facts of the sample certificate, some of them others."""
    found: dict[str, Any] = json.loads((ROOT / "certificates" / "completion" / "sample.json").read_text())
    return found | other


def canonical(facts: dict[str, Any]) -> bytes:
    """What is attached."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def person(number: int, name: str) -> tuple[dict[str, Any], bytes]:
    """Facts and payload of one of a class."""
    facts = sample(
        name=name,
        number=f"43068120250101003001{number:02d}",
        result=f"理论 {60 + number} 分　实操 {70 + number} 分",
        verify_url=f"https://sidan.example/verify/7Kq2mZr9Xw4TbN{number:02d}",
    )
    return facts, canonical(facts)


def attached_in(pdf: bytes) -> dict[str, bytes]:
    """The attached files by name."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}


def status_of(pdf: bytes, roots: bytes) -> PdfSignatureStatus:
    """What pyHanko finds about the one signature of a file, trusting the last certificate of a chain."""
    trusted = asn1.Certificate.load(x509.load_pem_x509_certificates(roots)[-1].public_bytes(Encoding.DER))
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    trust = ValidationContext(trust_roots=[trusted], allow_fetching=False)
    return apart(lambda: validate_pdf_signature(signature, trust))


def holds(pdf: bytes, roots: bytes) -> bool:
    """Whether pyHanko takes the file as signed, whole and trusted; what it can't read it does not take."""
    try:
        status = status_of(pdf, roots)
    except UNREADABLE:
        return False
    return bool(status.bottom_line) and status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def told_by_pdfsig(file: Path) -> str:
    """What poppler's own tool says of the signatures."""
    found = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
    return found.stdout + found.stderr


def signed_range(pdf: bytes) -> tuple[int, int, int, int]:
    """Where the signed bytes are."""
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    first, second, third, fourth = map(int, signature.byte_range)
    return first, second, third, fourth


class Keys:
    """A key with a certificate that vouches for itself, as files in a folder."""

    def __init__(
        self, folder: Path, *, of_rsa: bool = False, until: datetime = datetime(2060, 1, 1, tzinfo=UTC)
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = (
            rsa.generate_private_key(65537, 2048) if of_rsa else ec.generate_private_key(ec.SECP256R1())
        )
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "County bureau")])
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
             "decipher_only"), False,
        )  # fmt: skip
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(until - timedelta(days=365 * 60))
            .not_valid_after(until)
            .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
            .sign(self.key, SHA256())
        )
        self.pem = folder / "key.pem"
        self.pem.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self.chain = folder / "chain.pem"
        self.chain.write_bytes(self.certificate.public_bytes(Encoding.PEM))

    def packed(self, password: str) -> tuple[Path, Path]:
        """The same as PKCS#12, and the file that holds its password."""
        store, secret = self.pem.with_name("key.p12"), self.pem.with_name("password")
        closed = BestAvailableEncryption(password.encode())
        store.write_bytes(pkcs12.serialize_key_and_certificates(b"bureau", self.key, self.certificate, None, closed))
        secret.write_text(f"{password}\n")
        return store, secret
