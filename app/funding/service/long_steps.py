"""Steps that take long for thousands of lines: begun by a press, done by the worker, whole or not at all.

A step is one transaction, as in a request. How far it is goes through a connection of its own; a worker that dies
leaves nothing half done, and whoever takes over, or presses again, begins from the start. Two presses are one step.
"""

import base64
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Update, delete, select, update

from app.accounts.queries import actor_of
from app.audit import service as audit
from app.funding.models import LongStep, LongStepProgress
from app.funding.queries.long_steps import progress_of, running_on
from app.funding.queries.payments import batch_for
from app.funding.rules.long_steps import MAY, LongAct, Target, WorkPart
from app.funding.service.exports import Exported
from app.funding.service.long_acts import perform
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.counting import listening
from app.kernel.database import db, transaction
from app.kernel.errors import Conflict, DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.tasks import tasks

JOB = "funding.long_step"
SECONDS = 0.25
"""Between two notes of how far the work is."""
FILES_KEPT = timedelta(days=1)
STEPS_KEPT = timedelta(days=30)
LOST = N_("办理中断了，什么也没有改，请再办一次。")


def start_long_step(act: LongAct, target: Target, *, lines: int, by: Actor, **arguments: Any) -> LongStep:
    """Have a step done in the background; one that is being done already comes back as it is.

    Raises `Conflict` while another step is being done to the same thing.
    """
    known = running_on(target.key)
    if known is not None and (known.act == act or is_alive(known)):
        return _joined(known, act)
    if known is not None:
        _give_up(known)
    step = LongStep(
        act=act,
        target=target.key,
        arguments=arguments,
        lines=lines,
        region_code=target.region_code,
        organization_id=target.organization_id,
        created_by=by.key,
        stands_for=by.stands_for,
        created_at=clock.now(),
        result={},
    )
    db.session.add(step)
    db.session.flush()
    number = tasks.defer(JOB, long_step_id=step.id)
    note = {"part": WorkPart.READ, "done": 0, "total": 0, "at": step.created_at, "queue_id": number}
    db.session.add(LongStepProgress(long_step_id=step.id, **note))
    db.session.flush()
    return step


def is_alive(step: LongStep) -> bool:
    """Whether a step waits for its turn or is being done; False where its worker died or gave up."""
    progress = progress_of(step.id)
    return progress is not None and (tasks.is_alive(progress.queue_id) or _free(step, key_share=True) is None)


def _free(step: LongStep, *, key_share: bool = False) -> LongStep | None:
    """The step under a lock; None while somebody works on it, who holds that."""
    query = select(LongStep).where(LongStep.id == step.id)
    return db.session.scalars(query.with_for_update(read=key_share, key_share=key_share, skip_locked=True)).first()


def _joined(known: LongStep, act: LongAct) -> LongStep:
    """The step that is being done already; raises `Conflict` where it is another one."""
    if known.act != act:
        raise Conflict(_("这里正在后台办“%(act)s”，请等它办完再来。", act=label(known.act)))
    go_on(known)
    return known


def _give_up(step: LongStep) -> None:
    """End a step that nobody works on any more, so that another one may begin."""
    held = _free(step)
    if held is None:
        raise Conflict(_("这里正在后台办“%(act)s”，请等它办完再来。", act=label(step.act)))
    held.trouble, held.finished_at = str(LOST), clock.now()
    db.session.flush()


def go_on(step: LongStep) -> bool:
    """Put a step that was interrupted into the queue once more; whether that was needed."""
    if step.finished_at is not None or is_alive(step):
        return False
    number = tasks.defer(JOB, long_step_id=step.id)
    db.session.execute(_of(step.id).values(queue_id=number))
    return True


def _of(long_step_id: int) -> Update:
    return update(LongStepProgress).where(LongStepProgress.long_step_id == long_step_id)


def run_long_step(long_step_id: int) -> None:
    """Do a step that is not done yet; what a person must mend is told on its page, not tried again."""
    try:
        with transaction():
            step = _held(long_step_id)
            if step is not None:
                with listening(_teller(step.id)):
                    step.result = perform(step, _by(step))
                step.finished_at = clock.now()
    except DomainError as error:
        with transaction():
            step = _held(long_step_id)
            if step is not None:
                step.trouble, step.finished_at = str(error) or str(N_("要办的内容现在找不到了。")), clock.now()


def _held(long_step_id: int) -> LongStep | None:
    """The step under its lock; None for one that is done."""
    step = db.session.get(LongStep, long_step_id, with_for_update={"of": LongStep}, populate_existing=True)
    return step if step is not None and step.finished_at is None else None


def _by(step: LongStep) -> Actor:
    """Who pressed, with the rights they have now; raises `Forbidden` where they have none any more."""
    by = actor_of(step.created_by, step.stands_for)
    if by is None or not any(by.may(one) for one in MAY[step.act]):
        raise Forbidden(N_("按下这一步的人现在没有办这一步的权限，没有办。"))
    return by


def _teller(long_step_id: int) -> Callable[[str, int, int], None]:
    """Tells how far the work is, now and then, outside its transaction; a part that begins again goes on counting."""
    last, before, part_now = 0.0, 0, ""

    def tell(part: str, done: int, total: int) -> None:
        nonlocal last, before, part_now
        if part != part_now:
            last, before, part_now = 0.0, 0, part
        if done == total or time.monotonic() - last >= SECONDS:
            last = time.monotonic()
            _note(long_step_id, part, before + done, before + total)
        if done == total:
            before += total

    tell(WorkPart.READ, 0, 0)
    return tell


def _note(long_step_id: int, part: str, done: int, total: int) -> None:
    note = _of(long_step_id).values(part=WorkPart(part), done=done, total=total, at=clock.now())
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(note)


def file_of_step(step: LongStep, *, by: Actor) -> Exported:
    """The file that a step made, handed out on the record; raises `Refused` when it is forgotten."""
    if step.file is None:
        raise Refused(N_("这一步没有文件，或者文件已经过期删除，请重新导出。"))
    made = step.result
    audit.record(batch_for(by, made["batch"]), "bank file fetched", by=by, facts={"name": made["name"]})
    return Exported(made["name"], base64.b64decode(step.file), made["media_type"], made["rows"])


def forget_long_steps() -> None:
    """Remove files a day after they were made, and steps that ended a month ago: the events of what they did stay."""
    with transaction():
        ended = LongStep.finished_at.is_not(None)
        old = select(LongStep).where(ended, LongStep.file_sealed.is_not(None))
        for step in db.session.scalars(old.where(LongStep.finished_at < clock.now() - FILES_KEPT)):
            step.file = None
        db.session.execute(delete(LongStep).where(ended, LongStep.finished_at < clock.now() - STEPS_KEPT))
