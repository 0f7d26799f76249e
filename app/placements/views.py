"""Who took up what: the employer says it of its own people, an officer of livelihoods."""

from flask import Blueprint, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.audit.queries import events_of
from app.classes.models import TrainingClass
from app.kernel.access import Actor, Can, Role, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _, _lp
from app.kernel.labels import label
from app.kernel.navigation import Way, door, guides
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.placements import queries, service
from app.placements.forms import EMPLOYER_PROOFS, OFFICER_PROOFS, ConfirmForm, FilterForm, ProofForm, ReasonForm
from app.placements.models import Placement
from app.placements.rules import PLACEMENT_FLOW, PlacementStatus, ProofKind

bp = Blueprint("placements", __name__)
blueprints = (bp,)
door(
    _lp("list", "送岗"),
    "placements.list_placements",
    Can.PLACEMENT_READ,
    icon="work",
    order=65,
    roles=(
        Role.EMPLOYER,
        Role.SCHOOL_CLERK,
        Role.VILLAGE_OFFICER,
        Role.TOWNSHIP_OFFICER,
        Role.TRAINING_OFFICER,
        Role.AUDITOR,
    ),
)
Answer = str | Response | tuple[str, int]


@guides("class")
def ways_from_class(row: TrainingClass, by: Actor) -> list[Way]:
    """From a class to where its people went, once somebody is expected somewhere."""
    if not by.may(Can.PLACEMENT_READ) or not queries.any_in_class(by, row.id):
        return []
    return [Way(_("送岗"), url_for("placements.list_placements", class_id=row.id))]


@bp.get("/placements")
@needs(Can.PLACEMENT_READ)
def list_placements() -> str:
    """The people who are expected somewhere, and what became of it."""
    form = FilterForm(request.args).offer()
    status = PlacementStatus(form.status.data) if form.status.data in set(PlacementStatus) else None
    filters = queries.PlacementFilters(
        word=form.word.data or "", status=status, class_id=request.args.get("class_id", type=int)
    )
    page = paginate(queries.placements_for(actor(), filters), request.args.get("page", 1, type=int))
    return render_template(
        "placements/list_placements.html",
        form=form,
        page=page,
        lacking=queries.lacking_proof(page.items),
        tabs_of=_tabs(status),
        filtered=bool(filters.word or filters.status or filters.class_id),
        employer=actor().has(Role.EMPLOYER),
    )


def _tabs(status: PlacementStatus | None) -> list[tuple[str, str, bool, int]]:
    """The views of the list: all, and each status with its number."""
    counts, address = queries.counts_for(actor()), "placements.list_placements"
    return [
        (_("全部"), url_for(address), status is None, sum(counts.values())),
        *(
            (label(one), url_for(address, status=one.value), status is one, counts.get(one, 0))
            for one in PlacementStatus
        ),
    ]


def _proofs(placement: Placement) -> dict[str, str]:
    return EMPLOYER_PROOFS if placement.organization_id is not None else OFFICER_PROOFS


def _page(
    placement: Placement,
    form: ConfirmForm | None = None,
    reason: ReasonForm | None = None,
    proof: ProofForm | None = None,
    step: str = "",
) -> str:
    mine = queries.confirms(actor(), placement)
    open_steps = PLACEMENT_FLOW.open_steps(placement.status) if mine else ()
    return render_template(
        "placements/show_placement.html",
        placement=placement,
        form=(form or ConfirmForm(formdata=None)).offer(_proofs(placement)),
        reason=reason or ReasonForm(formdata=None),
        step=step,
        steps=[str(step) for step in open_steps],
        events=events_of(placement),
        party=queries.party_of(placement),
        employer=actor().has(Role.EMPLOYER),
        proofs=queries.proofs_of(placement.id),
        one_owner_here=queries.has_one_owner(placement),
        proof_form=(proof or ProofForm(formdata=None)).offer() if queries.may_prove(actor(), placement) else None,
    )


@bp.get("/placements/<int:placement_id>")
@needs(Can.PLACEMENT_READ)
def show_placement(placement_id: int) -> str:
    """One person's post or livelihood, with the forms for whoever confirms it."""
    return _page(queries.placement_for(actor(), placement_id))


@bp.post("/placements/<int:placement_id>/confirm")
@needs(Can.PLACEMENT_CONFIRM)
def confirm(placement_id: int) -> Answer:
    """Confirm that it was taken up."""
    placement = queries.placement_for(actor(), placement_id)
    form = ConfirmForm().offer(_proofs(placement))
    if not form.validate():
        return _page(placement, form), 422
    proof = form.proof_words(_proofs(placement))
    try:
        with transaction():
            told = {"took_up_on": form.took_up_on.data, "pay_fen": form.pay.data, "proof": proof}
            service.confirm(placement, **told, contract_months=form.contract_months.data, by=actor())
    except DomainError as error:
        error_on(form, _on_form(error))
        return _page(placement, form), error.status
    flash(_("已确认上岗，学校申领补贴时会用到。"))
    return see_other("placements.list_placements", status=PlacementStatus.EXPECTED.value)


@bp.post("/placements/<int:placement_id>/proofs")
@needs(Can.PLACEMENT_CONFIRM)
def record_proof(placement_id: int) -> Answer:
    """Write down another proof than the employer's word."""
    placement = queries.placement_for(actor(), placement_id)
    form = ProofForm().offer()
    done = carried_out(
        form,
        lambda: service.record_proof(
            placement, ProofKind(form.kind.data), seen_on=form.seen_on.data, note=form.note.data, by=actor()
        ),
    )
    if not done:
        return _page(placement, proof=form), 422
    flash(_("已记下。用工的单位现在可以确认上岗了。"))
    return see_other("placements.show_placement", placement_id=placement.id)


def _on_form(error: DomainError) -> DomainError:
    """The rule's field as the form calls it."""
    error.field = {"pay_fen": "pay", "proof": "proof_note"}.get(error.field or "", error.field)
    return error


def _with_reason(placement: Placement, step: str, done: str) -> Answer:
    form = ReasonForm()
    if not form.validate():
        return _page(placement, reason=form, step=step), 422
    try:
        with transaction():
            act = service.decline if step == "decline" else service.reopen
            act(placement, reason=form.reason.data, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(placement, reason=form, step=step), error.status
    flash(done)
    return see_other("placements.show_placement", placement_id=placement.id)


@bp.post("/placements/<int:placement_id>/decline")
@needs(Can.PLACEMENT_CONFIRM)
def decline(placement_id: int) -> Answer:
    """Say that it was not taken up."""
    placement = queries.placement_for(actor(), placement_id)
    return _with_reason(placement, "decline", _("已记下没有上岗。以后上岗了，可以更正。"))


@bp.post("/placements/<int:placement_id>/reopen")
@needs(Can.PLACEMENT_CONFIRM)
def reopen(placement_id: int) -> Answer:
    """Open what was said again, to correct it."""
    placement = queries.placement_for(actor(), placement_id)
    return _with_reason(placement, "reopen", _("可以重新确认了，原来的说法留在记录里。"))
