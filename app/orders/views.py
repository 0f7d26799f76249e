"""Pages of orders: an employer places them, a training officer verifies or returns them."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, render_template, request

from app.accounts.models import Organization
from app.audit.queries import events_of
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, Forbidden
from app.kernel.forms import Form, SeenForm, error_on
from app.kernel.i18n import _, _lp
from app.kernel.marking import N_
from app.kernel.navigation import door, ways_on
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.orders import queries, service
from app.orders.forms import OrderFilterForm, OrderForm, ReasonForm, RelationForm, RemarkForm
from app.orders.models import Order
from app.orders.queries import OrderFilters, pay_words
from app.orders.rules import OPEN_TO_CHANGE, ORDER_FLOW, OrderKind, OrderStatus, OrderStep
from app.regions.queries import full_name

bp = Blueprint("orders", __name__)
blueprints = (bp,)
bp.add_app_template_filter(pay_words)
door(_lp("list", "订单"), "orders.list_orders", Can.ORDER_READ, icon="order", order=20)
Answer = str | Response | tuple[str, int]
UNPROCESSABLE = 422


@bp.get("/orders")
@needs(Can.ORDER_READ)
def list_orders() -> str:
    """The orders a person may see, with filters."""
    by = actor()
    form = OrderFilterForm.of(by.area, formdata=request.args)
    filters = OrderFilters(
        kind=OrderKind(form.kind.data) if form.kind.data in set(OrderKind) else None,
        status=OrderStatus(form.status.data) if form.status.data in set(OrderStatus) else None,
        region_code=form.region.data or "",
        word=(form.q.data or "").strip(),
    )
    return render_template(
        "orders/list_orders.html",
        page=paginate(queries.orders_for(by, filters), request.args.get("page", 1, type=int)),
        form=form,
        filtered=filters != OrderFilters(),
        counts=queries.count_by_status(by),
        may_order=bool(queries.may_order_for(by)),
    )


def _in_whose_name() -> Organization:
    """The organization for which the person writes: the chosen one, or the first."""
    found = queries.may_order_for(actor())
    if not found:
        raise Forbidden(N_("您的单位还没有准入，或者不能下订单。"))
    wanted = request.args.get("organization", type=int)
    return next((each for each in found if each.id == wanted), found[0])


def _editor(form: OrderForm, organization: Organization, order: Order | None = None, status: int = 200) -> Answer:
    names = queries.may_order_for(actor()) if order is None else []
    page = render_template("orders/edit_order.html", form=form, order=order, organization=organization, names=names)
    return page, status


@bp.get("/orders/new")
@needs(Can.ORDER_PLACE, Can.ORDER_VERIFY)
def new_order() -> Answer:
    """The empty form."""
    organization = _in_whose_name()
    return _editor(OrderForm.of(organization), organization)


@bp.post("/orders/new")
@needs(Can.ORDER_PLACE, Can.ORDER_VERIFY)
def draft() -> Answer:
    """Keep a new order as a draft, or send it in at once."""
    organization, by = _in_whose_name(), actor()
    form = OrderForm.of(organization)
    if form.validate():
        try:
            with transaction():
                order = service.draft(form.facts(), organization_id=organization.id, by=by)
                _place_too(order, by)
        except DomainError as error:
            _on_form(form, error)
        else:
            return _saved(order)
    return _editor(form, organization, status=UNPROCESSABLE)


def _place_too(order: Order, by: Actor) -> None:
    if request.form.get("then") == "place":
        service.place(order, by=by)


def _saved(order: Order) -> Response:
    sent = order.status == OrderStatus.PLACED
    flash(_("订单已提交，等培训管理员核实。") if sent else _("已存为草稿。看好了再提交。"))
    return see_other("orders.show_order", order_id=order.id)


def _on_form(form: Form, error: DomainError) -> None:
    """Show what a person can put right on the form; anything else is the error page's."""
    if error.status != UNPROCESSABLE:
        raise error
    error_on(form, error)


@bp.get("/orders/<int:order_id>")
@needs(Can.ORDER_READ)
def show_order(order_id: int) -> Answer:
    """One order: facts, posts, relations, history, and what can be done now."""
    return _page(queries.order_for(actor(), order_id))


def _page(order: Order, status: int = 200, **forms: Form) -> Answer:
    by = actor()
    owner = order.organization in queries.may_order_for(by)
    may = _may(order, by, owner=owner)
    page = render_template(
        "orders/show_order.html",
        order=order,
        place=full_name(order.region_code),
        posts=queries.posts_of(order.id),
        relations=queries.relations_of(order.organization_id),
        events=events_of(order),
        may=may,
        bar=_bar(order, by) if may["decide"] else None,
        ways=ways_on("order", order, by),
        forms={**_forms(order, owner=owner), **forms},
    )
    return page, status


def _may(order: Order, by: Actor, *, owner: bool) -> dict[str, bool]:
    """What this person may do with the order now."""
    opened = set(ORDER_FLOW.open_steps(order.status))
    return {
        "edit": owner and order.status in OPEN_TO_CHANGE,
        "place": owner and OrderStep.PLACE in opened,
        "declare": owner and order.status not in (OrderStatus.WITHDRAWN, OrderStatus.CLOSED),
        "decide": by.may(Can.ORDER_VERIFY) and OrderStep.VERIFY in opened,
        "withdraw": owner and OrderStep.WITHDRAW in opened,
        "close": (owner or by.may(Can.ORDER_VERIFY)) and OrderStep.CLOSE in opened,
    }


