"""One tap to say no; what was asked aloud; the cases of people who never agreed, and who decides them."""

from flask import Response as FlaskResponse
from flask import flash, make_response, render_template, request
from werkzeug.wrappers import Response

from app.accounts.queries import names_of_keys
from app.audit.queries import events_of
from app.audit.words import story
from app.enrollments import queries as enrolled
from app.enrollments.denials import queries, service
from app.enrollments.denials.models import Denial
from app.enrollments.denials.queries import DenialFilters
from app.enrollments.denials.rules import DenialStatus, DenialWay
from app.enrollments.forms import AskedForm, DecisionForm, DenialFilterForm, DenialForm
from app.enrollments.models import Enrollment
from app.enrollments.views.blueprint import bp
from app.kernel import clock
from app.kernel.access import PUBLIC, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import csrf, see_other

Answer = str | Response | tuple[str, int]
ASKERS = (Can.ENROLLMENT_MAKE, Can.ATTENDANCE_MARK)
"""Who may ask people aloud whether they agreed: the village, and whoever takes the roll."""


def _no_page(token: str, words: str = "", status: int = 200) -> FlaskResponse:
    link = queries.link(token)
    denials = queries.denials_of(link.enrollment_id)
    page = render_template(
        "enrollments/say_no.html",
        token=token,
        row=link.enrollment,
        denial=denials[0] if denials else None,
        late=link.expires_at < clock.now(),
        words=words,
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/no/<token>")
@needs(PUBLIC)
def read_no(token: str) -> FlaskResponse:
    """What one was signed up for, and the one button; looking writes nothing, so that a link's preview does no harm."""
    return _no_page(token)


@bp.post("/no/<token>")
@needs(PUBLIC)
def say_no(token: str) -> Response | FlaskResponse:
    """Say no. The token is the key that only the phone has, so the page works without cookies."""
    try:
        with transaction():
            service.deny_by_link(token)
    except DomainError as error:
        return _no_page(token, _(str(error.message)), error.status)
    return see_other("enrollments.read_no", token=token)


csrf.exempt(say_no)


@bp.get("/consents")
@needs(*ASKERS)
def list_consents() -> str:
    """Whom nobody could ask by phone, in all classes; the earliest class first."""
    page = paginate(queries.to_ask(actor()), request.args.get("page", 1, int))
    return render_template("enrollments/list_consents.html", page=page, form=AskedForm(formdata=None))


@bp.post("/enrollments/<int:enrollment_id>/asked-aloud")
@needs(*ASKERS)
def ask_aloud(enrollment_id: int) -> Answer:
    """Write down what the person answered face to face."""
    row, form = enrolled.enrollment_for(actor(), enrollment_id), AskedForm()
    agreed = form.answer.data == "yes"
    if not form.validate_on_submit():
        page = paginate(queries.to_ask(actor()), 1)
        return render_template("enrollments/list_consents.html", page=page, form=form), 422
    with transaction():
        service.asked_aloud(row, agreed=agreed, by=actor(), note=form.note.data or "")
    flash(_("记下了：本人说同意。") if agreed else _("记下了：本人说没有同意。已经立案核查，名额先留着。"))
    return see_other("enrollments.list_consents")


@bp.get("/denials")
@needs(Can.DENIAL_READ)
def list_denials() -> str:
    """Who says that they never agreed, what waits for a decision first; and how often it happened to whom."""
    form = DenialFilterForm(request.args)
    form.offer()
    status = DenialStatus(form.status.data) if form.status.data in set(DenialStatus) else None
    filters = DenialFilters(status, form.officer.data or "")
    page = paginate(queries.denials_query(actor(), filters), request.args.get("page", 1, int))
    officers = queries.denials_by_officer(actor())
    names = names_of_keys([key for key, _count, _true in officers] + [row.signed_up_by for row in page.items])
    return render_template(
        "enrollments/list_denials.html", page=page, form=form, officers=officers, names=names, today=clock.today()
    )


def _case_page(row: Denial, form: DecisionForm) -> str:
    may = actor().may(Can.DENIAL_DECIDE) and row.status == DenialStatus.OPEN
    keys = [row.signed_up_by, row.recorded_by, row.decided_by or ""]
    return render_template(
        "enrollments/show_denial.html",
        denial=row,
        row=row.enrollment,
        form=form,
        names=names_of_keys(keys),
        own=row.signed_up_by in actor().keys,
        may_decide=may,
        events=story([event for event in events_of(row) if event.status_before] + list(events_of(row.enrollment))),
        today=clock.today(),
    )


@bp.get("/denials/<int:denial_id>")
@needs(Can.DENIAL_READ)
def show_denial(denial_id: int) -> str:
    """One case: what the person said, who signed them up and how the consent was proved."""
    return _case_page(queries.denial_for(actor(), denial_id), DecisionForm(formdata=None))


@bp.post("/denials/<int:denial_id>/decide")
@needs(Can.DENIAL_DECIDE)
def decide_denial(denial_id: int) -> Answer:
    """Found true: the sign-up is undone; found wrong: it stands."""
    row, form = queries.denial_for(actor(), denial_id), DecisionForm()
    if not form.validate_on_submit():
        return _case_page(row, form), 422
    uphold = form.verdict.data == "uphold"
    try:
        with transaction():
            service.decide(row, uphold=uphold, reason=form.reason.data or "", by=actor())
    except DomainError as error:
        error_on(form, error)
        return _case_page(row, form), error.status
    flash(_("报名已经作废，名额、次数和预留的钱都退了，替报的人记了一笔。") if uphold else _("报名有效，照常办理。"))
    return see_other("enrollments.show_denial", denial_id=denial_id)


def _record_page(row: Enrollment, form: DenialForm) -> str:
    return render_template("enrollments/record_denial.html", row=row, form=form)


@bp.get("/enrollments/<int:enrollment_id>/deny")
@needs(Can.DENIAL_RECORD)
def record_denial(enrollment_id: int) -> str:
    """The form for what somebody said on the hotline or at an inspection."""
    return _record_page(enrolled.enrollment_for(actor(), enrollment_id), DenialForm(formdata=None))


@bp.post("/enrollments/<int:enrollment_id>/deny")
@needs(Can.DENIAL_RECORD)
def keep_denial(enrollment_id: int) -> Answer:
    """Write it down and open the case."""
    row, form = enrolled.enrollment_for(actor(), enrollment_id), DenialForm()
    if not form.validate_on_submit():
        return _record_page(row, form), 422
    way, words = DenialWay(form.way.data), form.words.data or ""
    try:
        with transaction():
            denial = service.record_denial(row, way=way, words=words, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _record_page(row, form), error.status
    flash(_("已经立案，名额和补贴先留着不动。"))
    return see_other("enrollments.show_denial", denial_id=denial.id)
