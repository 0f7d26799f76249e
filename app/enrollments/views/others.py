"""An officer for people of their area: pick a class or people, see each one's verdict, prove the consent, enroll."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts import service as accounts
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class
from app.classes.queries.menu import public_class
from app.enrollments import queries, service
from app.enrollments.denials.links import answers_at
from app.enrollments.forms import ConsentForm, PeopleFilterForm
from app.enrollments.rules import Consent, EnrollmentStatus
from app.enrollments.views.blueprint import bp
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.papers import service as papers
from app.people.models import Person
from app.people.queries import PeopleFilters, people_for, person_for

MOST = 50
"""People enrolled in one step."""

Answer = str | Response | tuple[str, int]


def code_purpose(class_id: int) -> str:
    """What a code to a person's phone is good for: signing up for this class, nothing else."""
    return f"enroll:{class_id}"


@bp.get("/classes/<int:class_id>/enroll-others")
@needs(Can.ENROLLMENT_MAKE)
def pick_people(class_id: int) -> str:
    """The people of the area, each with the verdict for this class."""
    row, form = public_class(class_id), PeopleFilterForm(request.args)
    form.offer(actor())
    wanted = PeopleFilters(form.words.data or "", region_code=form.place.data or "", wish=form.wish.data or "")
    page = paginate(people_for(actor(), wanted), request.args.get("page", 1, int))
    return render_template(
        "enrollments/pick_people.html",
        row=row,
        form=form,
        page=page,
        verdicts=queries.prechecks(row, page.items),
        standing=queries.standing_in(class_id, [person.id for person in page.items]),
    )


def _chosen() -> list[Person]:
    """The people named in the address, each of the actor's area."""
    numbers = list(dict.fromkeys(request.args.getlist("person", type=int)))[:MOST]
    return [person_for(actor(), number) for number in numbers]


def _sorted(row: TrainingClass, people: Sequence[Person]) -> tuple[list[Person], list[Person]]:
    """Who may be signed up now, and who not: not eligible, or in the class already."""
    verdicts = queries.prechecks(row, people)
    standing = queries.standing_in(row.id, [person.id for person in people])
    may = [person for person in people if verdicts[person.id].eligible and person.id not in standing]
    return may, [person for person in people if person not in may]


def _consent_page(row: TrainingClass, people: Sequence[Person], form: ConsentForm) -> str:
    may, others = _sorted(row, people)
    return render_template(
        "enrollments/ask_consent.html",
        row=row,
        people=may,
        others=others,
        form=form,
        verdicts=queries.prechecks(row, people),
        standing=queries.standing_in(row.id, [person.id for person in people]),
        sources=pack_of_class(row).sources,
        numbers=[person.id for person in people],
        phone=answers_at(may[0]) if len(may) == 1 else None,
    )


@bp.get("/classes/<int:class_id>/enroll-others/consent")
@needs(Can.ENROLLMENT_MAKE)
def ask_consent(class_id: int) -> Answer:
    """Who is to be enrolled, who can't be and why, and how they agreed."""
    row, people = public_class(class_id), _chosen()
    if not people:
        flash(_("请先勾选要报名的人。"), "warn")
        return see_other("enrollments.pick_people", class_id=class_id)
    return _consent_page(row, people, _consent_form(_sorted(row, people)[0]))


def _consent_form(people: Sequence[Person]) -> ConsentForm:
    form = ConsentForm()
    form.offer(own_code=len(people) == 1 and bool(answers_at(people[0])))
    return form


@bp.post("/classes/<int:class_id>/enroll-others/consent")
@needs(Can.ENROLLMENT_MAKE)
def enroll_others(class_id: int) -> Answer:
    """Enroll those of the chosen people who may be, all of them or none; whoever may not is shown again with why."""
    row, people = public_class(class_id), _chosen()
    may, others = _sorted(row, people)
    form = _consent_form(may)
    if not may or not form.validate_on_submit():
        return _consent_page(row, people, form), 422
    try:
        with transaction():
            proof = _proof(form, class_id, may)
            made = service.enroll_all(class_id, may, by=actor(), **proof.__dict__)
    except DomainError as error:
        error_on(form, error)
        return _consent_page(row, people, form), error.status
    seated = sum(enrollment.status == EnrollmentStatus.ENROLLED for enrollment in made)
    flash(_("已报上 %(seated)s 人，候补 %(waiting)s 人。", seated=seated, waiting=len(made) - seated))
    if not others:
        return see_other("enrollments.list_of_class", class_id=class_id)
    flash(_("还有 %(n)s 人没有报上，原因写在下面。", n=len(others)), "warn")
    return see_other("enrollments.ask_consent", class_id=class_id, person=[person.id for person in others])


@dataclass
class Proof:
    """What proves the consent."""

    consent: Consent
    note: str = ""
    upload_id: int | None = None


def _proof(form: ConsentForm, class_id: int, people: Sequence[Person]) -> Proof:
    """Check the code, or keep the slip; raises `DomainError` on the field."""
    consent = Consent(form.consent.data)
    if consent is Consent.OWN_CODE:
        accounts.check_code(answers_at(people[0]) or "", code_purpose(class_id), form.code.data or "")
    if consent is not Consent.SIGNED_SLIP:
        return Proof(consent, form.note.data or "")
    file = form.slip.data
    if file is None or not file.filename:
        raise DomainError(N_("请拍一张本人签字单的照片。"), "slip")
    limit = 10 * papers.MEGABYTE
    upload = papers.keep_upload(
        file.stream, file.filename, papers.DOCUMENTS, limit, by=actor(), kind="consent", field="slip"
    )
    return Proof(consent, form.note.data or "", upload.id)


@bp.post("/classes/<int:class_id>/enroll-others/<int:person_id>/code")
@needs(Can.ENROLLMENT_MAKE)
def send_code(class_id: int, person_id: int) -> Answer:
    """Send a code to the person's own phone, or the guardian's; telling it to the officer is the consent."""
    public_class(class_id)
    person = person_for(actor(), person_id)
    with transaction():
        accounts.send_code(answers_at(person) or "", code_purpose(class_id))
    flash(_("验证码已发到本人手机，请本人念给您听。"), "info")
    return see_other("enrollments.ask_consent", class_id=class_id, person=person_id, consent=Consent.OWN_CODE.value)
