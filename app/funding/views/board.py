"""The notice for the bureau: its days, objections, the sheet, and photos of it on the village board."""

from flask import Response, flash, render_template

from app.funding import queries, service
from app.funding.models import Notice, NoticePhoto
from app.funding.paying_forms import BoardPhotoForm
from app.funding.queries.notices import photos_of
from app.funding.views.blueprint import Answer, bp
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers import service as papers
from app.papers.models import Upload

MOST_PHOTO = 10 * papers.MEGABYTE


def _page(notice: Notice, form: BoardPhotoForm | None = None) -> str:
    today, by = clock.today(), actor()
    answers = by.may(Can.OBJECTION_ANSWER) or by.may(Can.EVENT_READ)
    objections = queries.objections_query(by, claim_id=notice.claim_id)
    return render_template(
        "funding/show_board.html",
        notice=notice,
        claim=notice.claim,
        photos=photos_of(notice.id),
        objections=db.session.scalars(objections).unique().all() if answers else [],
        form=form or BoardPhotoForm(formdata=None, hung_on=notice.from_on),
        may_add=by.may(Can.NOTICE_PUBLISH),
        runs=notice.closed_at is None and notice.from_on <= today <= notice.until_on,
        over=notice.closed_at is None and today > notice.until_on,
    )


@bp.get("/notices/<int:notice_id>/board")
@needs(Can.CLAIM_READ)
def show_board(notice_id: int) -> str:
    """One notice, running or taken down, for those who may see its claim."""
    return _page(queries.notice_for(actor(), notice_id))


@bp.post("/notices/<int:notice_id>/photos")
@needs(Can.NOTICE_PUBLISH)
def add_photo(notice_id: int) -> Answer:
    """Keep a photo of the notice as it hangs."""
    notice = queries.notice_for(actor(), notice_id)
    form = BoardPhotoForm()
    if not form.validate():
        return _page(notice, form), 422
    try:
        with transaction():
            _hang(notice, form)
    except DomainError as error:
        error_on(form, error)
        return _page(notice, form), error.status
    flash(_("照片已保存。"))
    return see_other("funding.show_board", notice_id=notice_id)


def _hang(notice: Notice, form: BoardPhotoForm) -> None:
    file, by = form.photo.data, actor()
    upload = papers.keep_upload(
        file.stream, file.filename, papers.IMAGES, MOST_PHOTO, by=by, kind="notice photo", field="photo"
    )
    day = form.hung_on.data or clock.today()
    service.hang_notice(notice, upload.id, place=form.place.data or "", hung_on=day, by=by)


@bp.get("/notices/<int:notice_id>/photos/<int:photo_id>")
@needs(Can.CLAIM_READ)
def show_board_photo(notice_id: int, photo_id: int) -> Response:
    """One photo."""
    notice = queries.notice_for(actor(), notice_id)
    photo = db.session.get(NoticePhoto, photo_id)
    if photo is None or photo.notice_id != notice.id:
        raise NotFound
    return papers.serve(db.session.get_one(Upload, photo.upload_id), filename=_("公示照片"))
