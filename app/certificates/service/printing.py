"""Print a batch item by item: what is done stays done, whatever dies in between."""

from collections.abc import Sequence

from app.audit import service as audit
from app.certificates import queries
from app.certificates.models import Certificate, CertificateBatch
from app.certificates.rules import BATCH_FLOW, BatchStatus, BatchStep
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.errors import Refused
from app.kernel.marking import N_
from app.papers import service as papers
from app.papers.models import Paper

COMPLETION, NOTE = "completion", "attendance-note"


def print_batch(batch_id: int) -> None:
    """Print each paper of a batch, then one PDF of all, from the frozen facts; a second run goes on where one stopped.

    Every item is committed by itself. Raises what the printer raises, and the job comes again.
    """
    batch = db.session.get_one(CertificateBatch, batch_id)
    items = queries.items_of(batch_id)
    for item in items:
        if item.paper_id is None:
            _print_one(item)
    if batch.status is BatchStatus.PRINTING:
        _print_all(batch, items)


def _design(item: queries.Item) -> str:
    return COMPLETION if isinstance(item, Certificate) else NOTE


def _print_one(item: queries.Item) -> None:
    design = _design(item)
    pdf = papers.render(design, item.facts)
    with transaction():
        item.paper_id = papers.keep(_kind(item), design, item.facts, pdf, by=SYSTEM).id


def _kind(item: queries.Item) -> str:
    return "certificate" if isinstance(item, Certificate) else "attendance_note"


def _print_all(batch: CertificateBatch, items: Sequence[queries.Item]) -> None:
    all_facts = [item.facts for item in items]
    design = _design(items[0])
    pdf = papers.render_many(design, all_facts)
    with transaction():
        held = audit.hold(batch)
        if held.status is not BatchStatus.PRINTING:
            return
        held.paper_id = papers.keep(f"{_kind(items[0])}_batch", design, all_facts, pdf, by=SYSTEM).id
        audit.take(held, BATCH_FLOW, BatchStep.FINISH, by=SYSTEM, facts={"papers": len(items)})


def printed(paper: Paper | None) -> Paper:
    """The paper, once it is printed; raises `Refused` in plain words until then."""
    if paper is None:
        raise Refused(N_("打印文件还在生成，过一会儿再来。"))
    return paper
