"""The laborer's own page."""

from flask import render_template

from app.kernel.access import Can, actor, needs
from app.people import queries
from app.people.views.blueprint import bp
from app.people.words import occupation_names


@bp.get("/me")
@needs(Can.SELF_READ)
def show_me() -> str:
    """What the system holds of me, masked, and how many subsidised trainings I have left."""
    person = queries.person_for(actor(), actor().person_id or 0)
    return render_template(
        "people/show_me.html",
        person=person,
        uses=queries.uses_of(person.id),
        told=queries.told_of(person.id),
        standing=queries.standing_of(person),
        members=queries.members_of(person.household_id) if person.household_id else [],
        occupations=occupation_names(),
    )
