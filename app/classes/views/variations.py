"""Variations: what waits for a decision, what was asked for, decided side by side."""

from flask import Response, flash, render_template, request

from app.accounts.models import User
from app.audit.queries import events_of
from app.classes import queries, service
from app.classes.forms.deciding import ReasonForm, RemarkForm
from app.classes.forms.variations import KINDS, Asks, VariationForm, class_pairs, past_sessions
from app.classes.models import TrainingClass, Variation
from app.classes.queries.changes import between, side_by_side
from app.classes.queries.openings import unratified_sessions
from app.classes.rules import OF_TWO, URGENT, VariationKind, VariationStatus
from app.classes.views.blueprint import bp
from app.classes.views.shown import UNPROCESSABLE, Answer, frame
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other


@bp.get("/class-variations")
@needs(Can.CLASS_APPROVE)
def list_open_variations() -> str:
    """The variations that wait for a decision, oldest first."""
    page = paginate(queries.open_variations(actor()), request.args.get("page", 1, type=int))
    return render_template("classes/list_open_variations.html", page=page)


@bp.get("/classes/<int:class_id>/variations")
@needs(Can.CLASS_READ)
def list_variations(class_id: int) -> str:
    """A class's variations, newest first."""
    row = queries.class_for(actor(), class_id)
    found = queries.variations_of(row.id)
    return render_template(
        "classes/list_variations.html",
        **frame(row, "list_variations"),
        variations=found,
        kinds=list(KINDS),
        doubtful=unratified_sessions(row.id),
    )


def _form(row: TrainingClass, kind: str) -> tuple[VariationKind, VariationForm]:
    if kind not in set(VariationKind) or VariationKind(kind) not in KINDS:
        raise NotFound
    form = KINDS[VariationKind(kind)]()
    form.offer(Asks(row, actor(), request.args.get("session_id", type=int)))
    return VariationKind(kind), form


def _editor(row: TrainingClass, kind: VariationKind, form: VariationForm, status: int = 200) -> Answer:
    pick = kind == VariationKind.MAKE_UP and "session_id" not in request.args and not form.is_submitted()
    page = render_template(
        "classes/ask_variation.html",
        row=row,
        kind=kind,
        form=form,
        fields=form.told(),
        urgent=kind in URGENT,
        pick=past_sessions(row) if pick else None,
        nowhere=kind in OF_TWO and not class_pairs(row),
    )
    return page, status


@bp.get("/classes/<int:class_id>/variations/<string:kind>")
@needs(Can.CLASS_FILE)
def new_variation(class_id: int, kind: str) -> Answer:
    """The form for one kind."""
    row = queries.class_for(actor(), class_id)
    return _editor(row, *_form(row, kind))


@bp.post("/classes/<int:class_id>/variations/<string:kind>")
@needs(Can.CLASS_FILE)
def ask_variation(class_id: int, kind: str) -> Answer | Response:
    """Ask for a change to a locked class."""
    row = queries.class_for(actor(), class_id)
    what, form = _form(row, kind)
    if done := carried_out(form, lambda: service.ask_variation(row, what, form.asked(), form.reason.data, by=actor())):
        flash(_("变更申请已提交，等培训管理员审批。批准以前，照原来的执行。"))
        return see_other("classes.show_variation", variation_id=done.result.id)
    return _editor(row, what, form, UNPROCESSABLE)


def show_one(variation: Variation, status: int = 200, **forms: Form) -> Answer:
    """One variation side by side, with the forms to decide on it."""
    by = actor()
    asker = db.session.get(User, int(variation.asked_by[5:])) if variation.asked_by.startswith("user:") else None
    may_decide, in_force = by.may(Can.CLASS_APPROVE), variation.status == VariationStatus.IN_FORCE
    blank: dict[str, Form] = {"approve": RemarkForm(formdata=None), "refuse": ReasonForm(formdata=None)}
    blank |= {"ratify": RemarkForm(formdata=None), "reject": ReasonForm(formdata=None)}
    page = render_template(
        "classes/show_variation.html",
        variation=variation,
        row=variation.training_class,
        rows=side_by_side(variation),
        events=events_of(variation),
        asker=asker.name if asker else _("系统"),
        decide=may_decide and variation.status == VariationStatus.ASKED,
        ratify=may_decide and in_force and not variation.unratified,
        own=variation.asked_by in by.keys and variation.kind != VariationKind.REFILL,
        forms={**blank, **forms},
    )
    return page, status


@bp.get("/class-variations/<int:variation_id>")
@needs(Can.CLASS_READ)
def show_variation(variation_id: int) -> Answer:
    """One variation, before and after side by side."""
    return show_one(queries.variation_for(actor(), variation_id))


@bp.post("/class-variations/<int:variation_id>/approve")
@needs(Can.CLASS_APPROVE)
def approve_variation(variation_id: int) -> Answer | Response:
    """Approve a variation and carry it out."""
    variation, form = queries.variation_for(actor(), variation_id), RemarkForm()
    return _decide(variation, "approve", form, form.note.data or "", approve=True)


@bp.post("/class-variations/<int:variation_id>/refuse")
@needs(Can.CLASS_APPROVE)
def refuse_variation(variation_id: int) -> Answer | Response:
    """Refuse a variation with a reason."""
    variation, form = queries.variation_for(actor(), variation_id), ReasonForm()
    return _decide(variation, "refuse", form, form.reason.data or "", approve=False)


def _decide(variation: Variation, name: str, form: Form, note: str, *, approve: bool) -> Answer | Response:
    if carried_out(form, lambda: service.decide_variation(variation, approve=approve, note=note, by=actor())):
        flash(_("已批准，变更已生效。") if approve else _("没有批准，学校会看到原因。"))
        return see_other("classes.show_variation", variation_id=variation.id)
    return show_one(variation, UNPROCESSABLE, **{name: form})


@bp.get("/classes/<int:class_id>/versions")
@needs(Can.CLASS_READ)
def compare_versions(class_id: int) -> str:
    """Any two versions of the lock side by side; without a choice the last two."""
    row = queries.class_for(actor(), class_id)
    fixes = queries.fixes_of(row.id)
    known = {fix.version: fix for fix in fixes}
    last = max(known, default=0)
    old, new = request.args.get("old", last - 1, type=int), request.args.get("new", last, type=int)
    one, other = known.get(old) or known.get(1), known.get(new) or known.get(last)
    return render_template(
        "classes/compare_versions.html",
        **frame(row, "show_history"),
        fixes=fixes,
        one=one,
        other=other,
        rows=between(one, other) if one and other else [],
    )
