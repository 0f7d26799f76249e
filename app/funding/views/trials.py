"""What if: a policy pack tried on past claims; nothing is stored and nothing changes."""

from flask import render_template

from app.funding.queries.trials import needs, trial
from app.funding.trial_form import TrialForm
from app.funding.views.blueprint import Answer, bp
from app.kernel.access import Can, actor
from app.kernel.access import needs as asks
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _l
from app.policies import queries as policies
from app.policies.folders import load_zip
from app.policies.rules.pack import Pack
from app.policies.rules.parsing import PackErrors
from app.policies.rules.reading import Problem

SHOWN = 50
MOST_BYTES = 10 * 1024 * 1024


@bp.get("/claims/trials")
@asks(Can.BUDGET_READ)
def new_trial() -> str:
    """Choose a pack and the claims it is tried on."""
    return render_template("funding/trials.html", form=TrialForm().offer(), problems=())


@bp.post("/claims/trials")
@asks(Can.BUDGET_READ)
def run_trial() -> Answer:
    """Who would gain or lose, and what the budgets would need; computed now, kept nowhere."""
    form = TrialForm().offer()
    problems: tuple[Problem, ...] = ()
    if form.validate():
        try:
            pack = _pack_of(form)
            found = trial(actor(), pack, form.first.data, form.last.data)
            return render_template("funding/show_trial.html", pack=pack, trial=found, needs=needs(found), most=SHOWN)
        except PackErrors as errors:
            problems = errors.problems
        except DomainError as error:
            error_on(form, error)
    return render_template("funding/trials.html", form=form, problems=problems), 422


def _pack_of(form: TrialForm) -> Pack:
    """The uploaded pack, else the version that was chosen."""
    if form.file.data and form.file.data.filename:
        data = form.file.data.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise DomainError(_l("文件太大了。"), "file")
        return load_zip(data)[1]
    if not (form.version_id.data or "").isdecimal():
        raise DomainError(_l("请选一个政策包，或者上传一个。"), "version_id")
    return policies.pack_by_id(int(form.version_id.data))
