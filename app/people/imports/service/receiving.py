"""What the officer does: uploads or pastes, says which column is what, starts, gives up."""

import io
from collections.abc import Mapping
from typing import IO, Any

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.kernel.tasks import tasks
from app.papers.service import keep_upload
from app.people.imports import queries
from app.people.imports.models import IMPORT_FLOW, ImportProgress, ImportStatus, ImportStep, RosterImport
from app.people.imports.reading import LARGEST, ROSTERS
from app.people.imports.rules.kinds import PLACES, Field

UPLOADED, ANSWERED = "roster", "roster answer"


def receive(
    stream: IO[bytes], filename: str, *, by: Actor, default_village: str = "", pasted: bool = False
) -> RosterImport:
    """Keep an uploaded roster and have it read; raises `DomainError` for a file that is none."""
    if default_village and default_village not in queries.village_codes(by):
        raise DomainError(N_("这个村不在您负责的范围内，请重新选择。"), "default_village")
    upload = keep_upload(stream, filename, ROSTERS, LARGEST, by=by, kind=UPLOADED, field="text" if pasted else "file")
    row = RosterImport(
        status=ImportStatus.READING,
        created_by=by.key,
        stands_for=by.stands_for,
        region_code=by.area[0] if by.area else None,
        area=list(by.area),
        upload_id=upload.id,
        sha256=upload.sha256,
        pasted=pasted,
        default_village=default_village or None,
        layout={},
        counts={},
        created_at=clock.now(),
    )
    audit.born(row, by=by, facts={"bytes": upload.size})
    db.session.add(ImportProgress(import_id=row.id, stage=0, done=0, total=0, at=clock.now()))
    defer("people.read_import", row)
    return row


def receive_text(text: str, *, by: Actor, default_village: str = "") -> RosterImport:
    """Keep a pasted list and have it read."""
    if not text.strip():
        raise DomainError(N_("请选择一个文件，或者粘贴接龙。"), "file")
    stream = io.BytesIO(text.replace("\r\n", "\n").encode())
    return receive(stream, "list.txt", by=by, default_village=default_village, pasted=True)


def choose_columns(row: RosterImport, columns: Mapping[Field, int], *, by: Actor, default_village: str = "") -> None:
    """Say which column holds what, from 0, and where those live whose row names no place; judge anew."""
    held = _held(row, by)
    if not {Field.NAME, Field.ID_NUMBER} <= set(columns):
        raise DomainError(N_("请指出哪一列是姓名、哪一列是身份证号码。"))
    if len(set(columns.values())) < len(columns):
        raise DomainError(N_("同一列不能当作两样内容，请重新选择。"))
    if not default_village and not set(PLACES) & set(columns):
        raise DomainError(N_("请指出哪一列是村（社区）或住址；表里没有的，请选一个村，把所有人登记到那里。"))
    if default_village and default_village not in queries.village_codes(by):
        raise DomainError(N_("这个村不在您负责的范围内，请重新选择。"), "default_village")
    held.layout = {**held.layout, "columns": {str(name): column for name, column in columns.items()}}
    held.default_village = default_village or None
    held.trouble = ""
    audit.take(held, IMPORT_FLOW, ImportStep.MAP, by=by)
    defer("people.check_import", held)


def start(row: RosterImport, *, by: Actor, whole: bool) -> None:
    """Have the good rows imported, or, where `whole`, all rows or none."""
    held = _held(row, by)
    held.whole, held.trouble = whole, ""
    audit.take(held, IMPORT_FLOW, ImportStep.RUN, by=by, facts={"whole": whole})
    defer("people.run_import", held)


def discard(row: RosterImport, *, by: Actor) -> None:
    """Give an import up; the register stays as it is."""
    audit.take(_held(row, by), IMPORT_FLOW, ImportStep.DISCARD, by=by)


def _held(row: RosterImport, by: Actor) -> RosterImport:
    """The import, locked, for whoever made it or whom they stood in for."""
    if row.created_by not in by.keys and row.stands_for not in by.keys:
        raise Refused(N_("这份名册由上传的人决定，您可以查看。"))
    return audit.hold(row)


def defer(name: str, row: RosterImport, **more: Any) -> None:
    """Enqueue the next piece of work; never two at a time for one import."""
    tasks.defer(name, lock=f"roster_import:{row.id}", import_id=row.id, **more)
