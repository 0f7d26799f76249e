"""Rooms and machines of a place."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.schools import queries, service
from app.schools.forms import MachineForm, RoomForm
from app.schools.models import School, Site
from app.schools.views.blueprint import bp
from app.schools.views.frame import own_school
from app.schools.views.sites import site_page

Answer = Response | tuple[str, int]
SITE = "/schools/<int:school_id>/sites/<int:site_id>"


def _own(school_id: int, site_id: int) -> tuple[School, Site]:
    return own_school(school_id), queries.site_for(actor(), school_id, site_id)


def _back(school_id: int, site_id: int) -> Response:
    return see_other("schools.show_site", school_id=school_id, site_id=site_id)


@bp.post(f"{SITE}/rooms")
@needs(Can.SCHOOL_MAINTAIN)
def add_room(school_id: int, site_id: int) -> Answer:
    """Add a room."""
    (school, site), form = _own(school_id, site_id), RoomForm()
    if not carried_out(form, lambda: service.add_room(site, form.facts(), by=actor())):
        return site_page(school, site, room=form), 422
    flash(_("教室已添加。"))
    return _back(school_id, site_id)


@bp.get(f"{SITE}/rooms/<int:room_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def edit_room(school_id: int, site_id: int, room_id: int) -> str:
    """The form for a room's new name or seats."""
    school, site = _own(school_id, site_id)
    row = queries.room_of(site.id, room_id)
    return render_template("schools/edit_room.html", form=RoomForm(obj=row), school=school, site=site, row=row)


@bp.post(f"{SITE}/rooms/<int:room_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def change_room(school_id: int, site_id: int, room_id: int) -> Answer:
    """Write a room's new name or seats."""
    (school, site), form = _own(school_id, site_id), RoomForm()
    row = queries.room_of(site.id, room_id)
    if not carried_out(form, lambda: service.change_room(row, form.facts(), by=actor())):
        return render_template("schools/edit_room.html", form=form, school=school, site=site, row=row), 422
    flash(_("已保存。"))
    return _back(school_id, site_id)


@bp.post(f"{SITE}/rooms/<int:room_id>/close")
@needs(Can.SCHOOL_MAINTAIN)
def close_room(school_id: int, site_id: int, room_id: int) -> Response:
    """Stop using a room."""
    _school, site = _own(school_id, site_id)
    row = queries.room_of(site.id, room_id)
    with transaction():
        service.close_room(row, by=actor())
    flash(_("教室已停用，新的课不能再排到这里。"))
    return _back(school_id, site_id)


@bp.post(f"{SITE}/machines")
@needs(Can.SCHOOL_MAINTAIN)
def add_machine(school_id: int, site_id: int) -> Answer:
    """Add a machine."""
    (school, site), form = _own(school_id, site_id), MachineForm().offer()
    if not carried_out(form, lambda: service.add_machine(site, form.facts(), by=actor())):
        return site_page(school, site, machine=form), 422
    flash(_("设备已添加。"))
    return _back(school_id, site_id)


@bp.get(f"{SITE}/machines/<int:machine_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def edit_machine(school_id: int, site_id: int, machine_id: int) -> str:
    """The form for new facts of a machine."""
    school, site = _own(school_id, site_id)
    row = queries.machine_of(site.id, machine_id)
    form = MachineForm(obj=row).offer()
    return render_template("schools/edit_machine.html", form=form, school=school, site=site, row=row)


@bp.post(f"{SITE}/machines/<int:machine_id>/edit")
@needs(Can.SCHOOL_MAINTAIN)
def change_machine(school_id: int, site_id: int, machine_id: int) -> Answer:
    """Write new facts of a machine, such as a new inspection."""
    (school, site), form = _own(school_id, site_id), MachineForm().offer()
    row = queries.machine_of(site.id, machine_id)
    if not carried_out(form, lambda: service.change_machine(row, form.facts(), by=actor())):
        return render_template("schools/edit_machine.html", form=form, school=school, site=site, row=row), 422
    flash(_("已保存。"))
    return _back(school_id, site_id)


@bp.post(f"{SITE}/machines/<int:machine_id>/close")
@needs(Can.SCHOOL_MAINTAIN)
def close_machine(school_id: int, site_id: int, machine_id: int) -> Response:
    """Stop using a machine."""
    _school, site = _own(school_id, site_id)
    row = queries.machine_of(site.id, machine_id)
    with transaction():
        service.close_machine(row, by=actor())
    flash(_("设备已停用。"))
    return _back(school_id, site_id)
