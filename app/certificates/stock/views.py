"""The stock of blank certificates: rolls, sheets used, sheets written off by two people."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.certificates.stock import queries, service
from app.certificates.stock.forms import ReceiveForm, SpoiledForm, UseForm, WriteOffForm
from app.certificates.stock.models import BlankRoll
from app.certificates.views.blueprint import bp
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import see_other

Answer = AnyResponse | tuple[str, int]


def _list(form: Form) -> str:
    tallies = queries.tallies_for(actor())
    names = {one.roll.id: queries.school_name(one.roll) for one in tallies}
    may_receive = actor().may(Can.CERTIFICATE_ISSUE)
    return render_template(
        "certificates/list_rolls.html", form=form, tallies=tallies, names=names, may_receive=may_receive
    )


@bp.get("/certificates/stock")
@needs(Can.CERTIFICATE_READ)
def list_rolls() -> str:
    """Every roll and how it adds up."""
    return _list(ReceiveForm(formdata=None, received_on=clock.today()))


@bp.post("/certificates/stock")
@needs(Can.CERTIFICATE_ISSUE)
def receive() -> Answer:
    """Write a roll down that was received."""
    form = ReceiveForm()
    done = carried_out(form, partial(_received, form))
    if done is None:
        return _list(form), 422
    flash(_("已登记领入 %(n)s 张空白证书。", n=done.result.last - done.result.first + 1))
    return see_other("certificates.show_roll", roll_id=done.result.id)


def _received(form: ReceiveForm) -> BlankRoll:
    given = {name: form[name].data for name in ("first", "last", "received_on", "received_from")}
    return service.receive(service.Delivery(series=form.series.data or "", **given), by=actor())


def _page(roll: BlankRoll, **filled: Form) -> str:
    sheets = queries.sheets_of(roll.id)
    by = actor()
    forms: dict[str, Any] = {"use": UseForm(formdata=None), "spoil": SpoiledForm(formdata=None)}
    off = filled.pop("off", None) or WriteOffForm(formdata=None).offer(roll, sheets, by.keys)
    owns = by.may(Can.CERTIFICATE_ISSUE) and by.organization_id == roll.school_id
    return render_template(
        "certificates/show_roll.html",
        roll=roll,
        tally=queries.tally_of(roll),
        school=queries.school_name(roll),
        sheets=sheets,
        forms={**forms, **filled},
        off=off,
        may_write=owns,
        may_confirm=bool(off.sheets.choices) and (owns or by.may(Can.CERTIFICATE_REVOKE)),
    )


@bp.get("/certificates/stock/<int:roll_id>")
@needs(Can.CERTIFICATE_READ)
def show_roll(roll_id: int) -> str:
    """One roll with every sheet that left it."""
    return _page(queries.roll_for(actor(), roll_id))


def _done(roll: BlankRoll, name: str, form: Form, act: Callable[[], object], said: str) -> Answer:
    if carried_out(form, act) is None:
        return _page(roll, **{name: form}), 422
    flash(said)
    return see_other("certificates.show_roll", roll_id=roll.id)


@bp.post("/certificates/stock/<int:roll_id>/use")
@needs(Can.CERTIFICATE_ISSUE)
def use_sheet(roll_id: int) -> Answer:
    """Write down which sheet a certificate was printed on."""
    roll, form = queries.roll_for(actor(), roll_id), UseForm()
    act = partial(service.use, roll, form.serial.data or "", form.number.data or "", by=actor())
    return _done(roll, "use", form, act, _("已登记用纸。"))


@bp.post("/certificates/stock/<int:roll_id>/spoil")
@needs(Can.CERTIFICATE_ISSUE)
def report_spoiled(roll_id: int) -> Answer:
    """Say that sheets are spoiled."""
    roll, form = queries.roll_for(actor(), roll_id), SpoiledForm()
    first, last, reason = form.first.data or "", form.last.data or "", form.reason.data or ""
    act = partial(service.report_spoiled, roll, first, last, reason, by=actor())
    return _done(roll, "spoil", form, act, _("已报作废，请另一个人当面看过以后核销。"))


def _second(roll_id: int, said: str, *, spoiled: bool) -> Answer:
    roll = queries.roll_for(actor(), roll_id)
    form = WriteOffForm().offer(roll, queries.sheets_of(roll.id), actor().keys)
    act = partial(service.confirm_spoiled, roll, form.sheets.data or [], by=actor(), spoiled=spoiled)
    return _done(roll, "off", form, act, said)


@bp.post("/certificates/stock/<int:roll_id>/write-off")
@needs(Can.CERTIFICATE_ISSUE, Can.CERTIFICATE_REVOKE)
def write_off(roll_id: int) -> Answer:
    """A second person has seen the spoiled sheets."""
    return _second(roll_id, _("已核销。"), spoiled=True)


@bp.post("/certificates/stock/<int:roll_id>/keep")
@needs(Can.CERTIFICATE_ISSUE, Can.CERTIFICATE_REVOKE)
def keep_sheets(roll_id: int) -> Answer:
    """A second person has seen that they are not spoiled."""
    return _second(roll_id, _("已退回，这些空白证书没有作废。"), spoiled=False)
