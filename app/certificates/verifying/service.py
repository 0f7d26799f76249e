"""Sign and keep the public list of certificates that stand no more; remember who ever signed for us."""

import gzip
import hashlib
from contextlib import suppress

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from flask import current_app
from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert

from app.certificates.models import Certificate
from app.certificates.signals import certificate_replaced, certificate_revoked
from app.certificates.verifying import queries, rules
from app.certificates.verifying.models import RevocationList, SigningCertificate
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.papers import service as papers

log = structlog.get_logger()
JOB = "certificates.list_revocations"
KEPT = 5
"""So many lists are kept, for downloads under way and for whoever asks what an older one said."""
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('revocation_lists', 0))")


def list_revocations() -> RevocationList | None:
    """Sign a new list where something changed or the newest grows old; None where it still holds.

    One at a time, however many ask. Raises what the key raises, and the old list holds on.
    """
    remember_signer()
    db.session.execute(LOCK)
    now, newest = clock.now().replace(microsecond=0), queries.newest_list()
    found = queries.ended()
    entries = rules.lines_of(found)
    digest = hashlib.sha256(entries.encode()).hexdigest()
    if newest is not None and not rules.is_due(now, newest.issued_at, changed=newest.entries_sha256 != digest):
        return None
    row = _signed(newest.number + 1 if newest else 1, entries)
    row.entries, row.entries_sha256 = len(found), digest
    db.session.add(row)
    db.session.flush()
    db.session.execute(delete(RevocationList).where(RevocationList.number <= row.number - KEPT))
    return row


def _signed(number: int, entries: str) -> RevocationList:
    now = clock.now().replace(microsecond=0)
    until, issuer = now + rules.LASTS, current_app.config["SETTINGS"].PUBLIC_URL
    content = rules.file_of(number, issuer, now, until, entries)
    return RevocationList(
        number=number,
        issued_at=now,
        next_update_at=until,
        sha256=hashlib.sha256(content).hexdigest(),
        packed=gzip.compress(content, 6, mtime=0),
        signature=papers.sign_detached(content),
    )


def remember_signer() -> None:
    """Keep the certificate that signs now: its papers stay to be checked when the key has changed."""
    chain = papers.signing_certificate()
    row = {"fingerprint": _fingerprint(chain), "chain": chain.decode(), "since_at": clock.now()}
    db.session.execute(insert(SigningCertificate).values(row).on_conflict_do_nothing())


def chains() -> list[str]:
    """The chains of all who sign or signed for us, the present one first, in PEM."""
    now = papers.signing_certificate()
    present = _fingerprint(now)
    return [now.decode(), *(each.chain for each in queries.signers() if each.fingerprint != present)]


def _fingerprint(chain: bytes) -> str:
    return x509.load_pem_x509_certificates(chain)[0].fingerprint(SHA256()).hex()


@certificate_revoked.connect
@certificate_replaced.connect
def _list_soon(_certificate: Certificate, *, by: Actor, **_more: object) -> None:  # noqa: ARG001  # the signal's words
    """What stands no more goes on the list at once."""
    tasks.defer(JOB, once=JOB, lock=JOB)


def first_list() -> RevocationList | None:
    """The newest list; where there is none yet, whoever asks first has it signed. None where nobody can sign."""
    found = queries.newest_list()
    if found is None:
        with suppress(papers.SigningKeyAway), transaction():
            list_revocations()
        found = queries.newest_list()
    return found


@tasks.periodic(JOB, "7 * * * *")
def list_soon() -> None:
    """Sign a new list if one is due; while nobody can sign, the last one holds on and grows old."""
    try:
        with transaction():
            list_revocations()
    except papers.SigningKeyAway as error:
        log.warning("revocations not listed", why=str(error))
