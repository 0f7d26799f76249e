"""A school's places."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.regions.queries import county_of
from app.schools import queries, service
from app.schools.forms import SiteForm
from app.schools.models import School, Site
from app.schools.views.blueprint import bp
from app.schools.views.own import own_school

SHOWN = ("name", "region_code", "address", "capacity", "kind", "latitude", "longitude", "radius_m", "keeper_name")
"""What the form of changes shows; the sealed phone is never put into it."""


def _form(school: School, site: Site | None = None) -> SiteForm:
    form = SiteForm(data={name: getattr(site, name) for name in SHOWN} if site else None)
    form.offer(county_of(site.region_code if site else school.region_code))
    return form


def _page(form: SiteForm, school: School, site: Site | None = None) -> str:
    return render_template("schools/edit_site.html", form=form, school=school, site=site)


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
    if not carried_out(form, lambda: service.add_site(school, form.facts(), by=actor())):
        return _page(form, school), 422
    flash(_("教学点已添加。"))
    return see_other("schools.show_school", school_id=school_id)


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
    return see_other("schools.show_school", school_id=school_id)


@bp.post("/schools/<int:school_id>/sites/<int:site_id>/close")
@needs(Can.SCHOOL_MAINTAIN)
def close_site(school_id: int, site_id: int) -> Response:
    """Stop using a place for new classes."""
    own_school(school_id)
    site = queries.site_for(actor(), school_id, site_id)
    with transaction():
        service.close_site(site, by=actor())
    flash(_("教学点已停用，新的班不能再选它。"))
    return see_other("schools.show_school", school_id=school_id)


@bp.post("/schools/<int:school_id>/sites/<int:site_id>/reopen")
@needs(Can.SCHOOL_MAINTAIN)
def reopen_site(school_id: int, site_id: int) -> Response:
    """Use a closed place again."""
    own_school(school_id)
    site = queries.site_for(actor(), school_id, site_id)
    with transaction():
        service.reopen_site(site, by=actor())
    flash(_("教学点已恢复使用。"))
    return see_other("schools.show_school", school_id=school_id)
