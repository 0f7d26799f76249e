"""Which occupations and levels a school is listed for."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.schools import queries, service
from app.schools.forms import GrantForm, ListingsForm, NoteForm
from app.schools.models import ListingStatus, School
from app.schools.views.blueprint import bp
from app.schools.views.frame import frame, own_school

Answer = Response | tuple[str, int]


def _page(
    school: School,
    ask: ListingsForm | None = None,
    grant: GrantForm | None = None,
    note: NoteForm | None = None,
    failed: int = 0,
) -> str:
    rows = queries.listings_of(school.id)
    asked = [row for row in rows if row.status == ListingStatus.ASKED]
    return render_template(
        "schools/list_listings.html",
        **frame(school, "list_listings"),
        rows=rows,
        asked=asked,
        ask=(ask or ListingsForm(formdata=None)).offer(),
        grant=grant or GrantForm(formdata=None).offer(asked, school, clock.today()),
        note=note or NoteForm(formdata=None),
        failed=failed,
        today=clock.today(),
    )


def _back(school_id: int, words: str) -> Response:
    flash(words)
    return see_other("schools.list_listings", school_id=school_id)


@bp.get("/schools/<int:school_id>/listings")
@needs(Can.SCHOOL_READ)
def list_listings(school_id: int) -> str:
    """What the school asked for, and what it is listed for from when to when."""
    return _page(queries.school_for(actor(), school_id))


@bp.post("/schools/<int:school_id>/listings")
@needs(Can.SCHOOL_MAINTAIN)
def ask_listings(school_id: int) -> Answer:
    """Ask to be listed for an occupation at some levels."""
    school, form = own_school(school_id), ListingsForm().offer()
    code, levels = form.occupation_code.data, form.levels.data or []
    if not carried_out(form, lambda: service.ask_listings(school, code, levels, by=actor())):
        return _page(school, ask=form), 422
    return _back(school_id, _("已申报，等人社局审核。"))


@bp.post("/schools/<int:school_id>/listings/grant")
@needs(Can.SCHOOL_DECIDE)
def grant_listings(school_id: int) -> Answer:
    """List the school for what was ticked."""
    school = queries.school_for(actor(), school_id)
    asked = [row for row in queries.listings_of(school_id) if row.status == ListingStatus.ASKED]
    form = GrantForm().offer(asked, school, clock.today())

    def act() -> None:
        for row in asked:
            if row.id in form.chosen.data:
                service.grant_listing(row, form.from_on.data, form.until_on.data, by=actor())

    if not carried_out(form, act):
        return _page(school, grant=form), 422
    return _back(school_id, _("已列入目录，学校可以按这些职业和等级申报开班。"))


@bp.post("/schools/<int:school_id>/listings/<int:listing_id>/<any(refuse, end):step>")
@needs(Can.SCHOOL_DECIDE)
def decide_listing(school_id: int, listing_id: int, step: str) -> Answer:
    """Not list what was asked, or take it off the list, with a reason."""
    school, form = queries.school_for(actor(), school_id), NoteForm()
    row = queries.listing_of(school_id, listing_id)
    act = service.refuse_listing if step == "refuse" else service.end_listing
    if not carried_out(form, lambda: act(row, by=actor(), note=form.note.data or "")):
        return _page(school, note=form, failed=listing_id), 422
    return _back(school_id, _("已办理，学校会看到理由。"))
