"""One decision on several ticked lines of a claim: all of them or none."""

from collections.abc import Collection

from app.funding.models import Claim, ClaimLine
from app.funding.service.holding import hold
from app.funding.service.reviews import cut_line, pass_line, reject_line, return_line
from app.kernel.access import Actor
from app.kernel.errors import DomainError, NotFound
from app.kernel.i18n import _
from app.kernel.marking import N_

PASS = "pass"  # noqa: S105  # a verdict, no password


def decide_ticked(
    claim: Claim,
    line_ids: Collection[int],
    verdict: str,
    *,
    by: Actor,
    amount_fen: int = 0,
    reason: str = "",
    clause: str = "",
) -> int:
    """Pass, cut (each by the amount), return or reject every ticked line, for one reason by one clause; how many.

    Raises `DomainError` naming the first line that can't be decided so; then none is.
    """
    row = hold(claim)
    mine = [line for line in row.lines if line.id in set(line_ids)]
    if len(mine) != len(set(line_ids)):
        raise NotFound
    if not mine:
        raise DomainError(N_("请先勾选要处理的行。"), "verdict")
    for line in mine:
        _decide(line, verdict, amount_fen, reason, clause, by)
    return len(mine)


def _decide(line: ClaimLine, verdict: str, amount_fen: int, reason: str, clause: str, by: Actor) -> None:
    try:
        if verdict == PASS:
            pass_line(line, by=by)
        elif verdict == "cut":
            cut_line(line, amount_fen=amount_fen, reason=reason, clause=clause, by=by)
        elif verdict == "return":
            return_line(line, reason=reason, clause=clause, by=by)
        else:
            reject_line(line, reason=reason, clause=clause, by=by)
    except DomainError as error:
        if error.field in {"reason", "clause"}:
            raise
        words = _("%(name)s 这一行没有办成，勾选的都没有办：%(why)s", name=line.person.name, why=_(str(error.message)))
        raise DomainError(words, error.field) from error
