"""Where the visitor is: chosen by walking down the region tree, a page a level, and remembered by the browser."""

from flask import Blueprint, Response, redirect, render_template, request

from app.kernel import remembered
from app.kernel.access import PUBLIC, needs
from app.kernel.errors import NotFound
from app.kernel.web import own_page
from app.regions.models import Level, Region
from app.regions.queries import above, children, region

bp = Blueprint("regions", __name__)
blueprints = (bp,)


@bp.get("/place")
@needs(PUBLIC)
def choose_place() -> str:
    """The places of one level to choose from; a level with a single place is skipped."""
    here = _here(request.args.get("at", ""))
    choices = children(here.code if here else None)
    while len(choices) == 1 and choices[0].level < Level.VILLAGE:
        here, choices = choices[0], children(choices[0].code)
    return render_template(
        "regions/choose_place.html",
        here=here,
        way=above(here.code) if here else [],
        choices=choices,
        target=own_page(request.args.get("next", "")),
        exact=bool(request.args.get("exact")),
    )


@bp.post("/place")
@needs(PUBLIC)
def remember_place() -> Response:
    """Have the browser remember the place; without one it forgets."""
    here = _here(request.form.get("place", ""))
    response: Response = redirect(own_page(request.form.get("next", "")) or "/", 303)  # type: ignore[assignment]  # flask's
    remembered.remember(response, remembered.PLACE, here.path.rstrip("/") if here else "")
    return response


def _here(code: str) -> Region | None:
    found = region(code[:12]) if code else None
    if code and found is None:
        raise NotFound
    return found
