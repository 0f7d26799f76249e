"""A design with the words that one's school or region gives it."""

from collections.abc import Mapping
from typing import Any

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.designs import queries, service
from app.designs.forms import TextsForm, texts_form
from app.designs.queries import Owner
from app.designs.views.blueprint import bp
from app.designs.views.looking import asked_of, design_named, looked_at, variant_words
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.papers.designs import Design


def _form(owner: Owner, design: Design) -> TextsForm:
    said = next(iter(queries.texts_of(owner, design.name)), None)
    seals = queries.seal_facts(design) if owner.side == "region" else {}
    demanded = {f"demand_{key}": True for key in said.demanded} if said else {}
    held = {**(said.texts if said else {}), **demanded, "seen": said.revision if said else 0}
    return texts_form(queries.settable(design, owner.side), seals, held)


def _page(design: Design, form: TextsForm | None) -> str:
    asked = asked_of(design)
    owner = asked.owner if actor().may(Can.DESIGN_SET) else None
    keys = [name for name in form._fields if name != "seen"] if form else []
    history: list[dict[str, Any]] = []
    if owner is not None:
        specs = queries.settable(design, owner.side)
        history = [
            {"row": row, "said": [_told(specs.get(key, {}), key, words) for key, words in row.texts.items()]}
            for row in queries.texts_of(owner, design.name)
        ]
    shown = looked_at(asked)
    return render_template(
        "designs/show.html", design=design, asked=asked, owner=owner, owners=queries.owners_for(actor()), form=form,
        keys=keys, history=history, variants=variant_words(design), seals=queries.seal_facts(design), **shown,
    )  # fmt: skip


def _told(spec: Mapping[str, Any], key: str, words: str) -> tuple[str, str]:
    """One fact that was set, by its label."""
    return spec.get("label", key), _("印") if spec.get("kind") == "flag" else words


@bp.get("/designs/<string:design>")
@needs(Can.DESIGN_READ)
def show_design(design: str) -> str:
    """A design as it prints here, and the words to set."""
    found = design_named(design)
    owner = asked_of(found).owner
    return _page(found, _form(owner, found) if owner and actor().may(Can.DESIGN_SET) else None)


@bp.post("/designs/<string:design>")
@needs(Can.DESIGN_SET)
def set_texts(design: str) -> Response | tuple[str, int]:
    """Give a design new words from now on."""
    found = design_named(design)
    owner = queries.owner_for(actor(), request.args.get("region", ""))
    form = _form(owner, found)
    if not form.validate_on_submit():
        return _page(found, form), 422
    demanded = [key for key in queries.seal_facts(found) if form.data.get(f"demand_{key}")]
    try:
        with transaction():
            service.set_texts(owner, found, form.data, seen=form.seen.data or 0, demanded=demanded, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(found, form), 422
    flash(_("已保存。以后打印的用新的文字，已经发出的不变。"))
    return see_other("designs.show_design", design=design, region=owner.region_code)
