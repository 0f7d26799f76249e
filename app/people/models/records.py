"""History of subsidies used that other systems hand over: what was imported up to when, and each training of it."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.people.models.people import Person
from app.people.models.uses import SubsidyUse
from app.people.records.rules import Fault, PastOutcome
from app.regions.models import Region


class RecordImport(Model):
    """One sheet of another system's record, complete up to a day for a region and everything below it."""

    __tablename__ = "record_imports"
    __table_args__ = (
        Index("uq_record_imports_file", "system", "region_code", "until_on", "sha256", unique=True),
        CheckConstraint("length(system) > 0", name="system_named"),
    )

    id: Mapped[Id]
    system: Mapped[str] = mapped_column(String(40))
    """The other system's name, as pages say it."""
    region_code: Mapped[RegionCode]
    until_on: Mapped[date]
    """The day up to which the other system's record is complete."""
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    added: Mapped[int]
    """Trainings that were not known from this system before."""
    known: Mapped[int]
    """Trainings that an earlier sheet of this system told already."""
    faults: Mapped[list[list[object]]] = mapped_column(JSONB)
    """Each refused row: its number as the spreadsheet counts, then what is wrong with it (`Fault`)."""
    others: Mapped[list[int]] = mapped_column(JSONB)
    """Rows whose name is not the registered one; they were taken all the same."""
    by_key: Mapped[str] = mapped_column(String(60))
    by_name: Mapped[str] = mapped_column(String(80))
    at: Mapped[UtcTime]
    region: Mapped[Region] = relationship(lazy="joined")


class OutsideTraining(SealedRow, Model):
    """One training that another system paid; it waits until its person is registered, then takes one of their uses."""

    __tablename__ = "outside_trainings"
    __table_args__ = (
        Index("uq_outside_trainings_line", "line_key", unique=True),
        Index("ix_outside_trainings_waiting", "id_number_index", postgresql_where=text("person_id IS NULL")),
        CheckConstraint("level BETWEEN 0 AND 5", name="level_known"),
        CheckConstraint("(person_id IS NULL) = (use_id IS NULL)", name="use_with_person"),
    )

    id: Mapped[Id]
    import_id: Mapped[int] = fk("record_imports.id")
    line_key: Mapped[bytes] = mapped_column(LargeBinary)
    """A blind index of all that the row says: the same row of the same system is the same training."""
    id_number_sealed: Mapped[bytes | None] = sealed_column(nullable=False)
    id_number_index: Mapped[bytes] = mapped_column(LargeBinary)
    id_number = Sealed(indexed=True)
    name_sealed: Mapped[bytes | None] = sealed_column()
    name = Sealed()
    person_id: Mapped[int | None] = fk("people.id", nullable=True)
    use_id: Mapped[int | None] = fk("subsidy_uses.id", nullable=True)
    """The line of the person's record; several systems may tell of one training."""
    occupation_code: Mapped[str] = mapped_column(String(40))
    """The code in our list of occupations, or the other system's words where it is not in it."""
    level: Mapped[int] = mapped_column(SmallInteger)
    taken_on: Mapped[date]
    amount_fen: Mapped[Fen | None]
    outcome: Mapped[PastOutcome] = enum_column(PastOutcome)
    school: Mapped[str] = mapped_column(String(80))
    certificate: Mapped[str] = mapped_column(String(40))
    imported: Mapped[RecordImport] = relationship()
    person: Mapped[Person | None] = relationship()
    use: Mapped[SubsidyUse | None] = relationship()


labels({PastOutcome.USED: _l("已使用"), PastOutcome.LOST: _l("未结业，次数不退")})
labels(
    {
        Fault.NO_NUMBER: _l("没有身份证号码"),
        Fault.DIGITS_LOST: _l("身份证号码存成了数字，末几位已经丢失，请按文本重新填"),
        Fault.NUMBER: _l("身份证号码不对"),
        Fault.NO_OCCUPATION: _l("没有写职业（工种）"),
        Fault.LEVEL: _l("看不懂等级"),
        Fault.NO_DAY: _l("没有写日期或年度"),
        Fault.DAY: _l("日期不存在或看不懂"),
        Fault.LATER: _l("日期晚于这份记录的截止日期"),
        Fault.AMOUNT: _l("看不懂金额"),
        Fault.OUTCOME: _l("看不懂结果"),
    }
)
action_words({"records imported": _l("导入了享受补贴记录")})
constraint_messages({"uq_record_imports_file": _l("这个文件刚刚导入过了。")})