def _bar(order: Order, by: Actor) -> str | None:
    """Why this officer must leave the decision to another, in words."""
    try:
        service.check_decider(order, by=by)
    except Forbidden as error:
        return _(str(error))
    return None


def _forms(order: Order, *, owner: bool) -> dict[str, Form]:
    """The page's forms as they stand before anything is typed."""
    empty: dict[str, Any] = {"formdata": None, "data": {"version": order.version}}
    found: dict[str, Form] = {
        "place": SeenForm(**empty),
        "verify": RemarkForm(prefix="verify-", **empty),
        "return": ReasonForm(prefix="return-", **empty),
        "withdraw": ReasonForm(prefix="withdraw-", **empty),
        "close": SeenForm(prefix="close-", **empty),
    }
    return {**found, "relation": RelationForm.of(order, formdata=None)} if owner else found


def _done(order: Order, name: str, form: Form, act: Callable[[], object], words: str) -> Answer:
    """Take a step from its form on the order's page."""
    if form.validate():
        try:
            with transaction():
                act()
        except DomainError as error:
            _on_form(form, error)
        else:
            flash(words)
            return see_other("orders.show_order", order_id=order.id)
    return _page(order, UNPROCESSABLE, **{name: form})


@bp.get("/orders/<int:order_id>/edit")
@needs(Can.ORDER_PLACE, Can.ORDER_VERIFY)
def edit_order(order_id: int) -> Answer:
    """The form of a draft or returned order."""
    order = queries.order_for(actor(), order_id)
    return _editor(OrderForm.of(order.organization, order), order.organization, order)


@bp.post("/orders/<int:order_id>/edit")
@needs(Can.ORDER_PLACE, Can.ORDER_VERIFY)
def revise(order_id: int) -> Answer:
    """Change a draft or returned order, and send it in where the person says so."""
    order, by = queries.order_for(actor(), order_id), actor()
    form = OrderForm.of(order.organization)
    if form.validate():
        try:
            with transaction():
                service.revise(order, form.facts(), by=by, seen=request.form.get("version", type=int))
                _place_too(order, by)
        except DomainError as error:
            _on_form(form, error)
        else:
            return _saved(order)
    return _editor(form, order.organization, order, UNPROCESSABLE)


@bp.post("/orders/<int:order_id>/place")
@needs(Can.ORDER_PLACE, Can.ORDER_VERIFY)
def place(order_id: int) -> Answer:
    """Send an order in; what is still missing is shown on its form."""
    order, by, sent = queries.order_for(actor(), order_id), actor(), SeenForm()
    form = OrderForm.of(order.organization, order, formdata=None)
    try:
        with transaction():
            service.place(order, by=by, seen=sent.seen)
    except DomainError as error:
        _on_form(form, error)
        return _editor(form, order.organization, order, UNPROCESSABLE)
    return _saved(order)


@bp.post("/orders/<int:order_id>/verify")
@needs(Can.ORDER_VERIFY)
def verify(order_id: int) -> Answer:
    """State that the order is real."""
    order, form = queries.order_for(actor(), order_id), RemarkForm(prefix="verify-")

    def act() -> None:
        service.verify(order, by=actor(), note=form.note.data or "", seen=form.seen)

    return _done(order, "verify", form, act, _("已核实。这张订单现在可以排计划、开班了。"))


@bp.post("/orders/<int:order_id>/return")
@needs(Can.ORDER_VERIFY)
def send_back(order_id: int) -> Answer:
    """Return the order to its employer."""
    order, form = queries.order_for(actor(), order_id), ReasonForm(prefix="return-")

    def act() -> None:
        service.send_back(order, reason=form.reason.data, by=actor(), seen=form.seen)

    return _done(order, "return", form, act, _("已退回，用人单位改好可以再提交。"))


@bp.post("/orders/<int:order_id>/withdraw")
@needs(Can.ORDER_PLACE, Can.ORDER_VERIFY)
def withdraw(order_id: int) -> Answer:
    """Take the order back."""
    order, form = queries.order_for(actor(), order_id), ReasonForm(prefix="withdraw-")

    def act() -> None:
        service.withdraw(order, reason=form.reason.data, by=actor(), seen=form.seen)

    return _done(order, "withdraw", form, act, _("订单已撤回，用到它的班会收到提醒。"))


@bp.post("/orders/<int:order_id>/close")
@needs(Can.ORDER_PLACE, Can.ORDER_VERIFY)
def close(order_id: int) -> Answer:
    """Close an order that is done."""
    order, form = queries.order_for(actor(), order_id), SeenForm(prefix="close-")

    def act() -> None:
        service.close(order, by=actor(), seen=form.seen)

    return _done(order, "close", form, act, _("订单已完结。"))


@bp.post("/orders/<int:order_id>/relations")
@needs(Can.ORDER_PLACE, Can.ORDER_VERIFY)
def declare_relation(order_id: int) -> Answer:
    """Declare a relation of the employer."""
    order = queries.order_for(actor(), order_id)
    form = RelationForm.of(order)

    def act() -> None:
        service.declare_relation(order, nature=form.nature.data.strip(), by=actor(), **form.whom())

    return _done(order, "relation", form, act, _("关系已申报，核实订单的人会看到。"))
