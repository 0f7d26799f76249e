"""Going to see a village's place before a class begins there."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.papers import service as papers
from app.schools import queries, service
from app.schools.forms import PlaceCheckForm
from app.schools.models import CheckWay, Site
from app.schools.views.blueprint import bp

Answer = Response | tuple[str, int]
LARGEST = 10 * papers.MEGABYTE


@bp.get("/place-checks")
@needs(Can.SITE_CHECK)
def list_place_checks() -> str:
    """The villages' places in the officer's area, those first that somebody must go and see."""
    waiting = {row.id for row in queries.unchecked_sites(actor())}
    page = paginate(queries.village_sites_for(actor()), request.args.get("page", 1, int))
    newest = {row.id: queries.newest_check(row.id) for row in page.items}
    schools = {row.id: queries.school(row.school_id).organization.name for row in page.items}
    rows = sorted(page.items, key=lambda row: row.id not in waiting)
    return render_template(
        "schools/list_place_checks.html", page=page, rows=rows, newest=newest, schools=schools, waiting=waiting
    )


def _page(site: Site, form: PlaceCheckForm) -> str:
    school = queries.school(site.school_id)
    return render_template(
        "schools/check_place.html", site=site, school=school, form=form, checks=queries.place_checks_of(site.id)
    )


@bp.get("/place-checks/<int:site_id>")
@needs(Can.SITE_CHECK)
def check_form(site_id: int) -> str:
    """The form of what was found."""
    form = PlaceCheckForm(formdata=None, data={"checked_on": clock.today(), "way": CheckWay.VISIT.value}).offer()
    return _page(queries.village_site_for(actor(), site_id), form)


@bp.post("/place-checks/<int:site_id>")
@needs(Can.SITE_CHECK)
def check_place(site_id: int) -> Answer:
    """Write down what was found, with a photo where there is one."""
    site, form = queries.village_site_for(actor(), site_id), PlaceCheckForm().offer()
    if not carried_out(form, lambda: service.check_place(site, form.facts(_photo(form)), by=actor())):
        return _page(site, form), 422
    flash(_("已记下，学校和审批的人都看得到。"))
    return see_other("schools.list_place_checks")


def _photo(form: PlaceCheckForm) -> int | None:
    """Keep the photo or sheet, where one was given."""
    file = form.photo.data
    if file is None or not file.filename:
        return None
    kept = papers.keep_upload(
        file.stream, file.filename, papers.DOCUMENTS, LARGEST, by=actor(), kind="place_check", field="photo"
    )
    return kept.id


@bp.get("/schools/<int:school_id>/sites/<int:site_id>/checks/<int:place_check_id>/photo")
@needs(Can.SCHOOL_READ)
def show_photo(school_id: int, site_id: int, place_check_id: int) -> Response:
    """The photo or sheet of a place check."""
    site = queries.site_for(actor(), school_id, site_id)
    return papers.serve(queries.check_photo(site.id, place_check_id), filename=f"place-check-{place_check_id}")
