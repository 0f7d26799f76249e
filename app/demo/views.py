"""The page of the demo's clock."""

from flask import Blueprint, abort, current_app, flash, render_template
from werkzeug.wrappers import Response

from app.demo import demo_clock
from app.kernel import clock
from app.kernel.access import PUBLIC, needs
from app.kernel.errors import DomainError
from app.kernel.forms import Form, Required, WholeNumberField, error_on
from app.kernel.i18n import _, _l
from app.kernel.navigation import link
from app.kernel.web import see_other

bp = Blueprint("demo", __name__)
blueprints = (bp,)
link("clock", "demo.show_clock")


class ClockForm(Form):
    """How many days to skip."""

    days = WholeNumberField(_l("往前跳几天"), [Required()], default=1)


@bp.before_request
def only_in_demo_mode() -> None:
    """Outside demo mode these pages do not exist."""
    if not current_app.config["DEMO"]:
        abort(404)


@bp.get("/demo/clock")
@needs(PUBLIC)
def show_clock() -> str:
    """What day the demo thinks it is."""
    return render_template("demo/clock.html", form=ClockForm(), now=clock.now())


@bp.post("/demo/clock")
@needs(PUBLIC)
def move_clock() -> Response | tuple[str, int]:
    """Move the demo's day forward."""
    form = ClockForm()
    try:
        if form.validate_on_submit():
            demo_clock.move(form.days.data)
            flash(_("演示日期已到 %(day)s。", day=clock.today().isoformat()))
            return see_other("demo.show_clock")
    except DomainError as error:
        error_on(form, error)
    return render_template("demo/clock.html", form=form, now=clock.now()), 422
