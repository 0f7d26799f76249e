"""Skill-level certificates by other bodies: the list, a class's, one with its scan."""

from functools import partial

from flask import Response, flash, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.certificates.skills import queries, service
from app.certificates.skills.forms import SkillForm, StrikeOutForm, WordForm
from app.certificates.skills.models import SkillCertificate
from app.certificates.views.blueprint import bp
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, class_for
from app.kernel.access import Can, actor, needs
from app.kernel.acting import carried_out
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.occupations.queries import level_words
from app.papers import service as papers

Answer = AnyResponse | tuple[str, int]


def _level(level: int) -> str:
    return level_words(level) if level else _("特级技师")


@bp.get("/certificates/skills")
@needs(Can.CERTIFICATE_READ)
def list_skills() -> str:
    """What other bodies gave to people within reach."""
    form = WordForm(request.args)
    word = form.word.data or ""
    page = paginate(queries.skills_for(actor(), word), request.args.get("page", 1, type=int))
    return render_template("certificates/list_skills.html", page=page, form=form, filtered=bool(word), level=_level)


def _class_page(class_: TrainingClass, form: SkillForm) -> str:
    seats = active_seats(class_.id)
    found = [(seat, one) for seat in seats for one in queries.skills_of_seat(seat.id)]
    return render_template("certificates/class_skills.html", klass=class_, form=form, found=found, level=_level)


@bp.get("/certificates/classes/<int:class_id>/skills")
@needs(Can.CERTIFICATE_ISSUE, Can.PERSON_WRITE)
def class_skills(class_id: int) -> str:
    """What other bodies gave to the trainees of a class, and a form for one more."""
    class_ = class_for(actor(), class_id)
    return _class_page(class_, SkillForm(formdata=None).offer(active_seats(class_.id)))


@bp.post("/certificates/classes/<int:class_id>/skills")
@needs(Can.CERTIFICATE_ISSUE, Can.PERSON_WRITE)
def record_skill(class_id: int) -> Answer:
    """Write one down."""
    class_ = class_for(actor(), class_id)
    form = SkillForm().offer(active_seats(class_.id))
    done = carried_out(form, partial(_record, form))
    if done is None:
        return _class_page(class_, form), 422
    flash(_("已登记。这张证书由其他机构颁发，我们只核对编号的格式。"))
    return see_other("certificates.show_skill", skill_id=done.result.id)


def _record(form: SkillForm) -> SkillCertificate:
    names = ("number", "body_name", "occupation_id", "level", "issued_on")
    shown = service.Shown(**{name: form[name].data for name in names})
    seat, scan = db.session.get_one(Seat, form.seat_id.data), form.scan.data
    return service.record(seat, shown, scan.stream, scan.filename or "", by=actor())


def _page(row: SkillCertificate, form: StrikeOutForm) -> str:
    may = row.voided_by is None and service.may_write(row, actor())
    return render_template("certificates/show_skill.html", row=row, form=form, level=_level, may_strike_out=may)


@bp.get("/certificates/skills/<int:skill_id>")
@needs(Can.CERTIFICATE_READ)
def show_skill(skill_id: int) -> str:
    """One of them, as it was written down."""
    return _page(queries.skill_for(actor(), skill_id), StrikeOutForm(formdata=None))


@bp.get("/certificates/skills/<int:skill_id>/scan")
@needs(Can.CERTIFICATE_READ)
def show_skill_scan(skill_id: int) -> Response:
    """Its scan."""
    row = queries.skill_for(actor(), skill_id)
    return papers.serve(row.upload, filename=row.number)


@bp.post("/certificates/skills/<int:skill_id>/strike-out")
@needs(Can.CERTIFICATE_ISSUE, Can.PERSON_WRITE)
def strike_out(skill_id: int) -> Answer:
    """Strike out a record that was wrong."""
    row, form = queries.skill_for(actor(), skill_id), StrikeOutForm()
    if carried_out(form, partial(service.strike_out, row, reason=form.reason.data or "", by=actor())) is None:
        return _page(row, form), 422
    flash(_("登记已作废。"))
    return see_other("certificates.show_skill", skill_id=row.id)
