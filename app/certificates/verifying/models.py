"""The lists of certificates that stand no more, as they were signed; the certificates that ever signed for us."""

from sqlalchemy import CheckConstraint, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.kernel.database import Model, UtcTime
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

constraint_messages({"law_revocation_lists": _l("撤销名单按顺序编号，发出后不能再改。")})


class RevocationList(Model):
    """One signed list, kept as it goes out; a newer one takes its place, its number the next."""

    __tablename__ = "revocation_lists"
    __table_args__ = (
        CheckConstraint("next_update_at > issued_at", name="lasts"),
        CheckConstraint("length(sha256) = 64 AND length(entries_sha256) = 64", name="sha256_whole"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    issued_at: Mapped[UtcTime]
    next_update_at: Mapped[UtcTime]
    entries: Mapped[int]
    entries_sha256: Mapped[str] = mapped_column(String(64))
    """Of the entries alone: whether anything has changed."""
    sha256: Mapped[str] = mapped_column(String(64))
    packed: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    """The file, gzipped."""
    signature: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))


class SigningCertificate(Model):
    """A certificate that signed papers of this installation; those of keys long changed stay, for the papers do."""

    __tablename__ = "signing_certificates"
    __table_args__ = (CheckConstraint("length(fingerprint) = 64", name="fingerprint_whole"),)

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the certificate itself."""
    chain: Mapped[str] = mapped_column(Text)
    """PEM, the certificate first."""
    since_at: Mapped[UtcTime]
