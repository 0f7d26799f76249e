"""The public institution list 培训机构目录."""

from flask import render_template, request

from app.kernel.access import PUBLIC, needs
from app.kernel.errors import NotFound
from app.kernel.paging import paginate
from app.schools import queries
from app.schools.models import SchoolStatus
from app.schools.views.blueprint import bp

LONGEST_WORD = 60


@bp.get("/training-schools")
@needs(PUBLIC)
def list_listed() -> str:
    """Every school on the list."""
    word = request.args.get("q", "").strip()[:LONGEST_WORD]
    page = paginate(queries.listed_schools(word), request.args.get("page", 1, int))
    return render_template("schools/list_listed.html", page=page, word=word)


@bp.get("/training-schools/<int:school_id>")
@needs(PUBLIC)
def show_listed(school_id: int) -> str:
    """One school of the list with its places; a school that is not on it is not found."""
    school = queries.school(school_id)
    if school.status != SchoolStatus.LISTED:
        raise NotFound
    return render_template("schools/show_listed.html", school=school, sites=queries.sites_of(school_id))
