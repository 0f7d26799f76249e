"""Photos and films of half-days, files that are still coming in, and doubts about pictures that are too much alike."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, Numeric, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words, flow_words
from app.classes.models import ClassSession, TrainingClass
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.recordings.rules import DoubtKind, DoubtStatus, DoubtStep, Kind, Origin, Remark, Spot

KEPT, PURGED, OPENED = "recording kept", "recording purged", "original opened"
action_words(
    {
        KEPT: _l("存入课堂影像"),
        PURGED: _l("影像保存期满，已清除，留下指纹"),
        OPENED: _l("下载了带拍摄地点的原件"),
    }
)
flow_words("recording_doubts", DoubtStatus, DoubtStep)
labels({Kind.PHOTO: _l("照片"), Kind.FILM: _l("录像")})
labels({Origin.LESSON: _l("课堂"), Origin.INSPECTION: _l("督查"), Origin.KEEPER: _l("集中学")})
labels({DoubtKind.SAME: _l("同一个文件"), DoubtKind.ALIKE: _l("画面几乎一样")})
labels(
    {DoubtStatus.OPEN: _l("待核实"), DoubtStatus.CLEARED: _l("已说明，没有问题"), DoubtStatus.UPHELD: _l("查实有问题")},
    tones={DoubtStatus.OPEN: "warn", DoubtStatus.CLEARED: "ok", DoubtStatus.UPHELD: "bad"},
)
labels({DoubtStep.CLEAR: _l("没有问题"), DoubtStep.UPHOLD: _l("查实有问题")})
labels(
    {
        Remark.NO_TIME: _l("文件里没有拍摄时间"),
        Remark.OTHER_TIME: _l("不是上课那段时间拍的"),
        Remark.AFTER_UPLOAD: _l("拍摄时间比上传还晚"),
        Remark.NO_PLACE: _l("文件里没有拍摄地点"),
        Remark.FAR: _l("离教学点远"),
        Remark.EDITED: _l("用修图软件存过"),
    },
    tones={
        Remark.NO_TIME: "neutral",
        Remark.OTHER_TIME: "warn",
        Remark.AFTER_UPLOAD: "warn",
        Remark.NO_PLACE: "neutral",
        Remark.FAR: "warn",
        Remark.EDITED: "warn",
    },
)
constraint_messages(
    {
        "uq_recordings_session": _l("这节课里已经有这张照片（或这段录像）了。"),
        "law_recordings_kept": _l("课堂影像存入以后不能改，也不能删。"),
    }
)
Degrees = Numeric(9, 6, asdecimal=False)


class IncomingFile(Model):
    """A file that comes in piece by piece; it can be gone on with after a lost line, a closed phone or a restart."""

    __tablename__ = "incoming_files"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("received BETWEEN 0 AND size", name="received_within_size"),
    )

    id: Mapped[Id]
    session_id: Mapped[int] = fk("class_sessions.id")
    class_id: Mapped[int] = fk("classes.id")
    origin: Mapped[Origin] = enum_column(Origin)
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    pieces: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The lengths of what has come, in order."""
    store_no: Mapped[str] = mapped_column(String(32))
    """The keys of its pieces in the store are made of this."""
    note: Mapped[str] = mapped_column(String(200), default="")
    created_by: Mapped[str] = mapped_column(String(40), index=True)
    created_at: Mapped[UtcTime]
    last_at: Mapped[UtcTime]


class Recording(Model):
    """One photo or film of a half-day, with what the file says of itself; it never changes and is never deleted.

    After the time that policy wants it kept the file goes; this row stays, with its hash.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        UniqueConstraint("session_id", "sha256", name="uq_recordings_session"),
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="place_on_earth"),
        CheckConstraint("(print64 IS NULL) = (bands IS NULL)", name="print_with_bands"),
        Index("ix_recordings_bands", "bands", postgresql_using="gin"),
        Index("ix_recordings_sha256", "sha256"),
    )

    id: Mapped[Id]
    session_id: Mapped[int] = fk("class_sessions.id", index=False)
    class_id: Mapped[int] = fk("classes.id")
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    """Where the class is held."""
    kind: Mapped[Kind] = enum_column(Kind)
    origin: Mapped[Origin] = enum_column(Origin)
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    store_no: Mapped[str] = mapped_column(String(32))
    pieces: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Lengths of the stored pieces; none are left once the file was purged."""
    blanks: Mapped[list[list[int]]] = mapped_column(JSONB, default=list)
    """Ranges of a film's bytes that say where it was taken."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[int | None]
    print64: Mapped[int | None] = mapped_column(BigInteger)
    bands: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    taken_at: Mapped[UtcTime | None]
    latitude: Mapped[float | None] = mapped_column(Degrees)
    longitude: Mapped[float | None] = mapped_column(Degrees)
    device: Mapped[str] = mapped_column(String(80), default="")
    edited: Mapped[bool]
    """The file names a program for touching up pictures."""
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[UtcTime]
    created_by: Mapped[str] = mapped_column(String(40))
    purged_at: Mapped[UtcTime | None]
    session: Mapped[ClassSession] = relationship(lazy="joined")
    training_class: Mapped[TrainingClass] = relationship(lazy="select")

    @property
    def spot(self) -> Spot | None:
        """Where it was taken, as the file says."""
        if self.latitude is None or self.longitude is None:
            return None
        return Spot(self.latitude, self.longitude)


class RecordingDoubt(Model):
    """Two recordings of different half-days that are the same file or nearly the same picture; a person decides."""

    __tablename__ = "recording_doubts"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", name="uq_recording_doubts_pair"),
        CheckConstraint("first_id < second_id", name="in_order"),
        CheckConstraint("distance BETWEEN 0 AND 64", name="distance_sensible"),
        CheckConstraint("(status = 'open') = (decided_by IS NULL)", name="decided_by_someone"),
        CheckConstraint("status = 'open' OR reason <> ''", name="decided_with_reason"),
    )

    id: Mapped[Id]
    status: Mapped[DoubtStatus] = enum_column(DoubtStatus, index=True)
    kind: Mapped[DoubtKind] = enum_column(DoubtKind)
    distance: Mapped[int] = mapped_column(SmallInteger)
    """Bits of 64 in which the prints differ."""
    first_id: Mapped[int] = fk("recordings.id")
    second_id: Mapped[int] = fk("recordings.id")
    first_class_id: Mapped[int] = fk("classes.id")
    second_class_id: Mapped[int] = fk("classes.id")
    school_id: Mapped[int] = fk("schools.id")
    """The school whose picture came later."""
    region_code: Mapped[RegionCode]
    found_at: Mapped[UtcTime]
    decided_by: Mapped[str | None] = mapped_column(String(40))
    decided_at: Mapped[UtcTime | None]
    reason: Mapped[str] = mapped_column(String(400), default="")
    first: Mapped[Recording] = relationship(lazy="joined", foreign_keys=[first_id])
    second: Mapped[Recording] = relationship(lazy="joined", foreign_keys=[second_id])
