"""Issue, print, hand out, revoke."""

from flask import Response, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.assessments import queries as assessments
from app.audit.queries import events_of
from app.audit.words import story
from app.certificates import queries, service
from app.certificates.forms import FilterForm, RevokeForm
from app.certificates.handovers.queries import handover_of, handovers_of
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus, RevokedBecause
from app.certificates.skills.queries import skills_of_seat
from app.certificates.stock.queries import sheet_of
from app.certificates.views.blueprint import bp
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, class_for
from app.classes.rules import CLASS_FLOW, ClassStep
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.papers import service as papers

Answer = str | AnyResponse | tuple[str, int]


@bp.get("/certificates")
@needs(Can.CERTIFICATE_READ)
def list_certificates() -> str:
    """The certificates within reach, and the classes that wait for theirs."""
    form = FilterForm(request.args).offer()
    status = form.status.data if form.status.data in set(CertificateStatus) else None
    filters = queries.CertificateFilters(
        word=form.word.data or "", status=CertificateStatus(status) if status else None
    )
    return render_template(
        "certificates/list_certificates.html",
        form=form,
        page=paginate(queries.certificates_for(actor(), filters), request.args.get("page", 1, type=int)),
        waiting=queries.waiting_classes(actor()) if actor().may(Can.CERTIFICATE_ISSUE) else [],
        filtered=bool(filters.word or filters.status),
    )


@bp.get("/certificates/classes/<int:class_id>")
@needs(Can.CERTIFICATE_READ)
def show_class(class_id: int) -> str:
    """A class's certificates (or a taster's notes), and how far their printing is."""
    class_ = class_for(actor(), class_id)
    certificates, progress = queries.certificates_of(class_.id), queries.progress_of(class_.id)
    certified, ready = len({row.seat_id for row in certificates}), all(each.is_ready for each in progress)
    return render_template(
        "certificates/show_class.html",
        klass=class_,
        certificates=certificates,
        notes=queries.notes_of(class_.id),
        people=len(active_seats(class_.id)),
        passed=len(assessments.passed_seats(class_.id)),
        progress=progress,
        printing=any(each.is_printing for each in progress),
        batches=sum(not each.batch.single for each in progress),
        certified=certified,
        all_printed=bool(certificates) and all(each.is_ready for each in progress if not each.batch.single),
        handovers=handovers_of(class_.id),
        **_open_to(class_, certified, ready=ready),
    )


def _open_to(class_: TrainingClass, certified: int, *, ready: bool) -> dict[str, bool]:
    """What this person may do with a class's certificates now."""
    owns, by = _owns(class_), actor()
    return {
        "owns": owns,
        "may_record_skills": owns or (by.may(Can.PERSON_WRITE) and by.organization_id is None),
        "may_issue": _may_issue(class_, certified),
        "may_note": owns and service.is_notable(class_) and bool(service.to_note(class_)),
        "may_archive": _may_archive(class_) and ready,
    }


def _owns(class_: TrainingClass) -> bool:
    return actor().may(Can.CERTIFICATE_ISSUE) and actor().organization_id == class_.school_id


def _may_issue(class_: TrainingClass, issued: int) -> bool:
    return _owns(class_) and class_.paid and len(assessments.passed_seats(class_.id)) > issued


def _may_archive(class_: TrainingClass) -> bool:
    return (_owns(class_) or actor().may(Can.CLASS_APPROVE)) and CLASS_FLOW.allows(class_.status, ClassStep.ARCHIVE)


@bp.post("/certificates/classes/<int:class_id>/issue")
@needs(Can.CERTIFICATE_ISSUE)
def issue(class_id: int) -> AnyResponse:
    """Issue to everyone who passed."""
    class_ = class_for(actor(), class_id)
    with transaction():
        batch = service.issue(class_, by=actor())
    people = len(queries.certificates_of_batch(batch.id))
    flash(_("%(n)s 张证书已经发出，编号和内容从现在起不再变。正在生成打印文件。", n=people))
    return see_other("certificates.show_class", class_id=class_id)


