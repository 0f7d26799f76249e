"""Print batches item by item: what is done stays done; what is broken stops a batch in words."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from app.audit import service as audit
from app.certificates import batch_queries, queries
from app.certificates.models import AttendanceNote, Certificate, CertificateBatch
from app.certificates.rules import BATCH_FLOW, UNFINISHED, BatchStatus, BatchStep
from app.certificates.service.stopping import BROKEN, in_words
from app.certificates.service.wording import COMPLETION, NOTE, canonical
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db, transaction
from app.kernel.errors import Forbidden, Refused
from app.kernel.marking import N_
from app.kernel.tasks import tasks
from app.papers import service as papers
from app.papers.models import Paper

DESIGNS: dict[type[queries.Item], tuple[str, str, str]] = {
    Certificate: ("certificate", COMPLETION, "certificate.json"),
    AttendanceNote: ("attendance_note", NOTE, "note.json"),
}
"""What a printed paper is called in the store, its design, and the name of the facts attached to it."""


def print_batch(batch_id: int) -> None:
    """Print each paper of a batch from the frozen facts, then bind them; a second run goes on where one stopped.

    Every item is committed by itself. What is broken (the store, a design, the key) stops the batch in plain words; a
    stopped batch that prints again has gone on. Raises what nobody foresaw, and the job comes again.
    """
    batch = db.session.get_one(CertificateBatch, batch_id)
    if batch.status not in UNFINISHED:
        return
    waiting = [item for item in queries.items_of(batch_id) if item.paper_id is None]
    try:
        for item, pdf in _printed(waiting):
            _keep(batch_id, item, pdf)
        _finish(batch_id)
    except BROKEN as error:
        _stop(batch_id, in_words(error))


def print_unfinished(*, processes: int = 1, tell: Callable[[int], object] = int) -> None:
    """Print every unfinished batch, over so many processes; `tell` hears of each paper.

    Where something is broken the batch at fault is printed by itself, so that it stops with its own reason, and the
    others go on.
    """
    left = list(batch_queries.unfinished_batches())
    while left:
        try:
            _print_together(left, processes, tell)
        except BROKEN:
            print_batch(left.pop(0))


def _print_together(left: list[int], processes: int, tell: Callable[[int], object]) -> None:
    """Print batches of one design as one long run; those that are through leave the list."""
    while left:
        run = _alike(left)
        waiting = [(number, item) for number in run for item in queries.items_of(number) if item.paper_id is None]
        with closing(_printed([item for _number, item in waiting], processes)) as made:
            for (number, _item), (item, pdf) in zip(waiting, made, strict=True):
                while left[0] != number:
                    _finish(left[0])
                    left.pop(0)
                _keep(number, item, pdf)
                tell(1)
        for number in [number for number in run if number in left]:
            _finish(number)
            left.remove(number)


def _alike(left: Sequence[int]) -> list[int]:
    """The batches at the head of the list that print the same design."""
    first, *rest = left
    found, notes = [first], batch_queries.holds_notes(first)
    for number in rest:
        if batch_queries.holds_notes(number) != notes:
            break
        found.append(number)
    return found


def _printed(items: Sequence[queries.Item], processes: int = 1) -> Generator[tuple[queries.Item, bytes]]:
    """Each item with its signed file; all are of one kind."""
    if not items:
        return
    _kind, design, name = DESIGNS[type(items[0])]
    given = [(item.facts, canonical(item.facts)) for item in items]
    yield from zip(items, papers.proofs(design, given, processes=processes, name=name), strict=True)


def _keep(batch_id: int, item: queries.Item, pdf: bytes) -> None:
    """Store the file of one item, unless somebody else was faster; a batch that had stopped goes on."""
    with transaction():
        held = batch_queries.held_item(item)
        if held.paper_id is None:
            kind, design, _name = DESIGNS[type(held)]
            held.paper_id = papers.keep(kind, design, held.facts, pdf, by=SYSTEM).id
        _went_on(batch_id)


def _went_on(batch_id: int) -> None:
    batch = db.session.get_one(CertificateBatch, batch_id)
    if batch.status is BatchStatus.STOPPED:
        go_on(batch, by=SYSTEM, again=False)


def _finish(batch_id: int) -> None:
    """Bind what was printed into one file, from the store, and be ready."""
    items = queries.items_of(batch_id)
    pdf = papers.bound(papers.open_paper(printed(item.paper)) for item in items)
    with transaction():
        held = audit.hold(db.session.get_one(CertificateBatch, batch_id))
        if held.status is BatchStatus.STOPPED:
            go_on(held, by=SYSTEM, again=False)
        if held.status is not BatchStatus.PRINTING:
            return
        kind, design, _name = DESIGNS[type(items[0])]
        held.paper_id = papers.keep(f"{kind}_batch", design, [item.facts for item in items], pdf, by=SYSTEM).id
        audit.take(held, BATCH_FLOW, BatchStep.FINISH, by=SYSTEM, facts={"papers": len(items)})


def _stop(batch_id: int, why: str) -> None:
    """Stop a batch with a reason; one that had stopped keeps its state and tells the newest reason."""
    with transaction():
        held = audit.hold(db.session.get_one(CertificateBatch, batch_id))
        if held.status is BatchStatus.READY:
            return
        held.stopped_because = why
        if held.status is BatchStatus.PRINTING:
            audit.take(held, BATCH_FLOW, BatchStep.STOP, by=SYSTEM, note=why)


def go_on(batch: CertificateBatch, *, by: Actor, again: bool = True) -> None:
    """Go on with a stopped batch: with `again` a job prints what it lacks.

    Raises `Refused` unless it stopped, `Forbidden` for anyone but the class's school and the worker.
    """
    if by is not SYSTEM and by.organization_id != batch.school_id:
        raise Forbidden(N_("只有承办这个班的培训机构可以接着生成。"))
    held = audit.hold(batch)
    BATCH_FLOW.after(held.status, BatchStep.GO_ON)
    held.stopped_because = ""
    audit.take(held, BATCH_FLOW, BatchStep.GO_ON, by=by)
    if again:
        tasks.defer("certificates.print_batch", lock=f"certificates:{held.id}", batch_id=held.id)


def printed(paper: Paper | None) -> Paper:
    """The paper, once it is printed; raises `Refused` in plain words until then."""
    if paper is None:
        raise Refused(N_("打印文件还在生成，过一会儿再来。"))
    return paper
