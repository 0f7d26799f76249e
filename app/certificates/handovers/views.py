"""The register of a class's certificates handed over: tick many at once, print the list to sign."""

from functools import partial

from flask import Response, flash, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.certificates.handovers import queries, service
from app.certificates.handovers.forms import HandoverForm
from app.certificates.handovers.rules import Way
from app.certificates.queries import certificates_of
from app.certificates.views.blueprint import bp
from app.classes.models import TrainingClass
from app.classes.queries import class_for
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.i18n import _
from app.kernel.web import see_other

FIELDS = ("name", "relation", "reason", "tracking")


def _page(class_: TrainingClass, form: HandoverForm) -> str:
    given = queries.handovers_of(class_.id)
    return render_template(
        "certificates/list_handovers.html",
        klass=class_,
        form=form,
        given=[(one, given[one.id]) for one in certificates_of(class_.id) if one.id in given],
        waiting=queries.waiting_in(class_.id),
        may_write=actor().may(Can.CERTIFICATE_ISSUE) and actor().organization_id == class_.school_id,
    )


@bp.get("/certificates/classes/<int:class_id>/handovers")
@needs(Can.CERTIFICATE_READ)
def list_handovers(class_id: int) -> str:
    """Who has their certificate, and who has not."""
    class_ = class_for(actor(), class_id)
    return _page(class_, HandoverForm(formdata=None).offer(queries.waiting_in(class_.id)))


@bp.post("/certificates/classes/<int:class_id>/handovers")
@needs(Can.CERTIFICATE_ISSUE)
def hand_over(class_id: int) -> AnyResponse | tuple[str, int]:
    """Write down who took theirs."""
    class_ = class_for(actor(), class_id)
    form = HandoverForm().offer(queries.waiting_in(class_.id))
    done = carried_out(form, partial(_write, class_, form))
    if done is None:
        return _page(class_, form), 422
    flash(_("已登记 %(n)s 人领取。", n=done.result))
    return see_other("certificates.list_handovers", class_id=class_id)


def _write(class_: TrainingClass, form: HandoverForm) -> int:
    given = {name: form[name].data or "" for name in FIELDS}
    way, day = Way(form.way.data), form.handed_on.data
    return service.hand_over(class_, form.certificates.data or [], way, given, day, by=actor())


@bp.get("/certificates/classes/<int:class_id>/handovers.pdf")
@needs(Can.CERTIFICATE_READ)
def print_handovers(class_id: int) -> Response:
    """The list to sign."""
    content = service.list_to_sign(class_for(actor(), class_id), by=actor())
    kept = {
        "Content-Disposition": f'inline; filename="handovers-{class_id}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, mimetype="application/pdf", headers=kept)
