"""A laborer on a phone: read what one agrees to, sign up, see one's own enrollments, step back."""

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.classes.models import TrainingClass
from app.classes.queries import mode_of_class, pack_of_class, sessions_of
from app.classes.queries.menu import public_class
from app.enrollments import queries, service
from app.enrollments.forms import AgreeForm, WithdrawForm
from app.enrollments.models import Enrollment
from app.enrollments.rules import ACTIVE, Consent, EnrollmentStatus
from app.enrollments.views.blueprint import bp
from app.enrollments.words import NOTICE_VERSION, PURPOSES
from app.kernel import remembered
from app.kernel.access import PUBLIC, Can, actor, maybe_actor, needs
from app.kernel.database import by_one_statement, transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.people.arrival import begin
from app.people.models import Person
from app.people.queries import person as person_of
from app.regions.queries import county_of, full_name

Answer = str | Response | tuple[str, int]
PARTS = ("when", "after", "data", "agree")
"""What is read before agreeing: one page each in the elder view, all on one page otherwise."""


def _me() -> Person:
    """The laborer acting; staff have no enrollments of their own."""
    person_id = actor().person_id
    if person_id is None:
        abort(403)
    return person_of(person_id)


@bp.get("/classes/<int:class_id>/sign-up")
@needs(PUBLIC)
def start_own(class_id: int) -> Response:
    """From the class to the next of the three steps: who am I, or, for whoever is known already, what I agree to."""
    row = public_class(class_id)
    target = url_for("enrollments.confirm_own", class_id=class_id)
    if maybe_actor() is not None:
        return see_other("enrollments.confirm_own", class_id=class_id)
    begin(target, row.name)
    return see_other("people.ask_number")


def _confirm_page(row: TrainingClass, person: Person, form: AgreeForm) -> str:
    pack, part = pack_of_class(row), request.args.get("part", "")
    one_by_one = bool(remembered.size())
    shown = (part if part in PARTS else PARTS[0],) if one_by_one and not form.errors else PARTS
    shown = (PARTS[-1],) if one_by_one and form.errors else shown
    return render_template(
        "enrollments/confirm_own.html",
        row=row,
        person=person,
        form=form,
        mode=mode_of_class(row, pack),
        cap=pack.count("record.lifetime_cap"),
        sessions=sessions_of(row.id),
        verdict=queries.precheck(row, person),
        parts=PARTS,
        shown=shown,
        purposes=PURPOSES,
        county=full_name(county_of(row.region_code)),
    )


@bp.get("/classes/<int:class_id>/enroll")
@needs(Can.SELF_ENROLL)
def confirm_own(class_id: int) -> Answer:
    """What the person agrees to: place, days, post or livelihood, the use of their record, who sees their data."""
    row, person = public_class(class_id), _me()
    already = queries.active_of(class_id, person.id)
    if already is not None:
        return see_other("enrollments.show_own", enrollment_id=already.id)
    return _confirm_page(row, person, AgreeForm())


@bp.post("/classes/<int:class_id>/enroll")
@needs(Can.SELF_ENROLL)
def enroll_self(class_id: int) -> Answer:
    """Sign up; sent twice, it is the same sign-up."""
    person, form = _me(), AgreeForm()
    if not form.validate_on_submit():
        return _confirm_page(public_class(class_id), person, form), 422
    try:
        note = _("本人在手机上看过告知书（%(version)s 版）", version=NOTICE_VERSION)
        with by_one_statement():
            made = service.enroll_self(class_id, person, by=actor(), consent_note=note)
        if made is None:
            with transaction():
                made = service.enroll(class_id, person, by=actor(), consent=Consent.OWN_CODE, consent_note=note).id
    except DomainError as error:
        already = queries.active_of(class_id, person.id)
        if already is not None:
            return see_other("enrollments.show_own", enrollment_id=already.id)
        error_on(form, error)
        return _confirm_page(public_class(class_id), person, form), error.status
    return see_other("enrollments.show_own", enrollment_id=made)


@bp.get("/my/enrollments")
@needs(Can.SELF_READ)
def list_own() -> str:
    """Every class the person signed up for, those that stand first."""
    rows = queries.own_enrollments(_me().id)
    return render_template("enrollments/list_own.html", rows=rows, active=ACTIVE)


@bp.get("/my/enrollments/<int:enrollment_id>")
@needs(Can.SELF_READ)
def show_own(enrollment_id: int) -> str:
    """One sign-up: a seat or a number, when and where, and the way out."""
    return _own_page(queries.enrollment_for(actor(), enrollment_id), WithdrawForm())


def _own_page(row: Enrollment, form: WithdrawForm) -> str:
    said_yes = row.status == EnrollmentStatus.OFFERED and row.accepted_at is not None
    return render_template(
        "enrollments/show_own.html",
        row=row,
        form=form,
        ahead=queries.ahead_of(row) if row.status == EnrollmentStatus.WAITING else 0,
        sessions=sessions_of(row.class_id),
        until=service.until_words(row.offer_until) if row.offer_until else "",
        may_withdraw=row.status in (EnrollmentStatus.ENROLLED, EnrollmentStatus.WAITING) or said_yes,
    )


@bp.post("/my/enrollments/<int:enrollment_id>/accept")
@needs(Can.SELF_ENROLL)
def accept_own(enrollment_id: int) -> Response:
    """Take the place that is held since one's turn came."""
    row = queries.enrollment_for(actor(), enrollment_id)
    with transaction():
        service.accept(row, by=actor())
    return see_other("enrollments.show_own", enrollment_id=enrollment_id)


@bp.post("/my/enrollments/<int:enrollment_id>/decline")
@needs(Can.SELF_ENROLL)
def decline_own(enrollment_id: int) -> Answer:
    """Leave the held place to the next."""
    row, form = queries.enrollment_for(actor(), enrollment_id), WithdrawForm()
    if not form.validate_on_submit():
        return _own_page(row, form), 422
    with transaction():
        service.decline(row, by=actor(), note=form.reason.data or "")
    flash(_("名额已经让给后面的人，享受补贴的次数不占您的。"))
    return see_other("enrollments.show_own", enrollment_id=enrollment_id)


@bp.post("/my/enrollments/<int:enrollment_id>/withdraw")
@needs(Can.SELF_ENROLL)
def withdraw_own(enrollment_id: int) -> Answer:
    """Step back."""
    row, form = queries.enrollment_for(actor(), enrollment_id), WithdrawForm()
    if not form.validate_on_submit():
        return _own_page(row, form), 422
    with transaction():
        service.withdraw(row, by=actor(), reason=form.reason.data or "")
    flash(_("已经退出。名额让给了后面的人，享受补贴的次数不占您的。"))
    return see_other("enrollments.show_own", enrollment_id=enrollment_id)
