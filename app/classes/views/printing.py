"""Papers of a class: printing keeps and records, so it is a POST; looking at a kept paper is a GET."""

from flask import Response

from app.classes import printing, queries
from app.classes.views.blueprint import bp
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.web import see_other
from app.papers import service as papers


@bp.post("/classes/<int:class_id>/print/<string:design>")
@needs(Can.CLASS_FILE, Can.CLASS_APPROVE)
def print_paper(class_id: int, design: str) -> Response:
    """Print one of the class's papers as it stands now."""
    row = queries.class_for(actor(), class_id)
    with transaction():
        paper = printing.print_paper(row, design, by=actor())
    return see_other("classes.show_paper", class_id=row.id, paper_id=paper.id)


@bp.get("/classes/<int:class_id>/papers/<int:paper_id>")
@needs(Can.CLASS_FILE, Can.CLASS_APPROVE)
def show_paper(class_id: int, paper_id: int) -> Response:
    """A paper as it was printed."""
    row = queries.class_for(actor(), class_id)
    paper = printing.paper_of(row, paper_id)
    return papers.serve(paper, filename=printing.file_name(row, paper))
