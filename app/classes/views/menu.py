"""The public menu, and the public page of one class."""

import re
from dataclasses import dataclass

from flask import current_app, render_template, request
from markupsafe import Markup
from wtforms import BooleanField, StringField

from app.classes import queries
from app.classes.queries import menu as found
from app.classes.queries.menu import LONGEST_WORD, MenuFilters
from app.classes.rules import SIGN_UP
from app.classes.views.blueprint import bp
from app.classes.views.fresh import Fresh
from app.kernel import clock
from app.kernel.access import PUBLIC, maybe_actor, needs
from app.kernel.forms import ChoiceField, Form
from app.kernel.i18n import _, _l, locale_tag

_drawn: Fresh["Drawn"] = Fresh()


@dataclass(frozen=True, slots=True)
class Drawn:
    """The menu without its frame: nothing in it depends on who looks."""

    hero: Markup
    content: Markup


class MenuForm(Form):
    """What a visitor looks for."""

    class Meta(Form.Meta):
        """A GET form changes nothing, so it needs no token."""

        csrf = False

    word = StringField(_l("想学什么"))
    place = ChoiceField(_l("在哪里学"), choices=[])
    occupation = ChoiceField(_l("职业工种"), choices=[])
    month = ChoiceField(_l("哪个月开班"), choices=[])
    mode = ChoiceField(_l("培训模式"), choices=[])
    free = BooleanField(_l("只看还有名额的"))


def _filters() -> MenuFilters:
    args = request.args
    month = args.get("month", "")
    return MenuFilters(
        word=" ".join(args.get("word", "").split())[:LONGEST_WORD],
        occupation_id=args.get("occupation", 0, type=int),
        place=args.get("place", "")[:12],
        month=month if re.fullmatch(r"\d{4}-\d{2}", month) else "",
        mode=args.get("mode", "")[:40],
        only_free=bool(args.get("free")),
        page=max(1, args.get("page", 1, type=int)),
    )


@bp.get("/")
@needs(PUBLIC)
def menu() -> str:
    """Courses with a class open for sign-up, and below them those that wait for one."""
    filters = _filters()
    if maybe_actor() is None and current_app.config.get("MENU_KEPT", True):
        drawn = _drawn.get((filters, locale_tag(), clock.today()), lambda: _draw(filters))
    else:
        drawn = _draw(filters)
    return render_template("classes/menu.html", drawn=drawn)


def _draw(filters: MenuFilters) -> Drawn:
    menu = found.menu(filters)
    form = MenuForm(request.args)
    form.place.choices = [("", _("不限地方")), *menu.choices.places]
    form.occupation.choices = [("", _("不限工种")), *menu.choices.occupations]
    form.month.choices = [("", _("不限月份")), *menu.choices.months]
    form.mode.choices = [("", _("不限模式")), *menu.choices.modes]
    facts = {"menu": menu, "form": form, "filters": filters}
    parts = [render_template(f"classes/menu/{part}.html", **facts) for part in ("hero", "content")]
    return Drawn(*(Markup(part) for part in parts))  # noqa: S704  # our own templates, escaped there


@bp.get("/classes/<int:class_id>/about")
@needs(PUBLIC)
def about(class_id: int) -> str:
    """What anyone may know of a class: what is taught, where, when, and how many seats are left."""
    row = found.public_class(class_id)
    pack = queries.pack_of_class(row)
    return render_template(
        "classes/about.html",
        row=row,
        mode=queries.mode_of_class(row, pack),
        sessions=queries.sessions_of(class_id),
        is_open=row.status in SIGN_UP and row.start_on >= clock.today(),
    )
