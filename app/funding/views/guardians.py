"""Guardians' accounts: one officer states why the money can't go to the person's own, a second one checks the card."""

from collections.abc import Callable

from flask import flash, render_template, url_for

from app.funding import queries, service
from app.funding.forms import ReasonForm
from app.funding.models import GuardianAccount
from app.funding.paying_forms import GuardianForm, SecondCardForm
from app.funding.rules.guardians import GuardianStatus
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.navigation import Way, guides
from app.kernel.web import see_other
from app.people.models import Person
from app.people.queries import person_for

STANDING = (GuardianStatus.STATED, GuardianStatus.CONFIRMED)


@guides("person")
def guardian_of_person(person: Person, by: Actor) -> list[Way]:
    """From a person to whose card their money goes to."""
    if not by.may(Can.CARD_STATE):
        return []
    return [Way(_("代领账户"), url_for("funding.show_guardian", person_id=person.id), icon="money")]


def _page(person: Person, form: Form | None = None, opened: str = "") -> str:
    rows = queries.guardian_history(person.id)
    current, by = next((row for row in rows if row.status in STANDING), None), actor()
    given = {opened: form} if form is not None else {}
    stated = current is not None and current.status == GuardianStatus.STATED
    return render_template(
        "funding/show_guardian.html",
        person=person,
        current=current,
        former=[row for row in rows if row is not current],
        may_check=stated and current is not None and current.stated_by not in by.keys,
        mine=stated and current is not None and current.stated_by in by.keys,
        form=given.get("state") or _offered(person),
        second_form=given.get("second") or SecondCardForm(formdata=None),
        reason_form=given.get("reason") or ReasonForm(formdata=None),
        opened=opened,
        history=history(current) if current is not None else [],
    )


def _offered(person: Person) -> GuardianForm:
    """The form with the guardian that the person's row names."""
    return GuardianForm(formdata=None, name=person.guardian_name, relation=person.guardian_relation)


@bp.get("/people/<int:person_id>/guardian-account")
@needs(Can.CARD_STATE)
def show_guardian(person_id: int) -> str:
    """Whose card a person's money goes to, and why."""
    return _page(person_for(actor(), person_id))


@bp.post("/people/<int:person_id>/guardian-account")
@needs(Can.CARD_STATE)
def state_guardian(person_id: int) -> Answer:
    """State a guardian's card with the reason."""
    person, form = person_for(actor(), person_id), GuardianForm()
    if not form.validate():
        return _page(person, form, "state"), 422
    told = service.NewGuardian(**{name: form[name].data or "" for name in service.NewGuardian.__slots__})
    try:
        with transaction():
            service.state_guardian(person, told, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(person, form, "state"), error.status
    flash(_("代领账户已登记，等第二个人核对。核对以前，钱还是付到本人账户。"))
    return see_other("funding.show_guardian", person_id=person.id)


def _decided(guardian_id: int, form: Form, opened: str, step: Callable[[GuardianAccount], None], words: str) -> Answer:
    """Do one step with a guardian's account; a form that was wrong is shown again."""
    row = queries.guardian_for(actor(), guardian_id)
    if not form.validate():
        return _page(row.person, form, opened), 422
    try:
        with transaction():
            step(row)
    except DomainError as error:
        error_on(form, error)
        return _page(row.person, form, opened), error.status
    flash(words)
    return see_other("funding.show_guardian", person_id=row.person_id)


@bp.post("/guardian-accounts/<int:guardian_id>/confirm")
@needs(Can.CARD_STATE)
def confirm_guardian(guardian_id: int) -> Answer:
    """The second officer types the card once more."""
    form = SecondCardForm()
    words = _("核对一致。以后这个人的补贴付到代领账户。")
    return _decided(
        guardian_id,
        form,
        "second",
        lambda row: service.confirm_guardian(row, account=form.account.data or "", by=actor()),
        words,
    )


@bp.post("/guardian-accounts/<int:guardian_id>/refuse")
@needs(Can.CARD_STATE)
def refuse_guardian(guardian_id: int) -> Answer:
    """The second officer found something else."""
    form, words = ReasonForm(), _("没有通过，可以重新登记。")
    return _decided(
        guardian_id,
        form,
        "reason",
        lambda row: service.refuse_guardian(row, note=form.reason.data or "", by=actor()),
        words,
    )


@bp.post("/guardian-accounts/<int:guardian_id>/end")
@needs(Can.CARD_STATE)
def end_guardian(guardian_id: int) -> Answer:
    """The money goes to the person's own account again."""
    form, words = ReasonForm(), _("代领账户已停用，以后付到本人账户。")
    return _decided(
        guardian_id,
        form,
        "reason",
        lambda row: service.end_guardian(row, note=form.reason.data or "", by=actor()),
        words,
    )
