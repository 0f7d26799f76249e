"""A laborer's own certificates."""

from flask import Response, render_template

from app.certificates import queries, service
from app.certificates.skills.queries import skills_of_person
from app.certificates.views.blueprint import bp
from app.classes.queries import training_class
from app.kernel.access import Can, actor, needs
from app.kernel.errors import NotFound
from app.papers import service as papers


@bp.get("/my/certificates")
@needs(Can.SELF_READ)
def mine() -> str:
    """My certificates and notes of attendance."""
    me = actor().person_id or 0
    notes = queries.notes_of_person(me)
    return render_template(
        "certificates/mine.html",
        certificates=queries.certificates_of_person(me),
        skills=skills_of_person(me),
        notes=[(note, training_class(note.class_id)) for note in notes],
    )


@bp.get("/my/certificates/<int:certificate_id>.pdf")
@needs(Can.SELF_READ)
def my_certificate(certificate_id: int) -> Response:
    """My certificate as a PDF."""
    certificate = queries.certificate_for(actor(), certificate_id)
    return papers.serve(service.printed(certificate.paper), filename=f"{certificate.number}.pdf")


@bp.get("/my/notes/<int:seat_id>.pdf")
@needs(Can.SELF_READ)
def my_note(seat_id: int) -> Response:
    """My note of attendance as a PDF."""
    note = next((note for note in queries.notes_of_person(actor().person_id or 0) if note.seat_id == seat_id), None)
    if note is None:
        raise NotFound
    return papers.serve(service.printed(note.paper), filename="参加证明.pdf")
