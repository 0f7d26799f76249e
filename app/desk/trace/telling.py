"""Who did what and when along a chain, and whether its numbers hold together."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from app.audit.models import Event
from app.audit.queries import events_about
from app.audit.words import story
from app.desk.trace.chain import Chain, Link
from app.desk.trace.nodes import Node
from app.desk.words import act_words, open_url
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.i18n import _

Subject = tuple[str, int]


def story_of_chains(by: Actor, node: Node, chains: Sequence[Chain]) -> list[dict[str, Any]]:
    """The events of a trace, newest first; single people's own only where they are followed."""
    subjects: dict[Subject, None] = {("orders", node.order.id): None} if node.order else {}
    for chain in chains:
        subjects |= dict.fromkeys(_of_class(chain))
        if node.is_about_people:
            subjects |= dict.fromkeys(_of_people(chain))
    return [_told(by, run) for run in _runs(reversed(events_about(list(subjects))))]


def _runs(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Events with what one person did to one row again and again taken together, such as the roll of each half-day."""
    for _same, run in groupby(
        events, key=lambda one: (one.subject_type, one.subject_id, one.action, one.actor_key, one.note)
    ):
        yield list(run)


def _told(by: Actor, run: Sequence[Event]) -> dict[str, Any]:
    last, first = run[0], run[-1]
    words = act_words(last)
    if len(run) > 1:
        since = clock.local(first.at)
        day = {"month": since.month, "day": since.day}
        words = _("%(act)s（%(n)s 次，从 %(month)s月%(day)s日起）", act=words, n=len(run), **day)
    return {**story([last])[0], "title": words, "url": open_url(by, last.subject_type, last.subject_id)}


def _of_class(chain: Chain) -> list[Subject]:
    class_ = chain.class_
    found: list[Subject] = [("classes", class_.id), *(("variations", row.id) for row in chain.variations)]
    if class_.order_id:
        found.append(("orders", class_.order_id))
    if chain.plan:
        found.append(("plans", chain.plan.id))
    for told in chain.claims:
        found.append(("claims", told.claim.id))
        found += [("notices", row.id) for row in told.notices]
        found += [("objections", row.id) for row in told.objections]
        for transfer in told.transfers:
            found += [("transfers", transfer.id), ("payment_batches", transfer.batch_id)]
    return found


def _of_people(chain: Chain) -> list[Subject]:
    found: list[Subject] = []
    for row in chain.rows:
        seen = row.evidence
        found.append(("seats", seen.seat.id))
        found += [("attendance_entries", entry.id) for _session, entry in row.entries]
        found += [("claim_lines", line.id) for line in row.lines]
        for table, one in (
            ("enrollments", row.enrollment),
            ("certificates", seen.certificate),
            ("placements", seen.placement),
        ):
            if one is not None:
                found.append((table, one.id))
    return found


def people_links(chain: Chain) -> list[Link]:
    """People from step to step: none may have more than the one before."""
    order = chain.class_.order
    numbers = [(_("订单要"), order.headcount)] if order else []
    if chain.plan:
        numbers.append((_("计划"), chain.plan.headcount))
    numbers += [
        (_("在册学员"), chain.seated),
        (_("考核合格"), chain.passed),
        (_("有效证书"), chain.certified),
        (_("申领"), chain.claimed),
        (_("已付"), chain.paid),
    ]
    return _kept(numbers)


def money_links(chain: Chain) -> list[Link]:
    """Money from step to step, fen; once claimed, the reservation has been turned into what is owed."""
    asked = max(chain.asked_fen, 0)
    numbers = [(_("申领金额"), asked), (_("核减后"), chain.amount_fen), (_("已付金额"), chain.paid_fen)]
    return _kept(([(_("开班预留"), chain.reserved_fen)] if chain.reserved_fen else []) + numbers)


def _kept(numbers: Sequence[tuple[str, int]]) -> list[Link]:
    links: list[Link] = []
    for words, number in numbers:
        links.append(Link(words, number, not links or number <= links[-1].number))
    return links
