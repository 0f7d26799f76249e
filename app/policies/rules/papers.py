"""What the papers of a line limit: nobody is paid more than the receipt, or the voucher's face value. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.policies.rules.facts import Funding, LineFacts
from app.policies.rules.pack import Pack
from app.policies.rules.said import Named

RECEIPT = "receipt_cap"
VOUCHER = "voucher_cap"
NAMES = {
    RECEIPT: Named("不超过自费收据金额", "No more than the receipt of the fee"),
    VOUCHER: Named("不超过培训券面额", "No more than the training voucher's face value"),
}
LIFTS = {RECEIPT: "claim.receipt_caps", VOUCHER: "claim.voucher_caps"}
"""The figure of the pack that lifts a limit where it is false."""


@dataclass(frozen=True, slots=True)
class PaperCap:
    """The most that a paper allows, and which paper it is."""

    key: str
    fen: int
    source: str
    rule: str

    @property
    def name(self) -> Named:
        """How the step is called."""
        return NAMES[self.key]


def caps_of(pack: Pack, facts: LineFacts) -> Iterator[PaperCap]:
    """The limits that hold for a line: what its facts tell of papers, where the pack does not lift it."""
    paid = facts.receipt_fen if facts.funding is Funding.SELF_PAID else None
    told = ((RECEIPT, paid, "收据", facts.receipt), (VOUCHER, facts.voucher_fen, "培训券", facts.voucher))
    for key, fen, paper, number in told:
        figure = pack.figure(LIFTS[key])
        if fen is not None and figure.value is not False:
            source = " ".join(part for part in (figure.source, paper, number) if part)
            yield PaperCap(key, fen, source, figure.rule)
