"""Two rounds side by side: what changed, place by place."""

from dataclasses import dataclass

from flask import render_template, request

from app.kernel.access import Can, actor, needs
from app.kernel.errors import NotFound
from app.outreach import queries
from app.outreach.queries import Picture
from app.outreach.views.blueprint import bp
from app.people.models import WorkStatus
from app.regions.models import Region


@dataclass(frozen=True, slots=True)
class Pair:
    """A place in both rounds."""

    region: Region
    before: Picture
    after: Picture


@bp.get("/surveys/<int:round_id>/compare")
@needs(Can.SURVEY_READ)
def compare(round_id: int) -> str:
    """What changed since an earlier round: coverage, work and wishes by place, and who moved from what to what."""
    by = actor()
    later = queries.round_for(by, round_id)
    others = queries.comparable(by, later)
    chosen = request.args.get("with", 0, type=int)
    earlier = next((row for row in others if chosen in {0, row.id}), None)
    if earlier is None:
        raise NotFound
    places = queries.places_for(by, request.args.get("region", ""))
    before = dict(places.roll_up(queries.pictures_by_village(earlier, places.area), Picture()))
    after = places.roll_up(queries.pictures_by_village(later, places.area), Picture())
    pairs = [Pair(row, before[row], picture) for row, picture in after]
    return render_template(
        "outreach/compare.html",
        earlier=earlier,
        later=later,
        others=others,
        places=places,
        pairs=[pair for pair in pairs if pair.before.coverage.total or pair.after.coverage.total],
        before=sum((pair.before for pair in pairs), Picture()),
        after=sum((pair.after for pair in pairs), Picture()),
        moves=queries.moves_between(earlier, later, places.area),
        works=list(WorkStatus),
    )
