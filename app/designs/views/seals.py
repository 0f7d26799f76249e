"""The seal of one's school or region, and those before it."""

from flask import Response as FileResponse
from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.designs import queries, service
from app.designs.forms import SealForm, WithdrawForm
from app.designs.queries import Owner
from app.designs.views.blueprint import bp
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers.service import serve


def _owner() -> Owner:
    return queries.owner_for(actor(), request.args.get("region", ""))


def _page(owner: Owner, form: SealForm) -> str:
    return render_template(
        "designs/seals.html",
        owner=owner,
        owners=queries.owners_for(actor()),
        form=form,
        current=queries.seal_of(owner),
        history=queries.seals_of(owner),
    )


def _fresh(owner: Owner) -> SealForm:
    newest = next(iter(queries.seals_of(owner)), None)
    return SealForm(data={"seen": newest.revision if newest else 0, "name": newest.name if newest else owner.name})


@bp.get("/seals")
@needs(Can.DESIGN_SET)
def show_seals() -> str:
    """The seal in use, those before it, and the form for a new one."""
    owner = _owner()
    return _page(owner, _fresh(owner))


@bp.post("/seals")
@needs(Can.DESIGN_SET)
def set_seal() -> Response | tuple[str, int]:
    """Put a new seal into use."""
    owner, form = _owner(), SealForm()
    if not form.validate_on_submit():
        return _page(owner, form), 422
    try:
        with transaction():
            service.set_seal(owner, form.picture.data, form.name.data, seen=form.seen.data or 0, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(owner, form), 422
    flash(_("印章已启用。以后打印的用这枚，已经发出的不变。"))
    return see_other("designs.show_seals", region=owner.region_code)


@bp.post("/seals/withdraw")
@needs(Can.DESIGN_SET)
def withdraw_seal() -> Response:
    """End the use of the seal."""
    owner, form = _owner(), WithdrawForm()
    with transaction():
        service.withdraw_seal(owner, seen=form.seen.data or 0, by=actor())
    flash(_("印章已停用。以后打印的留出盖章的位置。"))
    return see_other("designs.show_seals", region=owner.region_code)


@bp.get("/seals/<int:seal_id>")
@needs(Can.DESIGN_SET)
def show_seal(seal_id: int) -> FileResponse:
    """The picture of a seal."""
    row = queries.seal_row(actor(), seal_id)
    if row.upload is None:
        raise NotFound
    return serve(row.upload, filename=f"{row.name}.{'svg' if 'svg' in row.upload.media_type else 'png'}")
