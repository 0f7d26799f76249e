"""Steps of large claims: begun in the background, looked on at with a bar that moves, told what came of them."""

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, url_for

from app.classes.models import TrainingClass
from app.funding import service
from app.funding.models import Claim, LongStep, LongStepProgress, PaymentBatch
from app.funding.queries import long_steps as queries
from app.funding.rules.long_steps import PARTS, LongAct, Target
from app.funding.views.blueprint import Answer, bp
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.money import yuan
from app.kernel.web import see_other

ONLOOKERS = (Can.CLAIM_READ, Can.CLAIM_OWN, Can.PAYMENT_READ)


def for_claim(act: LongAct, claim: Claim, **arguments: Any) -> Response | None:
    """Have a step of a claim done in the background where the claim is large; None where it is done here and now."""
    target = Target(f"claim:{claim.id}", claim.region_code, claim.organization_id)
    return _put_off(act, target, queries.line_count(claim.id), claim=claim.id, **arguments)


def for_batch(act: LongAct, batch: PaymentBatch, **arguments: Any) -> Response | None:
    """The same for a request for funds."""
    target = Target(f"batch:{batch.id}", batch.region_code)
    return _put_off(act, target, queries.transfer_count(batch.id), batch=batch.id, **arguments)


def for_classes(classes: Sequence[TrainingClass]) -> Response | None:
    """The same for a claim that is to be compiled for classes."""
    ids, owner = sorted(one.id for one in classes), actor().organization_id
    target = Target(f"organization:{owner}", classes[0].region_code if classes else None, owner)
    return _put_off(LongAct.COMPILE, target, queries.seat_count(ids), classes=ids)


def for_request(claims: Sequence[Claim]) -> Response | None:
    """The same for a request for funds that is to be made."""
    ids = sorted(one.id for one in claims)
    target = Target(f"budget:{claims[0].budget_id}", claims[0].region_code) if claims else Target("budget:0")
    return _put_off(LongAct.REQUEST, target, queries.line_count(*ids), claims=ids)


def _put_off(act: LongAct, target: Target, lines: int, **arguments: Any) -> Response | None:
    by = actor()
    if lines < current_app.config["SETTINGS"].LONG_FROM_LINES or by.user_id is None:
        return None
    with transaction():
        step = service.start_long_step(act, target, lines=lines, by=by, **arguments)
    return see_other("funding.show_long_step", long_step_id=step.id)


@bp.get("/long-steps/<int:long_step_id>")
@needs(*ONLOOKERS)
def show_long_step(long_step_id: int) -> Answer:
    """How far a step is; once it is done, what came of it."""
    step = queries.long_step_for(actor(), long_step_id)
    made = step.finished_at is not None and not step.trouble_sealed
    if made and step.act != LongAct.BANK_FILE:
        for words, tone in _told(step) if step.created_by in actor().keys else ():
            flash(words, tone)
        return redirect(_end(step), 303)
    progress = queries.progress_of(step.id)
    return render_template(
        "funding/long_step.html",
        step=step,
        made=made,
        lost=step.finished_at is None and not service.is_alive(step),
        parts=_parts(step, progress),
        progress=progress,
        started=progress is not None and progress.at > step.created_at,
        back=_back(step),
    )


@bp.post("/long-steps/<int:long_step_id>/again")
@needs(*ONLOOKERS)
def go_on_with_step(long_step_id: int) -> Response:
    """Have a step that was interrupted done from the start, in the name of whoever pressed it."""
    step = queries.long_step_for(actor(), long_step_id)
    with transaction():
        service.go_on(step)
    return see_other("funding.show_long_step", long_step_id=step.id)


@bp.post("/long-steps/<int:long_step_id>/file")
@needs(Can.PAYMENT_REQUEST, Can.PAYMENT_CONFIRM)
def fetch_step_file(long_step_id: int) -> Response:
    """The file that a step made, on the record."""
    step = queries.long_step_for(actor(), long_step_id)
    with transaction():
        made = service.file_of_step(step, by=actor())
    answer = Response(made.content, mimetype=made.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _parts(step: LongStep, progress: LongStepProgress | None) -> list[dict[str, str]]:
    """The parts of the work, for the road of the page; one that is through is done, the next one has begun."""
    parts = PARTS[step.act]
    now = parts.index(progress.part) if progress and progress.part in parts else 0
    if progress and progress.total and progress.done >= progress.total:
        now += 1
    states = ["done" if place < now else "current" if place == now else "todo" for place in range(len(parts))]
    return [{"label": label(part), "state": state} for part, state in zip(parts, states, strict=True)]


def _end(step: LongStep) -> str:
    """The page that a step which was done leads to."""
    if step.act == LongAct.PASS_CLEAN:
        return url_for("funding.review", claim_id=step.result["claim"])
    if "batch" in step.result:
        return url_for("funding.show_batch", batch_id=step.result["batch"])
    return url_for("funding.show_claim", claim_id=step.result["claim"])


def _back(step: LongStep) -> tuple[str, str]:
    """Where a step was pressed: words and address."""
    if step.act == LongAct.PASS_CLEAN:
        return _("逐行看材料"), url_for("funding.review", claim_id=step.arguments["claim"])
    if "claim" in step.arguments:
        return _("这份申领"), url_for("funding.show_claim", claim_id=step.arguments["claim"])
    if "batch" in step.arguments:
        return _("这份请款"), url_for("funding.show_batch", batch_id=step.arguments["batch"])
    if step.act == LongAct.REQUEST:
        return _("请款支付"), url_for("funding.list_batches")
    return _("编制申领"), url_for("funding.choose_classes")


def _told(step: LongStep) -> list[tuple[str, str]]:
    """What came of a step, as the short way tells it, each with its tone."""
    made = step.result
    number, total = made.get("number", ""), yuan(made.get("total_fen", 0))
    words = {
        LongAct.COMPILE: _("申领已编好。请逐行核对，再提交。"),
        LongAct.RECOMPILE: _("已按现在的记录重新编制。"),
        LongAct.SUBMIT: _("已提交，等初审。"),
        LongAct.PASS_CLEAN: _("没有疑点的 %(n)s 行已一次通过。", n=made.get("passed", 0)),
        LongAct.REQUEST: _(
            "请款 %(number)s 已制单，合计 %(total)s 元，等第二个人核对后发给财政。", number=number, total=total
        ),
        LongAct.CHECK: _("已核对，请款函 %(number)s 发给财政。", number=number),
    }
    told = [(words[step.act], "ok")]
    if made.get("out"):
        told.append((_("有 %(n)s 行补正后仍不符合，已经撤下，原因写在行里。", n=made["out"]), "warn"))
    if made.get("left_out"):
        told.append((_("有 %(n)s 行这次没有请，原因写在下面。", n=made["left_out"]), "warn"))
    return told


@bp.app_template_global("long_steps_shown")
def shown() -> Sequence[LongStep]:
    """The reader's own steps that still run, or came to nothing today, for a line where they stand."""
    return queries.long_steps_shown(actor())
