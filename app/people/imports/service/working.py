"""What the worker does: reads, judges, writes, makes the workbook with the answers.

Each stage ends in one transaction and is a checkpoint: a worker that takes over after a crash begins the stage again
from the stored file, and finds nothing of it half done. The writing of a whole roster is one transaction too, so that
“all or none” and “nothing half done” hold without any clean-up (ADR in docs/adr).
"""

import io
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import delete

from app.accounts.queries import actor_of
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Can
from app.kernel.copying import copy_rows
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.kernel.sealing import sealer
from app.papers.models import Upload
from app.papers.service import keep_upload, open_paper
from app.papers.uploads import MEGABYTE, TABLE_TEXT, XLSX
from app.people.imports.answers import answered
from app.people.imports.judging import Judgement, judge
from app.people.imports.models import IMPORT_FLOW, ImportFinding, ImportStatus, ImportStep, RosterImport
from app.people.imports.reading import Sheets, open_sheets
from app.people.imports.rules.headers import Heading
from app.people.imports.rules.kinds import PLACES, Cell, Field, Outcome
from app.people.imports.rules.repairs import as_text
from app.people.imports.service.progress import ANSWERING, JUDGING, READING, WRITING, teller
from app.people.imports.service.receiving import ANSWERED, defer
from app.people.imports.service.writing import NotSpotless, write

SAMPLE_ROWS = 5
LARGEST_ANSWER = 80 * MEGABYTE


def read_import(import_id: int) -> None:
    """Find the list in the file; where every column is certain go on to judging, else ask."""
    _stage(import_id, ImportStatus.READING, _read)


def check_import(import_id: int) -> None:
    """Judge every row and keep what was found."""
    _stage(import_id, ImportStatus.CHECKING, _check)


def run_import(import_id: int) -> None:
    """Judge once more, since the register may have changed, and write."""
    _stage(import_id, ImportStatus.RUNNING, _run)


def _stage(import_id: int, status: ImportStatus, work: Callable[[RosterImport, Actor], None]) -> None:
    """Do one stage whole; what a person must mend about the file or the list is told, not tried again."""
    try:
        with transaction():
            row = db.session.get(RosterImport, import_id, with_for_update={"of": RosterImport}, populate_existing=True)
            if row is not None and row.status == status:
                work(row, _actor(row))
    except NotSpotless as refused:
        _end(import_id, ImportStep.BLOCK, refused)
    except DomainError as error:
        _end(import_id, ImportStep.FAIL, error)


def _end(import_id: int, step: ImportStep, error: DomainError) -> None:
    with transaction():
        row = audit.hold(db.session.get_one(RosterImport, import_id))
        row.trouble = str(error.message)[:200]
        audit.take(row, IMPORT_FLOW, step, by=SYSTEM)
        if step == ImportStep.BLOCK:
            defer("people.answer_import", row)


def _actor(row: RosterImport) -> Actor:
    """Who made the import, with the rights they have now; raises `Refused` where they have none any more."""
    by = actor_of(row.created_by, row.stands_for)
    if by is None or not by.may(Can.PERSON_IMPORT):
        raise Refused(N_("导入的人现在没有导入名册的权限，没有导入。"))
    return by


def _content(row: RosterImport) -> bytes:
    if row.upload_id is None:
        raise Refused(N_("名册文件已经按规定删除，请重新上传。"))
    return open_paper(db.session.get_one(Upload, row.upload_id))


def _read(row: RosterImport, _by: Actor) -> None:
    teller(row.id, READING, 0)
    sheets = open_sheets(_content(row))
    sheet, heading = sheets.roster()
    first = sheets.first_rows(sheet)
    layout: dict[str, Any] = {"kind": sheets.kind, "sheet": sheet, "sheets": list(sheets.names)}
    width = max((len(cells) for cells in first), default=0)
    if heading is None:
        heading = Heading(0, 0, ("",) * width, {})
    layout |= {"first": heading.first, "last": heading.last, "words": list(heading.words)}
    layout["columns"] = {str(name): column for name, column in heading.columns.items()}
    row.layout = layout
    row.sample = _sample(first[heading.last :] if sheets.heading is None else _of_chain(sheets), width)
    placed = set(PLACES) & set(heading.columns) or row.default_village
    certain = {Field.NAME, Field.ID_NUMBER} <= set(heading.columns) and placed and not heading.doubtful
    audit.take(row, IMPORT_FLOW, ImportStep.MAP if certain else ImportStep.ASK, by=SYSTEM)
    if certain:
        defer("people.check_import", row)


