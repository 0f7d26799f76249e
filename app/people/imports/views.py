"""The pages of imports: upload, columns, progress, what was found, the result."""

import json
from typing import Any

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.sealing import mask_id_number, mask_phone
from app.kernel.web import see_other
from app.papers.service import serve
from app.papers.uploads import XLSX
from app.people.imports import queries, service
from app.people.imports.forms import ColumnsForm, StartForm, UploadForm, letter
from app.people.imports.models import WORKING, ImportFinding, ImportStatus, RosterImport
from app.people.imports.rules.kinds import Field, Outcome
from app.people.imports.words import fault_words, mend_words
from app.people.views.blueprint import bp

KINDS = ("error", "ineligible", "repaired", "ok", "skip")
LONG, PHONE = 14, 11
Answer = Response | str | tuple[str, int]


@bp.get("/people/imports")
@needs(Can.PERSON_IMPORT)
def list_imports() -> str:
    """Upload or paste a roster; the actor's imports so far."""
    form = _upload_form()
    form.suggest()
    return _upload_page(form)


@bp.post("/people/imports")
@needs(Can.PERSON_IMPORT)
def upload_roster() -> Answer:
    """Take a roster; the worker reads it."""
    form = _upload_form()
    done = carried_out(form, lambda: _received(form))
    if done is None:
        return _upload_page(form), 422
    return see_other("people.show_import", import_id=done.result.id)


def _received(form: UploadForm) -> RosterImport:
    file = form.file.data
    if file is not None and file.filename:
        return service.receive(file.stream, file.filename, by=actor(), default_village=form.chosen_village)
    return service.receive_text(form.text.data or "", by=actor(), default_village=form.chosen_village)


def _upload_form() -> UploadForm:
    form = UploadForm()
    form.offer(actor())
    return form


def _upload_page(form: UploadForm) -> str:
    return render_template("people/imports/list.html", form=form, imports=queries.imports_for(actor()))


@bp.get("/people/imports/<int:import_id>")
@needs(Can.PERSON_IMPORT)
def show_import(import_id: int) -> Answer:
    """Where an import stands: at work, waiting for columns or for a decision, done."""
    row = queries.import_for(actor(), import_id)
    if row.status in WORKING:
        return render_template("people/imports/progress.html", row=row, progress=queries.progress_of(row.id))
    if row.status == ImportStatus.MAPPING:
        return see_other("people.show_columns", import_id=row.id)
    return _found_page(row, StartForm())


def _found_page(row: RosterImport, form: StartForm) -> str:
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else next((one for one in KINDS if row.counts.get(one)), "ok")
    page = paginate(queries.findings_of(row.id, kind), request.args.get("page", 1, int))
    return render_template(
        "people/imports/found.html",
        row=row,
        form=form,
        kind=kind,
        kinds=KINDS,
        page=page,
        told={found.row: _told(found) for found in page.items},
        before=queries.same_file(row),
        good=row.counts.get(Outcome.OK, 0),
        held_up=row.counts.get(Outcome.ERROR, 0) + row.counts.get(Outcome.INELIGIBLE, 0),
    )


def _told(found: ImportFinding) -> dict[str, Any]:
    """A finding for the page: the row's own words, masked, and what is said of them."""
    name, number, phone, village, address = [*json.loads(found.excerpt or "[]"), "", "", "", "", ""][:5]
    return {
        "name": name,
        "number": veiled(number),
        "phone": veiled(phone),
        "place": village or address,
        "faults": fault_words(found.faults),
        "mends": mend_words(found.mends),
    }


def veiled(text: str) -> str:
    """A cell with its long numbers masked."""
    if len(text) >= LONG and sum(char.isdigit() for char in text) >= LONG - 1:
        return mask_id_number(text)
    return mask_phone(text) if len(text) >= PHONE and text.isdigit() else text


@bp.get("/people/imports/<int:import_id>/columns")
@needs(Can.PERSON_IMPORT)
def show_columns(import_id: int) -> str:
    """Which column holds what, as it was found, for the officer to confirm or change."""
    row = queries.import_for(actor(), import_id)
    found = {name: str(column) for name, column in row.layout.get("columns", {}).items()}
    form = ColumnsForm(formdata=None, data={**found, "default_village": row.default_village or ""})
    return _columns_page(row, form)


@bp.post("/people/imports/<int:import_id>/columns")
@needs(Can.PERSON_IMPORT)
def choose_columns(import_id: int) -> Answer:
    """Take the officer's word for the columns and judge the rows."""
    row = queries.import_for(actor(), import_id)
    form = ColumnsForm()
    _offer(form, row)
    if carried_out(form, lambda: _choose(row, form)) is None:
        return _columns_page(row, form), 422
    return see_other("people.show_import", import_id=import_id)


def _choose(row: RosterImport, form: ColumnsForm) -> None:
    service.choose_columns(row, form.columns, by=actor(), default_village=form.chosen_village)


def _offer(form: ColumnsForm, row: RosterImport) -> None:
    form.offer(actor())
    form.offer_columns(row.layout.get("words", []))


def _columns_page(row: RosterImport, form: ColumnsForm) -> str:
    _offer(form, row)
    fields = [form[name.value] for name in Field]
    return render_template("people/imports/columns.html", row=row, form=form, sheet=_sheet(row), fields=fields)


def _sheet(row: RosterImport) -> list[dict[str, str]]:
    """The columns of the sheet: letter, heading, what stands in the first rows, masked."""
    rows = json.loads(row.sample or "[]")
    words = row.layout.get("words", [])
    return [
        {
            "letter": letter(column),
            "word": word,
            "sample": _("、").join(veiled(cells[column]) for cells in rows if column < len(cells) and cells[column]),
        }
        for column, word in enumerate(words)
    ]


@bp.post("/people/imports/<int:import_id>/run")
@needs(Can.PERSON_IMPORT)
def run_import(import_id: int) -> Answer:
    """Have the good rows imported, or all or none."""
    row, form = queries.import_for(actor(), import_id), StartForm()
    if carried_out(form, lambda: service.start(row, by=actor(), whole=form.take.data == "whole")) is None:
        return _found_page(row, form), 422
    return see_other("people.show_import", import_id=import_id)


@bp.post("/people/imports/<int:import_id>/discard")
@needs(Can.PERSON_IMPORT)
def discard_import(import_id: int) -> Response:
    """Give an import up."""
    row = queries.import_for(actor(), import_id)
    with transaction():
        service.discard(row, by=actor())
    flash(_("已放弃，台账没有改动。"))
    return see_other("people.list_imports")


@bp.post("/people/imports/<int:import_id>/answers")
@needs(Can.PERSON_IMPORT)
def download_answers(import_id: int) -> Response:
    """The same workbook with a column of what came of each row; recorded, since it names people."""
    row = queries.import_for(actor(), import_id)
    with transaction():
        upload = service.open_answer(row, by=actor())
    ending = "xlsx" if upload.media_type == XLSX else "csv"
    return serve(upload, filename=_("名册导入结果-%(n)s.%(ending)s", n=row.id, ending=ending), inline=False)
