"""Forms on paper: which to print, and the way to type them in. Printing personal data is recorded, so it is a POST."""

from flask import render_template, request
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import NotFound
from app.outreach import printing, queries
from app.outreach.views.blueprint import bp
from app.regions.models import Region


def village_among(villages: list[Region], code: str) -> Region:
    """The village that the address or form names, else the first; raises `NotFound`."""
    found = next((row for row in villages if code in {"", row.code}), None)
    if found is None:
        raise NotFound
    return found


def own_villages() -> list[Region]:
    """The villages a person answers for."""
    return list(queries.villages_in(actor().area))


def _pdf(content: bytes, name: str) -> Response:
    kept = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return Response(content, mimetype="application/pdf", headers=kept)


@bp.get("/surveys/<int:round_id>/papers")
@needs(Can.SURVEY_READ)
def show_papers(round_id: int) -> str:
    """The villages of a round with their cards to print and to type in."""
    by = actor()
    survey = queries.round_for(by, round_id)
    villages = queries.villages_of(by, survey.id)
    return render_template(
        "outreach/show_papers.html",
        survey=survey,
        villages=villages,
        village=next((row for row in villages if row.code == request.args.get("village")), None),
        coverage=queries.coverage_by_village(survey, by.area),
    )


@bp.post("/surveys/<int:round_id>/print")
@needs(Can.SURVEY_ANSWER)
def print_cards(round_id: int) -> Response:
    """The cards of one village on paper."""
    by = actor()
    survey = queries.round_for(by, round_id)
    village = village_among(list(queries.villages_of(by, survey.id)), request.form.get("village", ""))
    with transaction():
        content = printing.print_cards(survey, village, only_open=request.form.get("all") != "yes", by=by)
    return _pdf(content, f"survey-{survey.id}-{village.code}")


@bp.post("/services/print")
@needs(Can.SERVICE_WRITE)
def print_log() -> Response:
    """The service log of one village on paper."""
    village = village_among(own_villages(), request.form.get("village", ""))
    with transaction():
        content = printing.print_log(village, by=actor())
    return _pdf(content, f"services-{village.code}")
