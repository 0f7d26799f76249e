"""Who stands behind a school, and where its money goes."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.accounts import service as changing
from app.accounts.models import BankChange
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.errors import NotFound
from app.kernel.forms import Form
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.schools import queries, service
from app.schools.forms import AccountForm, BankChangeForm, FirmForm, NoteForm
from app.schools.models import School
from app.schools.views.blueprint import bp
from app.schools.views.frame import frame, own_school

Answer = Response | tuple[str, int]


def _page(school: School, failed: int = 0, **forms: Form) -> str:
    blank: dict[str, Form] = {
        "firm": FirmForm(formdata=None),
        "strike": NoteForm(formdata=None),
        "change": BankChangeForm(formdata=None),
        "confirm": AccountForm(formdata=None),
        "refuse": NoteForm(formdata=None),
    }
    return render_template(
        "schools/show_ownership.html",
        **frame(school, "show_ownership"),
        firms=queries.firms_of(school.id),
        change=accounts.open_bank_change(school.id),
        changes=accounts.bank_changes_of(school.id),
        sees_account=actor().organization_id == school.id or actor().may(Can.PAYMENT_READ),
        failed=failed,
        forms={**blank, **forms},
    )


def _back(school_id: int, words: str) -> Response:
    flash(words)
    return see_other("schools.show_ownership", school_id=school_id)


def _change(school_id: int, bank_change_id: int) -> BankChange:
    found = next((row for row in accounts.bank_changes_of(school_id) if row.id == bank_change_id), None)
    if found is None:
        raise NotFound
    return found


@bp.get("/schools/<int:school_id>/ownership")
@needs(Can.SCHOOL_READ)
def show_ownership(school_id: int) -> str:
    """The owner's other firms, and the account that money goes to."""
    return _page(queries.school_for(actor(), school_id))


@bp.post("/schools/<int:school_id>/firms")
@needs(Can.SCHOOL_MAINTAIN, Can.SCHOOL_DECIDE)
def declare_firm(school_id: int) -> Answer:
    """Declare another firm of the owner; the school itself, or an officer who found it."""
    school, form = queries.school_for(actor(), school_id), FirmForm()
    facts = {name: value or "" for name, value in form.data.items() if name != "csrf_token"}
    if not carried_out(form, lambda: service.declare_firm(school, **facts, by=actor())):
        return _page(school, firm=form), 422
    return _back(school_id, _("已申报。和它有关的审批页面上都会显示。"))


@bp.post("/schools/<int:school_id>/firms/<int:firm_id>/strike")
@needs(Can.SCHOOL_DECIDE)
def strike_firm(school_id: int, firm_id: int) -> Answer:
    """Strike a firm that is the owner's no more."""
    school, form = queries.school_for(actor(), school_id), NoteForm()
    row = queries.firm_of(school_id, firm_id)
    if not carried_out(form, lambda: service.strike_firm(row, reason=form.note.data or "", by=actor())):
        return _page(school, failed=firm_id, strike=form), 422
    return _back(school_id, _("已删除，理由留在记录里。"))


@bp.post("/schools/<int:school_id>/bank-changes")
@needs(Can.SCHOOL_MAINTAIN)
def ask_bank_change(school_id: int) -> Answer:
    """Ask for the school's money to go to another account."""
    school, form = own_school(school_id), BankChangeForm()
    facts = {name: value or "" for name, value in form.data.items() if name != "csrf_token"}
    if not carried_out(form, lambda: changing.ask_bank_change(school.organization, **facts, by=actor())):
        return _page(school, change=form), 422
    return _back(school_id, _("已提交。人社局核对以后才会启用，这以前还用原来的账号。"))


@bp.post("/schools/<int:school_id>/bank-changes/<int:bank_change_id>/confirm")
@needs(Can.SCHOOL_DECIDE)
def confirm_bank_change(school_id: int, bank_change_id: int) -> Answer:
    """Put the new account in force after typing it once more."""
    school, form = queries.school_for(actor(), school_id), AccountForm()
    row, number = _change(school_id, bank_change_id), form.bank_account.data or ""
    if not carried_out(form, lambda: changing.confirm_bank_change(row, bank_account=number, by=actor())):
        return _page(school, confirm=form), 422
    return _back(school_id, _("新的账号已经启用。"))


@bp.post("/schools/<int:school_id>/bank-changes/<int:bank_change_id>/refuse")
@needs(Can.SCHOOL_DECIDE)
def refuse_bank_change(school_id: int, bank_change_id: int) -> Answer:
    """Keep the account as it is."""
    school, form = queries.school_for(actor(), school_id), NoteForm()
    row = _change(school_id, bank_change_id)
    if not carried_out(form, lambda: changing.refuse_bank_change(row, note=form.note.data or "", by=actor())):
        return _page(school, refuse=form), 422
    return _back(school_id, _("没有同意，还用原来的账号。"))
