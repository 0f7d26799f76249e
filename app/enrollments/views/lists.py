"""The lists of enrollments, by class and over the area, and the file of one."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.audit.queries import events_of
from app.audit.words import story
from app.classes.queries.menu import public_class
from app.enrollments import queries, service
from app.enrollments.denials.queries import asked_of, denials_of, link_of, open_denial
from app.enrollments.forms import EnrollmentFilterForm, WithdrawForm
from app.enrollments.models import Enrollment
from app.enrollments.queries import EnrollmentFilters
from app.enrollments.rules import ACTIVE, EnrollmentStatus
from app.enrollments.views.blueprint import bp
from app.kernel.access import Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.models import Upload
from app.policies.rules.disclosing import about

Answer = str | Response | tuple[str, int]


@bp.app_template_filter("rule_about")
def rule_about(rule: str) -> str:
    """What a rule is about, for whoever may not read a person's circumstances."""
    return _(about(rule))


def _filters(form: EnrollmentFilterForm) -> EnrollmentFilters:
    status = form.status.data
    known = EnrollmentStatus(status) if status in set(EnrollmentStatus) else None
    return EnrollmentFilters(known, (form.word.data or "").strip())


@bp.get("/enrollments")
@needs(Can.ENROLLMENT_READ)
def list_enrollments() -> str:
    """Everybody who signed up, within what the person may see."""
    form = EnrollmentFilterForm(request.args)
    form.offer()
    page = paginate(queries.enrollments_query(actor(), _filters(form)), request.args.get("page", 1, int))
    return render_template("enrollments/list_enrollments.html", form=form, page=page)


@bp.get("/classes/<int:class_id>/enrollments")
@needs(Can.ENROLLMENT_READ)
def list_of_class(class_id: int) -> str:
    """Who has a seat, by place, and who waits, in order."""
    row, form = public_class(class_id), EnrollmentFilterForm(request.args)
    form.offer()
    page = paginate(queries.in_class(actor(), class_id, _filters(form)), request.args.get("page", 1, int))
    counts = queries.counts_of(actor(), class_id)
    return render_template("enrollments/list_of_class.html", row=row, form=form, page=page, counts=counts)


def _page(row: Enrollment, form: WithdrawForm) -> str:
    return render_template(
        "enrollments/show_enrollment.html",
        row=row,
        form=form,
        events=story(events_of(row)),
        may_withdraw=row.status in ACTIVE and actor().may(Can.ENROLLMENT_MAKE) and open_denial(row.id) is None,
        denials=denials_of(row.id),
        asked=asked_of(row.id),
        told=link_of(row.id) is not None,
        open_words=actor().may(Can.PERSON_READ),
        by_officer=row.made_by.startswith("user:"),
    )


@bp.get("/enrollments/<int:enrollment_id>")
@needs(Can.ENROLLMENT_READ)
def show_enrollment(enrollment_id: int) -> str:
    """One sign-up: the verdict, the consent, and what happened."""
    return _page(queries.enrollment_for(actor(), enrollment_id), WithdrawForm())


@bp.post("/enrollments/<int:enrollment_id>/withdraw")
@needs(Can.ENROLLMENT_MAKE)
def withdraw_for(enrollment_id: int) -> Answer:
    """Take a person out for them, by their wish."""
    row, form = queries.enrollment_for(actor(), enrollment_id), WithdrawForm()
    if not form.validate_on_submit():
        return _page(row, form), 422
    with transaction():
        service.withdraw(row, by=actor(), reason=form.reason.data or "")
    flash(_("已经替本人退出。名额和享受补贴的次数都已退还。"))
    return see_other("enrollments.show_enrollment", enrollment_id=enrollment_id)


@bp.get("/enrollments/<int:enrollment_id>/slip")
@needs(Can.ENROLLMENT_READ)
def show_slip(enrollment_id: int) -> Response:
    """The photo of the signed slip."""
    row = queries.enrollment_for(actor(), enrollment_id)
    upload = db.session.get(Upload, row.consent_upload_id) if row.consent_upload_id else None
    if upload is None:
        raise NotFound
    return papers.serve(upload, filename=_("报名签字单"))
