"""A school's places."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.policies.queries import pack_for
from app.regions.queries import county_of
from app.schools import queries, service
from app.schools.forms import MachineForm, RoomForm, SiteForm
from app.schools.models import School, Site
from app.schools.views.blueprint import bp
from app.schools.views.frame import frame, own_school

SHOWN = ("name", "region_code", "address", "capacity", "kind", "latitude", "longitude", "radius_m", "keeper_name")
"""What the form of changes shows; the sealed phone is never put into it."""


def _form(school: School, site: Site | None = None) -> SiteForm:
    form = SiteForm(data={name: getattr(site, name) for name in SHOWN} if site else None)
    form.offer(county_of(site.region_code if site else school.region_code))
    return form


def _page(form: SiteForm, school: School, site: Site | None = None) -> str:
    return render_template("schools/edit_site.html", form=form, school=school, site=site)


@bp.get("/schools/<int:school_id>/sites")
@needs(Can.SCHOOL_READ)
def list_sites(school_id: int) -> str:
    """Where the school trains."""
    shown = frame(queries.school_for(actor(), school_id), "list_sites")
    rows = queries.sites_of(school_id, closed=shown["mine"])
    return render_template("schools/list_sites.html", **shown, sites=rows)


def site_page(school: School, site: Site, room: RoomForm | None = None, machine: MachineForm | None = None) -> str:
    """A place with its rooms, machines and place checks; a form is one that was wrong."""
    shown = frame(school, "list_sites")
    policy_days = pack_for(site.region_code, clock.today()).count(queries.CHECK_DAYS)
    return render_template(
        "schools/show_site.html",
        **shown,
        site=site,
        rooms=queries.rooms_of(site.id, closed=shown["mine"]),
        machines=queries.machines_of(site.id, closed=shown["mine"]),
        checks=queries.place_checks_of(site.id),
        problem=queries.check_problem(site, clock.today(), policy_days),
        room=room or RoomForm(formdata=None),
        machine=(machine or MachineForm(formdata=None)).offer(),
        today=clock.today(),
    )


@bp.get("/schools/<int:school_id>/sites/<int:site_id>")
@needs(Can.SCHOOL_READ)
def show_site(school_id: int, site_id: int) -> str:
    """One place, with what is in it and who has been there to look."""
    return site_page(queries.school_for(actor(), school_id), queries.site_for(actor(), school_id, site_id))


@bp.get("/schools/<int:school_id>/sites/new")
@needs(Can.SCHOOL_MAINTAIN)
def new_site(school_id: int) -> str:
    """The form for a new place."""
    school = own_school(school_id)
    return _page(_form(school), school)


@bp.post("/schools/<int:school_id>/sites/new")
@needs(Can.SCHOOL_MAINTAIN)
def add_site(school_id: int) -> Response | tuple[str, int]:
    """Add a place."""
    school = own_school(school_id)
    form = _form(school)
    done = carried_out(form, lambda: service.add_site(school, form.facts(), by=actor()))
    if not done:
        return _page(form, school), 422
    flash(_("教学点已添加，接着填教室和设备。"))
    return see_other("schools.show_site", school_id=school_id, site_id=done.result.id)


@bp.get("/schools/<int:school_id>/sites/<int:site_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def edit_site(school_id: int, site_id: int) -> str:
    """The form for new facts of a place."""
    school, site = own_school(school_id), queries.site_for(actor(), school_id, site_id)
    return _page(_form(school, site), school, site)


@bp.post("/schools/<int:school_id>/sites/<int:site_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def change_site(school_id: int, site_id: int) -> Response | tuple[str, int]:
    """Write new facts of a place."""
    school, site = own_school(school_id), queries.site_for(actor(), school_id, site_id)
    form = _form(school, site)
    if not carried_out(form, lambda: service.change_site(site, form.facts(), by=actor())):
        return _page(form, school, site), 422
    flash(_("已保存。"))
    return see_other("schools.show_site", school_id=school_id, site_id=site_id)


@bp.post("/schools/<int:school_id>/sites/<int:site_id>/close")
@needs(Can.SCHOOL_MAINTAIN)
def close_site(school_id: int, site_id: int) -> Response:
    """Stop using a place for new classes."""
    own_school(school_id)
    site = queries.site_for(actor(), school_id, site_id)
    with transaction():
        service.close_site(site, by=actor())
    flash(_("教学点已停用，新的班不能再选它。"))
    return see_other("schools.list_sites", school_id=school_id)


@bp.post("/schools/<int:school_id>/sites/<int:site_id>/reopen")
@needs(Can.SCHOOL_MAINTAIN)
def reopen_site(school_id: int, site_id: int) -> Response:
    """Use a closed place again."""
    own_school(school_id)
    site = queries.site_for(actor(), school_id, site_id)
    with transaction():
        service.reopen_site(site, by=actor())
    flash(_("教学点已恢复使用。"))
    return see_other("schools.list_sites", school_id=school_id)
