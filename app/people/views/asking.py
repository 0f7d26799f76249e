"""What people wish for; phones that wait for a call."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.people import queries, service
from app.people.forms import AnswerForm, PhoneClaimForm, WishForm
from app.people.models import Person, PhoneClaim, Wish, WishOutcome
from app.people.views.blueprint import bp


def _wishes(person: Person, form: WishForm) -> str:
    return render_template("people/list_wishes.html", person=person, wishes=queries.wishes_of(person.id), form=form)


def _wish_form() -> WishForm:
    form = WishForm()
    form.offer()
    return form


@bp.get("/people/<int:person_id>/wishes")
@needs(Can.PERSON_WRITE)
def list_wishes(person_id: int) -> str:
    """What a person wishes for, and what came of it."""
    return _wishes(queries.person_for(actor(), person_id), _wish_form())


@bp.post("/people/<int:person_id>/wishes")
@needs(Can.PERSON_WRITE)
def add_wishes(person_id: int) -> Response | tuple[str, int]:
    """Write down every wish that was filled in."""
    person, form = queries.person_for(actor(), person_id), _wish_form()
    if not form.validate_on_submit():
        return _wishes(person, form), 422
    with transaction():
        for wish in form.wishes():
            service.tell_wish(person, wish, by=actor())
    flash(_("已登记。"))
    return see_other("people.list_wishes", person_id=person_id)


def _wish_page(wish: Wish, form: AnswerForm) -> str:
    return render_template("people/show_wish.html", wish=wish, form=form)


def _answer_form() -> AnswerForm:
    form = AnswerForm()
    form.offer()
    return form


@bp.get("/wishes/<int:wish_id>")
@needs(Can.PERSON_WRITE)
def show_wish(wish_id: int) -> str:
    """A wish, and the form to say what came of it."""
    return _wish_page(queries.wish_for(actor(), wish_id), _answer_form())


@bp.post("/wishes/<int:wish_id>")
@needs(Can.PERSON_WRITE)
def answer_wish(wish_id: int) -> Response | tuple[str, int]:
    """Say what came of a wish."""
    wish, form = queries.wish_for(actor(), wish_id), _answer_form()
    if not form.validate_on_submit():
        return _wish_page(wish, form), 422
    try:
        with transaction():
            service.answer_wish(wish, WishOutcome(form.outcome.data), by=actor(), answer=form.answer.data or "")
    except DomainError as error:
        error_on(form, error)
        return _wish_page(wish, form), error.status
    flash(_("已记下。"))
    return see_other("people.list_wishes", person_id=wish.person_id)


@bp.get("/phone-claims")
@needs(Can.PERSON_WRITE)
def list_phone_claims() -> str:
    """Phones that somebody gave for known people of the area, the longest waiting first."""
    page = paginate(queries.phone_claims_for(actor()), request.args.get("page", 1, int))
    return render_template("people/list_phone_claims.html", page=page)


def _claim_page(claim: PhoneClaim, form: PhoneClaimForm, shown: str = "") -> str:
    return render_template("people/show_phone_claim.html", claim=claim, form=form, shown=shown)


@bp.get("/phone-claims/<int:phone_claim_id>")
@needs(Can.PERSON_WRITE)
def show_phone_claim(phone_claim_id: int) -> str:
    """One phone: call, then confirm or reject."""
    return _claim_page(queries.phone_claim_for(actor(), phone_claim_id), PhoneClaimForm())


@bp.post("/phone-claims/<int:phone_claim_id>/unmask")
@needs(Can.PERSON_UNMASK)
def unmask_phone_claim(phone_claim_id: int) -> str:
    """Show the phone whole, to call it, on the record."""
    claim = queries.phone_claim_for(actor(), phone_claim_id)
    with transaction():
        phone = service.reveal_claimed(claim, by=actor())
    return _claim_page(claim, PhoneClaimForm(formdata=None), phone)


@bp.post("/phone-claims/<int:phone_claim_id>/<any(confirm, reject):decision>")
@needs(Can.PERSON_WRITE)
def decide_phone_claim(phone_claim_id: int, decision: str) -> Response | tuple[str, int]:
    """Take the phone over for the person, or strike it off."""
    claim, form = queries.phone_claim_for(actor(), phone_claim_id), PhoneClaimForm()
    if not form.validate_on_submit():
        return _claim_page(claim, form), 422
    decide = service.confirm_phone if decision == "confirm" else service.reject_phone
    with transaction():
        decide(claim, by=actor(), note=form.note.data or "")
    done = _("%(name)s 的手机号已换，原来的手机已退出登录。", name=claim.person.name)
    flash(done if decision == "confirm" else _("已记为不是本人的号码。"))
    return see_other("people.list_phone_claims")
