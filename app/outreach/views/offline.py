"""Work without a network: the page a phone keeps, what it takes along, what it brings back."""

import hashlib
import json
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_wtf.csrf import generate_csrf

from app.kernel.access import PUBLIC, Can, actor, maybe_actor, needs
from app.kernel.database import transaction
from app.kernel.errors import Conflict, DomainError
from app.kernel.i18n import _
from app.kernel.sheets import pictures, sheet_url
from app.outreach.queries.offline import people_to_take, standing_now, taken
from app.outreach.rules.offline import KEPT_DAYS, MOST_NOTES, Outcome, read_note
from app.outreach.service.offline import take_along, take_in
from app.outreach.views.blueprint import bp
from config import ROOT

MODULES = ("main", "pages", "fields", "notes", "vault")
ROLL_MODULES = ("main", "key")
FILES = ("css/offline.css", "css/print.css", "js/app.js", "img/mark.svg", "img/favicon.svg")
WORKER = ROOT / "static" / "js" / "offline" / "worker.js"
Json = Response | tuple[Response, int]


@bp.get("/offline")
@needs(PUBLIC)
def show_offline() -> str:
    """The page that works without a network; it holds no data, which stands sealed in the browser."""
    return render_template("outreach/offline.html", days=KEPT_DAYS)


@bp.get("/offline/app.webmanifest")
@needs(PUBLIC)
def manifest() -> Response:
    """What a phone needs to put the page on its start screen."""
    icon = {"src": url_for("static", filename="img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    told = {
        "name": _("四单 · 离线工作"),
        "short_name": _("四单"),
        "start_url": url_for("outreach.show_offline"),
        "display": "standalone",
        "background_color": "#fbf6ec",
        "theme_color": "#0b4a3f",
        "icons": [icon],
    }
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")


@bp.get("/offline/worker.js")
@needs(PUBLIC)
def worker() -> Response:
    """The service worker, told which files to keep; new files make a new worker."""
    modules = [f"/static/js/offline/{name}.js" for name in MODULES]
    modules += [f"/static/js/roll/{name}.js" for name in ROLL_MODULES]
    files = [url_for("static", filename=name) for name in FILES]
    pages = [url_for("outreach.show_offline"), url_for("attendance.show_offline")]
    shown = [*pages, url_for("outreach.manifest"), sheet_url(), *files, *pictures(), *modules]
    source = WORKER.read_text("utf-8")
    sources = [source, *((ROOT / name.lstrip("/")).read_text("utf-8") for name in modules)]
    version = hashlib.sha256("\0".join([*shown, *sources]).encode()).hexdigest()[:12]
    head = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(shown)};\n"
    answer = Response(head + source, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/offline/state")
@needs(PUBLIC)
def show_state() -> Response:
    """Who is signed in, as a key and no name, and the token that a sync needs."""
    who = maybe_actor()
    may = who is not None and who.may(Can.SERVICE_WRITE)
    return jsonify(who=who.key if who and may else "", token=generate_csrf() if may else "")


@bp.post("/offline/pack")
@needs(Can.SERVICE_WRITE)
def take_pack() -> Json:
    """What an officer takes along, on the record."""
    people = people_to_take(actor())
    try:
        with transaction():
            take_along(people, by=actor())
    except DomainError as error:
        return jsonify(message=_(str(error.message))), error.status
    return jsonify(taken(actor(), people))


@bp.post("/offline/notes")
@needs(Can.SERVICE_WRITE)
def take_notes() -> Json:
    """Take in the notes of a device, each by itself; what became of each, and what stands here where they clash."""
    given = request.get_json(silent=True)
    notes = given.get("notes") if isinstance(given, dict) else None
    if not isinstance(notes, list) or len(notes) > MOST_NOTES:
        return jsonify(message=_("这些离线记录读不出来。")), 422
    return jsonify(outcomes=[_taken_in(note) for note in notes])


def _taken_in(given: Any) -> dict[str, Any]:
    key = given.get("key") if isinstance(given, dict) else None
    try:
        note = read_note(given)
    except DomainError as error:
        return {"key": key, "outcome": Outcome.REFUSED, "message": _(str(error.message))}
    try:
        with transaction():
            take_in(note, by=actor())
    except Conflict as error:
        return {"key": key, "outcome": Outcome.CONFLICT, "message": str(error), "here": standing_now(actor(), note)}
    except DomainError as error:
        return {"key": key, "outcome": Outcome.REFUSED, "message": _said(error), "field": error.field}
    return {"key": key, "outcome": Outcome.DONE}


def _said(error: DomainError) -> str:
    return _(str(error.message)) if error.message else _("没有找到这个人，可能已经不归您负责。")
