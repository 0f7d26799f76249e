"""Payments looked at again by lot."""

from flask import flash, render_template, request

from app.funding import service
from app.funding.models import PaymentSample
from app.funding.paying_forms import FindingForm, SampleForm
from app.funding.queries.sampling import recompute, sample_for, sampled_for, samples_query
from app.funding.rules.paying import Finding
from app.funding.rules.sampling import sample_size
from app.funding.views.blueprint import Answer, bp
from app.funding.views.wording import history
from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.regions.queries import region


def _list(form: SampleForm) -> str:
    page = paginate(samples_query(actor()), request.args.get("page", 1, type=int))
    return render_template("funding/list_samples.html", page=page, form=form)


def _form(*, fresh: bool) -> SampleForm:
    today = clock.today()
    form = SampleForm(formdata=None, from_on=today.replace(month=1, day=1), until_on=today) if fresh else SampleForm()
    areas = [found for code in actor().area if (found := region(code)) is not None]
    form.region_code.choices = [(one.code, one.name) for one in areas]
    return form


@bp.get("/payment-samples")
@needs(Can.SAMPLE_READ)
def list_samples() -> str:
    """The samples of the area, and the form to set one."""
    return _list(_form(fresh=True))


@bp.post("/payment-samples")
@needs(Can.SAMPLE_DRAW)
def commit_sample() -> Answer:
    """Commit to a seed."""
    form = _form(fresh=False)
    if not form.validate():
        return _list(form), 422
    today = clock.today()
    try:
        with transaction():
            row = service.commit_sample(
                form.region_code.data or "",
                form.from_on.data or today,
                form.until_on.data or today,
                form.margin.data or 0,
                by=actor(),
            )
    except DomainError as error:
        error_on(form, error)
        return _list(form), error.status
    flash(_("种子已定下，它的指纹写在下面。现在可以抽了。"))
    return see_other("funding.show_sample", sample_id=row.id)


def _page(row: PaymentSample, wrong: FindingForm | None = None, wrong_id: int = 0) -> str:
    listing = row.listing or []
    forms = {
        one.id: wrong if wrong is not None and one.id == wrong_id else FindingForm(formdata=None, prefix=f"s{one.id}-")
        for one in row.lines
        if one.finding is None
    }
    done = [one for one in row.lines if one.finding is not None]
    return render_template(
        "funding/show_sample.html",
        row=row,
        weights={line["line_id"]: line for line in listing},
        size=sample_size(len(listing), row.margin_percent) if listing else None,
        same=recompute(row),
        forms=forms,
        wrong_id=wrong_id,
        done=len(done),
        bad=sum(one.finding is Finding.WRONG for one in done),
        history=history(row),
    )


@bp.get("/payment-samples/<int:sample_id>")
@needs(Can.SAMPLE_READ)
def show_sample(sample_id: int) -> str:
    """One sample: its seed, size and formula, and what was found."""
    return _page(sample_for(actor(), sample_id))


@bp.post("/payment-samples/<int:sample_id>/draw")
@needs(Can.SAMPLE_DRAW)
def draw_sample(sample_id: int) -> Answer:
    """Open the seed and draw."""
    row = sample_for(actor(), sample_id)
    with transaction():
        drawn = service.draw_sample(row, by=actor())
    flash(_("种子已公开，抽出 %(n)s 笔。", n=len(drawn)))
    return see_other("funding.show_sample", sample_id=sample_id)


@bp.post("/sampled-payments/<int:sampled_id>/finding")
@needs(Can.SAMPLE_DRAW)
def record_finding(sampled_id: int) -> Answer:
    """Write down what was found."""
    sampled = sampled_for(actor(), sampled_id)
    form = FindingForm(prefix=f"s{sampled_id}-")
    sample = sample_for(actor(), sampled.sample_id)
    if not form.validate():
        return _page(sample, form, sampled_id), 422
    try:
        with transaction():
            service.record_finding(sampled, finding=Finding(form.finding.data), note=form.note.data or "", by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(sample, form, sampled_id), error.status
    flash(_("抽查结果已登记。"))
    return see_other("funding.show_sample", sample_id=sample.id)
