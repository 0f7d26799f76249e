"""What a replay says: a figure that is not what it was computed from. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COMPARED = ("rule", "key", "figure", "source", "amount_fen", "to")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored that is not what comes out when it is computed again."""

    claim: str
    line_id: int | None
    what: str
    stored: str
    recomputed: str

    def __str__(self) -> str:
        """One line of the report."""
        where = f"claim {self.claim}" + (f" line {self.line_id}" if self.line_id is not None else "")
        return f"{where}: {self.what}: stored {self.stored}, recomputed {self.recomputed}"


@dataclass(slots=True)
class Replayed:
    """What a replay went through and what it found."""

    claims: int = 0
    lines: int = 0
    paid_fen: int = 0
    differences: list[Difference] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    """Evidence that a recorded step put aside since: told, but no difference."""

    def differs(self, claim: str, line_id: int | None, what: str, stored: object, recomputed: object) -> None:
        """Note a difference where there is one."""
        if stored != recomputed:
            self.differences.append(Difference(claim, line_id, what, str(stored), str(recomputed)))


def steps_of(quote: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The steps of a quote as they are compared; the words beside them may be translated differently one day."""
    return [tuple(str(step.get(key, "")) for key in COMPARED) for step in quote.get("steps", ())]


def sum_of(quotes: Iterable[Mapping[str, Any]]) -> int:
    """What the steps of quotes add up to, fen."""
    return sum(step["amount_fen"] for quote in quotes for step in quote.get("steps", ()))


def told(steps: Sequence[tuple[str, ...]]) -> str:
    """Steps in one line: base 3000.00, allowance 200.00."""
    return ", ".join(f"{step[1]} {int(step[4]) / 100:.2f}" for step in steps) or "nothing"
