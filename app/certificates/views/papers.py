"""A class's certificates for the printer, sorted as asked; single files in one archive; a batch that goes on."""

from flask import Response, flash, request, stream_with_context
from werkzeug.wrappers import Response as AnyResponse

from app.certificates import queries, service
from app.certificates.service.binding import Order, class_archive, class_pdf
from app.certificates.views.blueprint import bp
from app.classes.queries import class_for
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.web import see_other

PRIVATE = {"Cache-Control": "private, no-store"}


@bp.get("/certificates/classes/<int:class_id>/all.pdf")
@needs(Can.CERTIFICATE_READ)
def print_class(class_id: int) -> Response:
    """All that stand as one PDF, by number, name or village."""
    asked = request.args.get("by", "")
    order = Order(asked) if asked in set(Order) else Order.NUMBER
    content = class_pdf(class_for(actor(), class_id), order)
    kept = {"Content-Disposition": f'inline; filename="certificates-{class_id}.pdf"', **PRIVATE}
    return Response(content, mimetype="application/pdf", headers=kept)


@bp.get("/certificates/classes/<int:class_id>/all.zip")
@needs(Can.CERTIFICATE_READ)
def archive_files(class_id: int) -> Response:
    """The single files in one archive, sent as they are read."""
    pieces = class_archive(class_for(actor(), class_id))
    kept = {"Content-Disposition": f'attachment; filename="certificates-{class_id}.zip"', **PRIVATE}
    return Response(stream_with_context(pieces), mimetype="application/zip", headers=kept)


@bp.post("/certificates/classes/<int:class_id>/batches/<int:batch_id>/go-on")
@needs(Can.CERTIFICATE_ISSUE)
def go_on(class_id: int, batch_id: int) -> AnyResponse:
    """Go on with a batch that stopped, once what was broken is mended."""
    class_ = class_for(actor(), class_id)
    batch = queries.batch_of(class_.id, batch_id)
    with transaction():
        service.go_on(batch, by=actor())
    flash(_("正在接着生成，已经生成好的不会重来，编号不变。"))
    return see_other("certificates.show_class", class_id=class_id)
