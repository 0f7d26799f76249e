"""Claims beyond a school's, an employer's or a person's own; the receipts and vouchers they rest on."""

from flask import Response, flash, render_template, url_for

from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, class_for, training_class
from app.funding import queries, service
from app.funding.forms import FeeForm, VoucherForm
from app.funding.queries.vouchers import own_fees, vouchers_of
from app.funding.rules import VoucherKind
from app.funding.views.blueprint import Answer, bp
from app.kernel import clock
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.navigation import Way, guides
from app.kernel.web import see_other
from app.occupations.queries import all_occupations
from app.people.models import Person
from app.people.queries import person_for


@guides("person")
def vouchers_of_person(person: Person, by: Actor) -> list[Way]:
    """From a person to their training vouchers."""
    if not by.may(Can.PERSON_READ):
        return []
    return [Way(_("培训券"), url_for("funding.list_vouchers", person_id=person.id), icon="paper")]


@guides("class")
def receipts_of_class(row: TrainingClass, by: Actor) -> list[Way]:
    """From a paid class to the receipts of those who paid for themselves."""
    if not row.paid or not by.may(Can.CLAIM_COMPILE) or by.organization_id != row.school_id:
        return []
    return [Way(_("自费收据"), url_for("funding.list_fees", class_id=row.id), icon="money")]


@bp.get("/my/claims")
@needs(Can.CLAIM_OWN)
def list_own() -> str:
    """My claims, or my firm's; what may still be claimed."""
    by = actor()
    fees = own_fees(by.person_id) if by.person_id is not None else []
    return render_template(
        "funding/list_own.html",
        claims=queries.own_claims(by),
        fees=[(fee, training_class(fee.class_id)) for fee in fees],
        classes=queries.claimable_classes(by),
    )


@bp.post("/my/claims/<int:class_id>")
@needs(Can.CLAIM_OWN)
def compile_own(class_id: int) -> Response:
    """Claim what I paid for a class."""
    class_ = training_class(class_id)
    with transaction():
        claim = service.compile_own(class_, by=actor())
    flash(_("申领已编好。请核对，再提交。"))
    return see_other("funding.show_claim", claim_id=claim.id)


def _own_class(class_id: int) -> TrainingClass:
    class_ = class_for(actor(), class_id)
    if class_.school_id != actor().organization_id:
        raise NotFound
    return class_


def _fees_page(class_: TrainingClass, form: FeeForm) -> str:
    return render_template(
        "funding/list_fees.html",
        class_=class_,
        form=form,
        seats={seat.id: seat for seat in active_seats(class_.id)},
        fees=queries.fees_of(class_.id),
    )


def _fee_form(class_: TrainingClass) -> FeeForm:
    form, paid = FeeForm(), queries.fees_of(class_.id)
    form.seat.choices = [(seat.id, seat.person.name) for seat in active_seats(class_.id) if seat.id not in paid]
    return form


@bp.get("/classes/<int:class_id>/fees")
@needs(Can.CLAIM_COMPILE)
def list_fees(class_id: int) -> str:
    """Who of a class paid for the training themselves."""
    class_ = _own_class(class_id)
    return _fees_page(class_, _fee_form(class_))


@bp.post("/classes/<int:class_id>/fees")
@needs(Can.CLAIM_COMPILE)
def record_fee(class_id: int) -> Answer:
    """Record the receipt of one who paid."""
    class_ = _own_class(class_id)
    form = _fee_form(class_)
    if not form.validate():
        return _fees_page(class_, form), 422
    try:
        with transaction():
            _record_fee(next(one for one in active_seats(class_.id) if one.id == form.seat.data), form)
    except DomainError as error:
        error_on(form, error)
        return _fees_page(class_, form), error.status
    flash(_("收据已登记，这笔补贴由学员本人申领。"))
    return see_other("funding.list_fees", class_id=class_id)


def _record_fee(seat: Seat, form: FeeForm) -> None:
    number, on = form.receipt_number.data or "", form.paid_on.data or clock.today()
    service.record_fee(seat, amount_fen=form.amount.data or 0, receipt_number=number, paid_on=on, by=actor())


def _vouchers_page(person: Person, form: VoucherForm) -> str:
    return render_template("funding/list_vouchers.html", person=person, form=form, rows=vouchers_of(person.id))


def _voucher_form() -> VoucherForm:
    form = VoucherForm()
    form.occupation.choices = [(0, _("通用券不选")), *((row.id, row.name_zh) for row in all_occupations())]
    return form


@bp.get("/people/<int:person_id>/vouchers")
@needs(Can.PERSON_READ)
def list_vouchers(person_id: int) -> str:
    """A person's training vouchers."""
    return _vouchers_page(person_for(actor(), person_id), _voucher_form())


@bp.post("/people/<int:person_id>/vouchers")
@needs(Can.PERSON_WRITE)
def record_voucher(person_id: int) -> Answer:
    """Record a training voucher."""
    person, form = person_for(actor(), person_id), _voucher_form()
    if not form.validate():
        return _vouchers_page(person, form), 422
    try:
        with transaction():
            service.record_voucher(person, _told(form), by=actor())
    except DomainError as error:
        error_on(form, error)
        return _vouchers_page(person, form), error.status
    flash(_("培训券已登记。"))
    return see_other("funding.list_vouchers", person_id=person_id)


def _told(form: VoucherForm) -> service.NewVoucher:
    trade = next((row for row in all_occupations() if row.id == form.occupation.data), None)
    return service.NewVoucher(
        number=form.number.data or "",
        kind=VoucherKind(form.kind.data),
        value_fen=form.value.data or 0,
        from_on=form.from_on.data or clock.today(),
        until_on=form.until_on.data or clock.today(),
        issued_by=form.issued_by.data or "",
        occupation=trade,
    )
