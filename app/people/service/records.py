"""Take over the history of subsidies used from other systems: what is known once counts once, whatever it leads to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import current_app
from sqlalchemy import select

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.kernel.sealing import blind_index
from app.occupations.queries import all_occupations
from app.people.imports.reading import Sheets, open_sheets
from app.people.models import OutsideTraining, RecordImport
from app.people.queries.numbers import known_numbers
from app.people.records.rules import Heading, PastTraining, find_heading, is_no_row, read_row
from app.people.service.attaching import attach
from app.regions.queries import lies_in

CHUNK = 500
SYSTEM_MOST, FILE_MOST = 40, 120
MOST_FAULTS = 1000
"""So many refused rows are kept to be shown; a file with more is no record."""


@dataclass
class _Read:
    """A sheet as it was read."""

    rows: int = 0
    trainings: list[PastTraining] = field(default_factory=list)
    faults: list[list[object]] = field(default_factory=list)


def import_records(
    content: bytes, *, file_name: str, system: str, until_on: date, region_code: str, by: Actor
) -> RecordImport:
    """Take a sheet of another system's record, complete up to `until_on` for a region; the good rows of it.

    Rows are matched by identity number; those of people who are not registered wait until they are. A row that an
    earlier sheet of the system told already is left alone, so that the same file twice changes nothing. Raises
    `DomainError` for a sheet that is none, a day to come, or a region of somebody else's.
    """
    system, digest = _checked(system, until_on, region_code, by=by), hashlib.sha256(content).hexdigest()
    same = select(RecordImport).where(
        RecordImport.system == system,
        RecordImport.region_code == region_code,
        RecordImport.until_on == until_on,
        RecordImport.sha256 == digest,
    )
    earlier = db.session.scalars(same).first()
    if earlier is not None:
        return earlier
    read = _read(open_sheets(content), until_on)
    row = RecordImport(
        system=system,
        region_code=region_code,
        until_on=until_on,
        file_name=file_name[:FILE_MOST],
        sha256=digest,
        rows=read.rows,
        added=0,
        known=0,
        faults=read.faults,
        others=[],
        by_key=by.key,
        by_name=by.name,
        at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    codes = _codes()
    for start in range(0, len(read.trainings), CHUNK):
        _take(row, read.trainings[start : start + CHUNK], codes, by=by)
    facts = {"system": system, "until": until_on.isoformat(), "added": row.added, "known": row.known}
    audit.record(row, "records imported", by=by, facts={**facts, "refused": len(row.faults)})
    return row


def _checked(system: str, until_on: date, region_code: str, *, by: Actor) -> str:
    name = " ".join(system.split())[:SYSTEM_MOST]
    if not name:
        raise DomainError(N_("请写明这份记录来自哪个系统。"), "system")
    if until_on > clock.today():
        raise DomainError(N_("截止日期不能晚于今天。"), "until_on")
    if by.key != SYSTEM.key and not lies_in(region_code, by.area):
        raise DomainError(N_("这个地方不在您负责的范围内，请重新选择。"), "region_code")
    return name


def _read(sheets: Sheets, until_on: date) -> _Read:
    """The first sheet with a heading, row by row."""
    for sheet in range(len(sheets.names)):
        heading = find_heading(sheets.first_rows(sheet))
        if heading is not None:
            return _read_rows(sheets, sheet, heading, until_on)
    raise DomainError(N_("没有找到表头。表里要有“身份证号码”、“职业（工种）”和“培训日期”这几列。"), "file")


def _read_rows(sheets: Sheets, sheet: int, heading: Heading, until_on: date) -> _Read:
    found, today, demo = _Read(), clock.today(), bool(current_app.config["DEMO"])
    for number, cells in sheets.rows(sheet):
        if number <= heading.row or is_no_row(cells):
            continue
        found.rows += 1
        read = read_row(number, cells, heading, today=today, until=until_on, allow_synthetic=demo)
        if isinstance(read, PastTraining):
            found.trainings.append(read)
        else:
            found.faults.append([number, *(fault.value for fault in read)])
    if len(found.faults) > MOST_FAULTS:
        raise DomainError(N_("有一千多行看不懂，请核对这个文件是不是享受补贴记录。"), "file")
    return found


def _codes() -> dict[str, str]:
    """Our code of each occupation, by code and by name."""
    rows = all_occupations()
    return {**{row.name_zh: row.code for row in rows}, **{row.code: row.code for row in rows}}


def _take(row: RecordImport, trainings: Sequence[PastTraining], codes: dict[str, str], *, by: Actor) -> None:
    """Write the trainings that are new, and give those of registered people their place in the record."""
    keyed = {_key(row.system, training): training for training in trainings}
    query = select(OutsideTraining.line_key).where(OutsideTraining.line_key.in_(keyed))
    for key in db.session.scalars(query):
        del keyed[key]
    lines = [_line(row, key, training, codes) for key, training in keyed.items()]
    row.added += len(lines)
    row.known += len(trainings) - len(lines)
    names = {mark: known.name for mark, known in known_numbers({line.id_number_index for line in lines}).items()}
    others = [
        training.row
        for line, training in zip(lines, keyed.values(), strict=True)
        if training.name and names.get(line.id_number_index, training.name) != training.name.replace(" ", "")
    ]
    row.others = [*row.others, *others]
    db.session.add_all(lines)
    db.session.flush()
    attach(lines, by=by)


def _key(system: str, training: PastTraining) -> bytes:
    said = (training.id_number, training.code or training.occupation, training.level, training.taken_on)
    words = (system, *said, training.outcome.value, training.certificate)
    return blind_index("\0".join(str(word) for word in words), "outside_training")


def _line(row: RecordImport, key: bytes, training: PastTraining, codes: dict[str, str]) -> OutsideTraining:
    code = codes.get(training.code) or codes.get(training.occupation) or training.code or training.occupation
    return OutsideTraining(
        import_id=row.id,
        line_key=key,
        id_number=training.id_number,
        name=training.name or None,
        occupation_code=code[:SYSTEM_MOST],
        level=training.level or 0,
        taken_on=training.taken_on,
        amount_fen=training.amount_fen,
        outcome=training.outcome,
        school=training.school,
        certificate=training.certificate,
    )