@bp.post("/certificates/classes/<int:class_id>/notes")
@needs(Can.CERTIFICATE_ISSUE)
def note_attendance(class_id: int) -> AnyResponse:
    """Note the attendance of a taster."""
    class_ = class_for(actor(), class_id)
    with transaction():
        service.note_of_attendance(class_, by=actor())
    flash(_("参加证明已经开出，正在生成打印文件。"))
    return see_other("certificates.show_class", class_id=class_id)


@bp.post("/certificates/classes/<int:class_id>/archive")
@needs(Can.CERTIFICATE_ISSUE, Can.CLASS_APPROVE)
def archive(class_id: int) -> AnyResponse:
    """Archive a class whose certificates are out."""
    class_ = class_for(actor(), class_id)
    with transaction():
        service.archive(class_, by=actor())
    flash(_("这个班已归档。证书、送岗和申领照常办理。"))
    return see_other("certificates.show_class", class_id=class_id)


@bp.get("/certificates/classes/<int:class_id>/batches/<int:batch_id>.pdf")
@needs(Can.CERTIFICATE_READ)
def print_batch(class_id: int, batch_id: int) -> Response:
    """All papers of a batch as one PDF."""
    class_ = class_for(actor(), class_id)
    paper = queries.paper_of_batch(queries.batch_of(class_.id, batch_id))
    return papers.serve(service.printed(paper), filename=f"{class_.name}.pdf")


@bp.get("/certificates/classes/<int:class_id>/notes/<int:seat_id>.pdf")
@needs(Can.CERTIFICATE_READ)
def print_note(class_id: int, seat_id: int) -> Response:
    """One note of attendance as a PDF."""
    note = queries.note_of(class_for(actor(), class_id).id, seat_id)
    return papers.serve(service.printed(note.paper), filename=f"参加证明-{note.person.name}.pdf")


@bp.get("/certificates/<int:certificate_id>.pdf")
@needs(Can.CERTIFICATE_READ)
def print_certificate(certificate_id: int) -> Response:
    """One certificate as a PDF."""
    certificate = queries.certificate_for(actor(), certificate_id)
    return papers.serve(service.printed(certificate.paper), filename=f"{certificate.number}.pdf")


def _page(certificate: Certificate, form: RevokeForm) -> str:
    stands = certificate.status is CertificateStatus.VALID
    may_revoke = actor().may(Can.CERTIFICATE_REVOKE) and queries.is_held_within(certificate, actor())
    return render_template(
        "certificates/show_certificate.html",
        certificate=certificate,
        class_id=certificate.class_id if queries.sees_class(actor(), certificate.class_id) else None,
        form=form,
        events=story(events_of(certificate)),
        chain=queries.chain_of(certificate),
        handover=handover_of(certificate.id),
        sheet=sheet_of(certificate.id),
        skills=skills_of_seat(certificate.seat_id),
        may_replace=stands and actor().may(Can.CERTIFICATE_ISSUE) and actor().organization_id == certificate.school_id,
        may_revoke=stands and may_revoke,
    )


@bp.get("/certificates/<int:certificate_id>")
@needs(Can.CERTIFICATE_READ)
def show_certificate(certificate_id: int) -> str:
    """One certificate as it was frozen, and whether it stands."""
    return _page(queries.certificate_for(actor(), certificate_id), RevokeForm(formdata=None))


@bp.post("/certificates/<int:certificate_id>/revoke")
@needs(Can.CERTIFICATE_REVOKE)
def revoke(certificate_id: int) -> Answer:
    """Revoke a certificate for ever."""
    certificate, form = queries.certificate_for(actor(), certificate_id), RevokeForm()
    if not form.validate():
        return _page(certificate, form), 422
    try:
        with transaction():
            kind = RevokedBecause(form.because.data)
            service.revoke(certificate, reason=form.reason.data, because=kind, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(certificate, form), error.status
    flash(_("证书已撤销，查询页从现在起显示“已撤销”。"))
    return see_other("certificates.show_certificate", certificate_id=certificate.id)
