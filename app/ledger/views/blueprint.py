"""The blueprint of the pages of budgets."""

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from app.audit.queries import events_of
from app.audit.words import words_of
from app.kernel.i18n import _
from app.ledger.references import reference_url, reference_words

bp = Blueprint("ledger", __name__)
bp.add_app_template_global(reference_url)
bp.add_app_template_filter(reference_words)
Answer = str | Response | tuple[str, int]


def history(row: Any) -> list[dict[str, Any]]:
    """What happened to a row, newest first, for the timeline."""
    return [
        {
            "at": event.at,
            "title": words_of(event),
            "by": event.actor_name + (_("（代）") if event.stands_for else ""),
            "note": event.note,
        }
        for event in reversed(events_of(row))
    ]
