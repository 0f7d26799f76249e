"""What every page of a school shares: its head, its tabs, and what the reader may do here."""

from typing import Any

from flask import url_for

from app.accounts.queries import interests_of
from app.accounts.service import refuse_interested
from app.kernel.access import Can, actor
from app.kernel.errors import Forbidden, NotFound
from app.kernel.i18n import _
from app.schools import queries
from app.schools.models import School, SchoolStatus


def own_school(school_id: int) -> School:
    """The school, where it is the actor's own; raises `NotFound`."""
    school = queries.school_for(actor(), school_id)
    if school.id != actor().organization_id:
        raise NotFound
    return school


def is_tied(school: School) -> bool:
    """Whether the reader has declared a tie to the school."""
    try:
        refuse_interested(school.id, by=actor())
    except Forbidden:
        return True
    return False


def frame(school: School, here: str) -> dict[str, Any]:
    """Head and tabs of a school's page; `here` is the tab's endpoint."""
    mine = actor().may(Can.SCHOOL_MAINTAIN) and actor().organization_id == school.id
    tied = actor().may(Can.SCHOOL_DECIDE) and is_tied(school)
    tabs = (
        ("show_school", _("概况")),
        ("list_listings", _("职业和等级")),
        ("list_sites", _("教学点")),
        ("list_instructors", _("师资")),
        ("show_ownership", _("业主与账户")),
    )
    return {
        "school": school,
        "mine": mine,
        "open_to_change": mine and school.status != SchoolStatus.REMOVED,
        "tied": tied,
        "decides": actor().may(Can.SCHOOL_DECIDE) and not tied,
        "interests": interests_of(school.id),
        "tabs": [(words, url_for(f"schools.{name}", school_id=school.id), name == here) for name, words in tabs],
    }
