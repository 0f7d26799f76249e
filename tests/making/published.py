"""Certificates with their files, and all that is published to check them: on disk, as an employer has them."""

import asyncio
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.certificates.models import Certificate
from app.certificates.queries import certificates_of
from app.certificates.service.wording import canonical
from app.certificates.verifying.service import list_revocations
from app.kernel.database import transaction
from app.papers import service as papers
from tests.making.proving import apart
from tests.making.results import issue, make_assessed_class

NAMES = {
    "/verify/certificate.pem": "signing.pem",
    "/verify/revocations.json": "revocations.json",
    "/verify/revocations.p7s": "revocations.p7s",
}


def certified(people: int) -> Sequence[Certificate]:
    """Certificates of a class, issued."""
    class_ = make_assessed_class(people)
    issue(class_)
    return certificates_of(class_.id)


def file_of(certificate: Certificate) -> bytes:
    """The signed file, as it is printed."""
    payload = canonical(certificate.facts)
    return papers.proof("completion", certificate.facts, payload, name="certificate.json")


def download(app: Flask, folder: Path) -> None:
    """Sign a list where one is due, and fetch what is published."""
    with app.app_context(), transaction():
        list_revocations()
    for address, name in NAMES.items():
        answer = app.test_client().get(address)
        assert answer.status_code == 200, address
        (folder / name).write_bytes(answer.data)


def forger(like: bytes) -> SimpleSigner:
    """A signer with a key of its own whose certificate says of itself what ours (PEM) says."""
    ours = x509.load_pem_x509_certificates(like)[0]
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(ours.subject)
        .issuer_name(ours.issuer)
        .serial_number(ours.serial_number)
        .public_key(key.public_key())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=asn1.Certificate.load(made.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]  # the library's own omission
    )


class Heedless(PdfSigner):
    """A forger's pen: it does not care what an earlier signature forbids."""

    def _enforce_certification_constraints(self, reader: object) -> None:
        """Nothing is enforced."""


def signed(pdf: bytes, signer: SimpleSigner, field: str = "Other") -> bytes:
    """A PDF with one more signature."""
    about = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    made: io.BytesIO = apart(lambda: Heedless(about, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))))
    return made.getvalue()


def signed_beside(content: bytes, signer: SimpleSigner) -> bytes:
    """A signature (DER) that stands beside a file."""
    made = apart(lambda: asyncio.run(signer.async_sign_general_data(content, "sha256", detached=True)))
    return bytes(made.dump())
