"""The outbox on screen, in demo mode only."""

from flask import Blueprint, abort, current_app, render_template, request

from app.kernel.access import PUBLIC, SIGNED_IN, actor, needs
from app.kernel.navigation import link
from app.kernel.paging import paginate
from app.messages import queries

bp = Blueprint("messages", __name__)
blueprints = (bp,)
link("outbox", "messages.outbox")
link("messages", "messages.my_messages")


@bp.get("/outbox")
@needs(PUBLIC)
def outbox() -> str:
    """Everything that would have gone out by SMS; a page of demo mode, unknown elsewhere."""
    if not current_app.config["DEMO"]:
        abort(404)
    return render_template("messages/outbox.html", page=paginate(queries.newest(), request.args.get("page", 1, int)))


@bp.get("/messages")
@needs(SIGNED_IN)
def my_messages() -> str:
    """What I was told."""
    return render_template(
        "messages/mine.html", page=paginate(queries.told_to(actor().key), request.args.get("page", 1, int))
    )
