"""The service log: a service of a few taps, a person's services, the log of an area."""

from dataclasses import replace
from uuid import NAMESPACE_OID, UUID, uuid5

from flask import flash, render_template, request

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.outreach import queries, service
from app.outreach.forms.services import LogFilterForm, ServiceForm, StrikeForm
from app.outreach.rules import Duty, ServiceKind, ServiceResult
from app.outreach.views.blueprint import Answer, bp
from app.people.models import Person
from app.people.queries import open_wishes, person_for


@bp.get("/services")
@needs(Can.SERVICE_READ)
def list_services() -> str:
    """The log of the area, the latest first."""
    by = actor()
    form = LogFilterForm(request.args).offer(queries.places_for(by).rows)
    filters = _filters(form)
    return render_template(
        "outreach/list_services.html",
        form=form,
        page=paginate(queries.services_for(by, filters), request.args.get("page", 1, type=int)),
        filtered=filters != queries.LogFilters(),
    )


def _filters(form: LogFilterForm) -> queries.LogFilters:
    form.validate()
    kind, result = form.kind.data, form.result.data
    return queries.LogFilters(
        region_code=form.region.data or "",
        kind=ServiceKind(kind) if kind in set(ServiceKind) else None,
        result=ServiceResult(result) if result in set(ServiceResult) else None,
        word=form.word.data or "",
        since_on=form.since.data,
        until_on=form.until.data,
    )


def _kind() -> ServiceKind | None:
    """The kind that the address chose already."""
    asked = request.args.get("kind", "")
    return ServiceKind(asked) if asked in set(ServiceKind) else None


def _back() -> Duty | None:
    """The list of the day that the officer came from."""
    asked = request.args.get("duty", "")
    return Duty(asked) if asked in set(Duty) else None


@bp.get("/people/<int:person_id>/services")
@needs(Can.SERVICE_READ)
def show_services(person_id: int) -> str:
    """Everything done for a person, this year's 311, and the form for what was done just now."""
    return _page(person_for(actor(), person_id))


def _page(person: Person, form: ServiceForm | None = None, struck: StrikeForm | None = None, which: int = 0) -> str:
    return render_template(
        "outreach/show_services.html",
        person=person,
        form=form or ServiceForm(formdata=None).offer(open_wishes(person.id), _kind()),
        kind=_kind(),
        kinds=list(ServiceKind),
        duty=_back(),
        records=queries.services_of(person),
        year=queries.year_of(person),
        today=clock.today(),
        struck=struck or StrikeForm(formdata=None),
        which=which,
        may_write=actor().may(Can.SERVICE_WRITE),
    )


def _sent_once(person: Person) -> UUID | None:
    """The key of the form as it was drawn: pressed twice, it is noted once."""
    number = request.form.get("submission", "")
    return uuid5(NAMESPACE_OID, f"{number}:{person.id}:{actor().key}") if number else None


@bp.post("/people/<int:person_id>/services")
@needs(Can.SERVICE_WRITE)
def note_service(person_id: int) -> Answer:
    """Keep a service."""
    by = actor()
    person = person_for(by, person_id)
    wishes = open_wishes(person.id)
    form = ServiceForm().offer(wishes, _kind())
    if not form.validate():
        return _page(person, form), 422
    answered = [wish for wish in wishes if str(wish.id) in (form.wishes.data or ())]
    try:
        with transaction():
            service.note_service(person, replace(form.facts(), client_key=_sent_once(person)), by=by, answers=answered)
    except DomainError as error:
        error_on(form, error)
        return _page(person, form), error.status
    flash(_("%(name)s 的服务记好了。", name=person.name))
    duty = _back()
    if duty is not None:
        return see_other("outreach.list_duty", duty=duty.value)
    return see_other("outreach.show_services", person_id=person.id)


@bp.post("/services/<int:record_id>/strike")
@needs(Can.SERVICE_WRITE)
def strike(record_id: int) -> Answer:
    """Strike out a record."""
    record = queries.service_for(actor(), record_id)
    form = StrikeForm()
    if not form.validate():
        return _page(record.person, struck=form, which=record.id), 422
    with transaction():
        service.strike(record, reason=form.reason.data, by=actor())
    flash(_("这条记录划掉了，原来的内容还能看到。"))
    return see_other("outreach.show_services", person_id=record.person_id)
