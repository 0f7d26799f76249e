"""One inspection; the page for the phone on the spot; the form on paper, and typing it in later."""

from datetime import datetime

from flask import flash, render_template, request

from app.attendance.queries import names_of
from app.classes.queries import active_seats
from app.inspections import printing, queries, service
from app.inspections.forms import AnswerForm, NoteForm, ReasonForm, Ticked, VisitForm, read_ticks
from app.inspections.models import Inspection
from app.inspections.rules import INSPECTION_FLOW, InspectionStep, Result, Way
from app.inspections.service import Seen
from app.inspections.views.blueprint import Answer, bp
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers.returns import scan_back
from app.papers.service import serve
from app.recordings.queries import of_session, remarks_on
from app.recordings.rules import Origin


def inspection_page(row: Inspection, status: int = 200, **forms: Form) -> Answer:
    """The page of one inspection, with every step that is open as a form."""
    open_steps, by = set(INSPECTION_FLOW.open_steps(row.status)), actor()
    blank = {"answer": AnswerForm, "accept": NoteForm, "send_back": NoteForm, "call_off": ReasonForm}
    photos = [one for one in of_session(row.session_id) if one.origin is Origin.INSPECTION]
    page = render_template(
        "inspections/show_inspection.html",
        row=row,
        people=queries.people_of(row.id),
        difference=queries.difference(row) if by.area else None,
        photos=photos,
        remarks=remarks_on(photos, row.training_class),
        names=names_of(filter(None, (row.planned_by, row.done_by, row.answered_by, row.mended_by, row.resumed_by))),
        forms={name: forms.get(name) or form(formdata=None) for name, form in blank.items()},
        may={
            "run": by.may(Can.INSPECTION_RUN) and InspectionStep.CARRY_OUT in open_steps,
            "call_off": by.may(Can.INSPECTION_PLAN) and InspectionStep.CALL_OFF in open_steps,
            "answer": by.organization_id == row.school_id
            and InspectionStep.ANSWER in open_steps
            and row.result is not Result.PASSED,
            "decide": by.may(Can.INSPECTION_ACCEPT) and InspectionStep.ACCEPT in open_steps,
            "officer": bool(by.area),
        },
    )
    return page, status


@bp.get("/inspections/<int:inspection_id>")
@needs(Can.INSPECTION_READ)
def show_inspection(inspection_id: int) -> Answer:
    """One inspection."""
    return inspection_page(queries.inspection_for(actor(), inspection_id))


def _visit(row: Inspection, form: VisitForm, ticked: Ticked, *, paper: bool) -> str:
    return render_template(
        "inspections/visit.html",
        row=row,
        form=form.offer(),
        seats=active_seats(row.class_id),
        ticked=ticked,
        paper=paper,
        photos=sum(one.origin is Origin.INSPECTION for one in of_session(row.session_id)),
    )


@bp.get("/inspections/<int:inspection_id>/visit")
@needs(Can.INSPECTION_RUN)
def visit(inspection_id: int) -> str:
    """The page for the spot, or (`paper=1`) for typing in what was written on paper."""
    row = queries.inspection_for(actor(), inspection_id)
    return _visit(row, VisitForm(formdata=None), Ticked(), paper=bool(request.args.get("paper")))


@bp.post("/inspections/<int:inspection_id>/visit")
@needs(Can.INSPECTION_RUN)
def carry_out(inspection_id: int) -> Answer:
    """Write down what was seen."""
    row, form = queries.inspection_for(actor(), inspection_id), VisitForm().offer()
    paper, ticked = bool(request.args.get("paper")), read_ticks(request.form, active_seats(row.class_id))
    if paper and form.at_time.data is None:
        form.at_time.errors = [*form.at_time.errors, _("请填到现场的时间。")]
    ready = form.validate() and not (paper and form.at_time.data is None)
    done = carried_out(form, lambda: _carry_out(row, form, ticked, paper=paper)) if ready else None
    if done is None:
        return _visit(row, form, ticked, paper=paper), 422
    flash(_("督查结果记下了。"))
    return see_other("inspections.show_inspection", inspection_id=row.id)


def _carry_out(row: Inspection, form: VisitForm, ticked: Ticked, *, paper: bool) -> None:
    seen = Seen(
        result=Result(form.result.data),
        head_count=form.head_count.data,
        unlisted=form.unlisted.data or 0,
        there=frozenset(ticked.there),
        agreed=ticked.agreed,
        findings=form.findings.data or "",
    )
    said = form.at_time.data
    moment = datetime.combine(row.session.on, said, clock.LOCAL) if paper and said is not None else None
    scan = request.files.get("scan")
    if paper and scan and scan.filename:
        now = printing.form_facts(row)
        about = (Inspection.__tablename__, row.id)
        scan_back(scan.stream, scan.filename, about=about, now=lambda _form: now, by=actor(), code=form.code.data or "")
    service.carry_out(row, seen, by=actor(), way=Way.PAPER if paper else Way.ON_SITE, at=moment)


@bp.post("/inspections/<int:inspection_id>/form")
@needs(Can.INSPECTION_RUN)
def print_form(inspection_id: int) -> Answer:
    """The form to take along on paper."""
    row = queries.inspection_for(actor(), inspection_id)
    with transaction():
        form = printing.print_out(row, by=actor())
    return serve(form.paper, filename=f"inspection-{row.id}.pdf")


@bp.post("/inspections/<int:inspection_id>/call-off")
@needs(Can.INSPECTION_PLAN)
def call_off(inspection_id: int) -> Answer:
    """Say why nobody went."""
    row, form = queries.inspection_for(actor(), inspection_id), ReasonForm()
    if carried_out(form, lambda: service.call_off(row, reason=form.reason.data, by=actor())) is None:
        return inspection_page(row, 422, call_off=form)
    flash(_("记下了。"))
    return see_other("inspections.show_inspection", inspection_id=row.id)
