"""The one place that touches pyHanko; importing it takes half a second, so `signing` waits until somebody signs."""

import asyncio
import io
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.papers.signing_keys import KeyPair, PrivateKey

FAILURES = (SigningError, TimestampRequestError, PKCS11Error, PdfError, OSError)
"""What a token or an authority that is away raises."""

R = TypeVar("R")
FIELD, DIGEST = "Signature", "sha256"

ABOUT = PdfSignatureMetadata(
    field_name=FIELD,
    md_algorithm=DIGEST,
    subfilter=SigSeedSubFilter.PADES,
    certify=True,
    docmdp_permissions=MDPPerm.NO_CHANGES,
)
"""A certifying signature: whatever is added to the file afterwards shows as a change."""


class _Kept(Signer):
    """Signs with a key held open: opening it again for each file costs as much as all the rest."""

    def __init__(self, pair: KeyPair) -> None:
        own, *above = translated(pair.chain)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library's own omission
        store.register_multiple([own, *above])
        super().__init__(signing_cert=own, cert_registry=store)
        self._key = pair.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002  # the library's words
        """The signature of these bytes."""
        return _signature(self._key, data, digest_algorithm)


def _signature(key: PrivateKey, data: bytes, digest: str) -> bytes:
    algorithm = getattr(hashes, digest.upper())()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), algorithm)
    return key.sign(data, ec.ECDSA(algorithm))


def translated(chain: Sequence[x509.Certificate]) -> list[asn1.Certificate]:
    """Certificates as the library wants them."""
    return [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in chain]


class _Quiet(IncrementalPdfFileWriter):
    """Adds the signature and says nothing of it in title and dates, which PDF/A wants to be the same in two places."""

    def _update_meta(self) -> None:
        """Leave the description of the file as it is."""


def _through(act: Coroutine[Any, Any, R]) -> R:
    """What an act comes to; in a thread of its own where this one is already running a loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(act)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, act).result()


class Pen:
    """Signs files and bytes with one key; one at a time, for a token is not made for threads."""

    def __init__(self, signer: Signer, timestamper: TimeStamper | None, close: Callable[[], object] = int) -> None:
        self.close = close
        """Lets go of the key: a token does not let a process in twice."""
        self._signer = signer
        self._timestamper = timestamper
        self._pdf = PdfSigner(ABOUT, signer, timestamper=timestamper)
        self._room: int | None = None

    def sign_pdf(self, pdf: bytes, at: datetime) -> bytes:
        """The file with a signature over all of it (PAdES B-B; B-T with an authority for time)."""
        return _through(self._sign_pdf(pdf, at))

    async def _sign_pdf(self, pdf: bytes, at: datetime) -> bytes:
        session = self._pdf.init_signing_session(_Quiet(io.BytesIO(pdf)))
        session.system_time = at
        if self._room is None:
            self._room = await session.estimate_signature_container_size(None)
        ready = session.prepare_tbs_document(None, self._room)
        file = io.BytesIO()
        digest, _file = ready.digest_tbs_document(output=file)
        attributes = PdfCMSSignedAttributes(signing_time=at)
        await ready.perform_signature(digest.document_digest, attributes)
        return file.getvalue()

    def sign_detached(self, data: bytes, at: datetime) -> bytes:
        """A CMS signature (DER) that stands beside the data."""
        attributes = PdfCMSSignedAttributes(signing_time=at)
        message = self._signer.async_sign_general_data(
            data, DIGEST, timestamper=self._timestamper, signed_attr_settings=attributes
        )
        signed: bytes = _through(message).dump()
        return signed


def pen_of_file(pair: KeyPair, timestamps: str | None) -> Pen:
    """Signs with a key out of a file."""
    return Pen(_Kept(pair), _stamper(timestamps))


def pen_of_token(
    module: Path, token: str, key: str, pin: str | None, chain: Sequence[x509.Certificate], timestamps: str | None
) -> Pen:
    """Signs with a key that never leaves its token; raises one of `FAILURES` where that is away."""
    session = open_pkcs11_session(str(module), token_criteria=TokenCriteria(label=token), user_pin=pin)
    own, *above = translated(chain)
    bare = isinstance(chain[0].public_key(), ec.EllipticCurvePublicKey)  # not every token digests for ECDSA itself
    signer = PKCS11Signer(session, signing_cert=own, ca_chain=above, key_label=key, use_raw_mechanism=bare)
    return Pen(signer, _stamper(timestamps), session.close)


def _stamper(url: str | None) -> TimeStamper | None:
    return HTTPTimeStamper(url) if url else None