def _of_chain(sheets: Sheets) -> list[list[Cell]]:
    return [cells for _row, cells in sheets.rows(0)]


def _sample(rows: list[list[Cell]], width: int) -> str:
    """The first filled rows as text, for choosing columns; kept sealed."""
    filled = [[as_text(cell)[:40] for cell in cells] for cells in rows if any(cells)][:SAMPLE_ROWS]
    return json.dumps([cells + [""] * (width - len(cells)) for cells in filled], ensure_ascii=False)


def heading_of(row: RosterImport) -> Heading:
    """The heading as it was found, with the columns as they were chosen."""
    layout = row.layout
    columns = {Field(name): column for name, column in layout["columns"].items()}
    return Heading(layout["first"], layout["last"], tuple(layout["words"]), columns)


def _judged(row: RosterImport, by: Actor) -> Judgement:
    sheets = open_sheets(_content(row))
    sheet = int(row.layout["sheet"])
    tell = teller(row.id, JUDGING, sheets.total(sheet))
    return judge(sheets, sheet, heading_of(row), by=by, default_village=row.default_village or "", progress=tell)


def _check(row: RosterImport, by: Actor) -> None:
    judgement = _judged(row, by)
    _keep(row, judgement)
    row.counts = judgement.counts
    audit.take(row, IMPORT_FLOW, ImportStep.CHECK, by=SYSTEM, facts=row.counts)
    defer("people.answer_import", row)


def _run(row: RosterImport, by: Actor) -> None:
    judgement = _judged(row, by)
    tell = teller(row.id, WRITING, len(judgement.good))
    done = write(judgement, by=by, whole=row.whole, import_id=row.id, progress=tell)
    _keep(row, judgement)
    row.counts = {**judgement.counts, "registered": done.registered}
    row.finished_at = clock.now()
    audit.take(row, IMPORT_FLOW, ImportStep.FINISH, by=by, facts=row.counts)
    defer("people.answer_import", row)


def _keep(row: RosterImport, judgement: Judgement) -> None:
    """What was found in each row that people look at, in place of what was found before."""
    db.session.execute(delete(ImportFinding).where(ImportFinding.import_id == row.id))
    columns = ("import_id", "row", "outcome", "faults", "mends", "excerpt_sealed", "seal_id")
    copy_rows(ImportFinding.__tablename__, columns, _findings(row.id, judgement))
    row.answer_id = None


def _findings(import_id: int, judgement: Judgement) -> Iterator[tuple[Any, ...]]:
    seal = sealer()
    for found in judgement.rows:
        excerpt = judgement.excerpts.get(found.row)
        if excerpt is None and found.outcome == Outcome.OK:
            continue
        number = str(uuid.uuid4())
        words = json.dumps(excerpt or [], ensure_ascii=False)
        sealed = seal.seal(words, f"{ImportFinding.__tablename__}.excerpt.{number}")
        yield import_id, found.row, found.outcome, json.dumps(found.faults), json.dumps(found.mends), sealed, number


def answer_import(import_id: int) -> None:
    """Make the same workbook with a column of what came of each row."""
    with transaction():
        row = db.session.get(RosterImport, import_id)
        if row is None or row.answer_id is not None or row.status not in (ImportStatus.CHECKED, ImportStatus.DONE):
            return
        tell = teller(row.id, ANSWERING, row.counts.get("rows", 0))
        content, kind = answered(_content(row), row, heading_of(row), tell)
        by = actor_of(row.created_by, row.stands_for) or SYSTEM
        name = "answer.xlsx" if kind == XLSX else "answer.csv"
        kept = keep_upload(io.BytesIO(content), name, {XLSX, TABLE_TEXT}, LARGEST_ANSWER, by=by, kind=ANSWERED)
        audit.hold(row)
        row.answer_id = kept.id


def open_answer(row: RosterImport, *, by: Actor) -> Upload:
    """The workbook with the answers, handed out on the record: it names people."""
    if row.answer_id is None:
        raise Refused(N_("结果表还没有做好，请稍等片刻再下载。"))
    audit.record(row, "export", by=by, facts={"rows": row.counts.get("rows", 0)})
    return db.session.get_one(Upload, row.answer_id)
