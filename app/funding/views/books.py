"""One class, one book: what a book will hold, binding one, and the ones that were bound."""

from flask import Response, render_template, url_for

from app.classes.models import TrainingClass
from app.classes.queries import class_for
from app.funding import queries
from app.funding.book.binding import bind, book_of, books_of, reader_of
from app.funding.models import Claim
from app.funding.views.blueprint import bp
from app.kernel.access import Actor, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.navigation import Way, guides
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.codes import spoken


@guides("class")
def way_to_book(row: TrainingClass, by: Actor) -> list[Way]:
    """From a class to its book."""
    if not by.may(Can.CLAIM_READ) or not row.fix_version:
        return []
    return [Way(_("一班一档"), url_for("funding.class_book", class_id=row.id))]


def _page(row: TrainingClass | Claim, title: str, back: tuple[str, str], kind: str) -> str:
    by = actor()
    return render_template(
        "funding/books.html",
        row=row,
        title=title,
        back=back,
        kind=kind,
        books=books_of(row, by),
        whole=reader_of(by).whole,
        spoken=spoken,
    )


@bp.get("/classes/<int:class_id>/book")
@needs(Can.CLAIM_READ)
def class_book(class_id: int) -> str:
    """The books of a class, and the button that binds one."""
    row = class_for(actor(), class_id)
    return _page(row, row.name, (row.name, url_for("classes.show_class", class_id=row.id)), "class")


@bp.post("/classes/<int:class_id>/book")
@needs(Can.CLAIM_READ)
def bind_class_book(class_id: int) -> Response:
    """Bind the book of a class as it stands now."""
    row = class_for(actor(), class_id)
    with transaction():
        form = bind(row, by=actor())
    return see_other("funding.show_class_book", class_id=row.id, paper_id=form.paper_id)


@bp.get("/classes/<int:class_id>/books/<int:paper_id>")
@needs(Can.CLAIM_READ)
def show_class_book(class_id: int, paper_id: int) -> Response:
    """A book as it was bound."""
    row = class_for(actor(), class_id)
    form = book_of(row, paper_id, actor())
    return papers.serve(form.paper, filename=f"{_('培训班档案')}-{row.name}-{form.code}.pdf")


@bp.get("/claims/<int:claim_id>/book")
@needs(Can.CLAIM_READ)
def claim_book(claim_id: int) -> str:
    """The books of a claim, and the button that binds one."""
    claim = queries.claim_for(actor(), claim_id)
    back = (claim.number, url_for("funding.show_claim", claim_id=claim.id))
    return _page(claim, _("补贴申领 %(number)s", number=claim.number), back, "claim")


@bp.post("/claims/<int:claim_id>/book")
@needs(Can.CLAIM_READ)
def bind_claim_book(claim_id: int) -> Response:
    """Bind the book of a claim as it stands now."""
    claim = queries.claim_for(actor(), claim_id)
    with transaction():
        form = bind(claim, by=actor())
    return see_other("funding.show_claim_book", claim_id=claim.id, paper_id=form.paper_id)


@bp.get("/claims/<int:claim_id>/books/<int:paper_id>")
@needs(Can.CLAIM_READ)
def show_claim_book(claim_id: int, paper_id: int) -> Response:
    """A book as it was bound."""
    claim = queries.claim_for(actor(), claim_id)
    form = book_of(claim, paper_id, actor())
    return papers.serve(form.paper, filename=f"{_('补贴申领档案')}-{claim.number}-{form.code}.pdf")
