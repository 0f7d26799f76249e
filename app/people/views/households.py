"""Households: who belongs together, and how the household is looked after."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.people import queries, service
from app.people.choices import household_choices, newcomer_choices
from app.people.forms import HouseholdForm, HouseholdSearch, JoinForm, MemberForm
from app.people.models import Household, HouseholdKind
from app.people.service import NewHousehold
from app.people.views.blueprint import bp
from app.people.views.person import person_page
from app.people.words import history
from app.regions.queries import above, lies_in


def _page(household: Household, kind: HouseholdForm | None = None, member: MemberForm | None = None) -> str:
    kind, member = kind or HouseholdForm(obj=household), member or MemberForm()
    kind.offer()
    member.person.choices = newcomer_choices(actor(), household.region_code)
    members = queries.members_of(household.id)
    events = history(household)
    return render_template(
        "people/show_household.html", household=household, members=members, kind=kind, member=member, events=events
    )


@bp.get("/households")
@needs(Can.PERSON_READ)
def list_households() -> str:
    """The households of the area, and in which of them somebody has work."""
    form = HouseholdSearch(request.args)
    form.offer(actor())
    page = paginate(queries.households_for(actor(), form.filters()), request.args.get("page", 1, int))
    homes = queries.homes_of(page.items)
    narrowed = any(request.args.get(name) for name in ("place", "kind", "work"))
    return render_template("people/list_households.html", page=page, homes=homes, form=form, narrowed=narrowed)


@bp.get("/households/figures")
@needs(Can.PERSON_READ)
def household_figures() -> str:
    """Households by place: how many of each kind, and in how many somebody has work."""
    under = request.args.get("under", "")
    kinds = queries.by_kind(queries.household_figures(actor(), under))
    chain = [place for place in above(under) if lies_in(place.code, actor().area)] if under else []
    return render_template("people/household_figures.html", kinds=kinds, chain=chain, under=under)


@bp.get("/households/<int:household_id>")
@needs(Can.PERSON_READ)
def show_household(household_id: int) -> str:
    """The people of a household."""
    return _page(queries.household_for(actor(), household_id))


@bp.post("/people/<int:person_id>/household")
@needs(Can.PERSON_WRITE)
def make_household(person_id: int) -> Response | tuple[str, int]:
    """Make a household with this person as its head."""
    person, form = queries.person_for(actor(), person_id), HouseholdForm()
    form.offer()
    if not form.validate_on_submit():
        return person_page(person), 422
    with transaction():
        facts = NewHousehold(person.region_code, HouseholdKind(form.kind.data))
        household = service.make_household(facts, by=actor(), head=person)
    flash(_("已建立家庭，%(name)s 是户主。下一步：把家里其他人加进来。", name=person.name))
    return see_other("people.show_household", household_id=household.id)


@bp.post("/people/<int:person_id>/household/join")
@needs(Can.PERSON_WRITE)
def join_household(person_id: int) -> Response | tuple[str, int]:
    """Count the person to a household of the village."""
    person, form = queries.person_for(actor(), person_id), JoinForm()
    form.household.choices = household_choices(person)
    if not form.validate_on_submit():
        return person_page(person), 422
    household = queries.household_for(actor(), int(form.household.data))
    with transaction():
        service.join_household(person, household, by=actor())
    flash(_("已加入。"))
    return see_other("people.show_household", household_id=household.id)


@bp.post("/people/<int:person_id>/household/leave")
@needs(Can.PERSON_WRITE)
def leave_household(person_id: int) -> Response:
    """Take the person out of their household."""
    person = queries.person_for(actor(), person_id)
    with transaction():
        service.leave_household(person, by=actor())
    flash(_("%(name)s 已从这一户迁出。", name=person.name))
    return see_other("people.show_person", person_id=person_id)


@bp.post("/households/<int:household_id>/kind")
@needs(Can.PERSON_WRITE)
def change_household(household_id: int) -> Response | tuple[str, int]:
    """Change how a household is looked after."""
    household, form = queries.household_for(actor(), household_id), HouseholdForm()
    form.offer()
    if not form.validate_on_submit():
        return _page(household, kind=form), 422
    with transaction():
        service.change_household(household, HouseholdKind(form.kind.data), by=actor())
    flash(_("已保存。"))
    return see_other("people.show_household", household_id=household_id)


@bp.post("/households/<int:household_id>/members")
@needs(Can.PERSON_WRITE)
def add_member(household_id: int) -> Response | tuple[str, int]:
    """Count somebody of the village to a household."""
    household, form = queries.household_for(actor(), household_id), MemberForm()
    form.person.choices = newcomer_choices(actor(), household.region_code)
    if not form.validate_on_submit():
        return _page(household, member=form), 422
    person = queries.person_for(actor(), int(form.person.data))
    with transaction():
        service.join_household(person, household, by=actor())
    flash(_("%(name)s 已加入这一户。", name=person.name))
    return see_other("people.show_household", household_id=household_id)


@bp.post("/households/<int:household_id>/head/<int:person_id>")
@needs(Can.PERSON_WRITE)
def name_head(household_id: int, person_id: int) -> Response:
    """Name the head of a household."""
    household, person = queries.household_for(actor(), household_id), queries.person_for(actor(), person_id)
    with transaction():
        service.name_head(household, person, by=actor())
    flash(_("户主已改为 %(name)s。", name=person.name))
    return see_other("people.show_household", household_id=household_id)
