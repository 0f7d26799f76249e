"""What a policy would have paid on past claims, set beside what was asked for. Pure, integer fen."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.kernel.errors import DomainError
from app.policies.rules.amounts import LineFacts, line_amount
from app.policies.rules.pack import Pack
from app.policies.rules.said import Reason


@dataclass(frozen=True, slots=True)
class Past:
    """One trainee's money in a past claim: what was asked for, by which facts, and to whom it belongs."""

    claim_id: int
    person_id: int
    name: str
    school: str
    course: str
    budget_id: int | None
    then_fen: int
    facts: LineFacts


@dataclass(frozen=True, slots=True)
class Tried:
    """The same under the pack that is tried; `now_fen` None where the pack can't say, for these reasons."""

    past: Past
    now_fen: int | None
    reasons: tuple[Reason | DomainError, ...] = ()

    @property
    def change_fen(self) -> int:
        """What it would be more or less; nothing where it is not known."""
        return 0 if self.now_fen is None else self.now_fen - self.past.then_fen


@dataclass(slots=True)
class Tally:
    """What a trial comes to for one school, group, course, budget, or in all."""

    name: str
    people: int = 0
    gain: int = 0
    lose: int = 0
    same: int = 0
    unknown: int = 0
    then_fen: int = 0
    now_fen: int = 0
    """Only of those whose amount is known under the pack."""
    unknown_fen: int = 0
    """What was asked for those whose amount is not."""

    def add(self, tried: Tried) -> None:
        """Count one more."""
        self.people += 1
        if tried.now_fen is None:
            self.unknown += 1
            self.unknown_fen += tried.past.then_fen
            return
        self.then_fen += tried.past.then_fen
        self.now_fen += tried.now_fen
        change = tried.change_fen
        self.gain += change > 0
        self.lose += change < 0
        self.same += change == 0

    @property
    def change_fen(self) -> int:
        """What it would be more or less."""
        return self.now_fen - self.then_fen


@dataclass(slots=True)
class Trial:
    """The whole trial: in all, by whom it concerns, and person by person where something changes."""

    whole: Tally
    schools: list[Tally] = field(default_factory=list)
    groups: list[Tally] = field(default_factory=list)
    courses: list[Tally] = field(default_factory=list)
    budgets: dict[int | None, Tally] = field(default_factory=dict)
    gaining: list[Tried] = field(default_factory=list)
    losing: list[Tried] = field(default_factory=list)
    unknown: list[tuple[Reason | DomainError, int]] = field(default_factory=list)
    """Why the pack can't say, and for how many."""


def try_on(pack: Pack, past: Past) -> Tried:
    """One past line under the pack, by the facts of its day."""
    try:
        quote = line_amount(pack, past.facts)
    except DomainError as error:
        return Tried(past, None, (error,))
    return Tried(past, quote.amount_fen) if quote.is_payable else Tried(past, None, quote.not_payable_reasons)


def trial_of(pack: Pack, lines: Iterable[Past]) -> Trial:
    """Every past line under the pack, counted."""
    tried = [try_on(pack, past) for past in lines]
    found = Trial(Tally(""))
    for one in tried:
        found.whole.add(one)
    found.schools = _by(tried, lambda one: (one.past.school,))
    found.courses = _by(tried, lambda one: (one.past.course,))
    found.groups = _by(tried, lambda one: one.past.facts.groups or ("",))
    for one in tried:
        found.budgets.setdefault(one.past.budget_id, Tally("")).add(one)
    found.gaining = sorted((one for one in tried if one.change_fen > 0), key=lambda one: -one.change_fen)
    found.losing = sorted((one for one in tried if one.change_fen < 0), key=lambda one: one.change_fen)
    found.unknown = _why(tried)
    return found


def _by(tried: Iterable[Tried], names: Callable[[Tried], tuple[str, ...]]) -> list[Tally]:
    """Counted by name, the largest change first; one of two groups is counted in both."""
    found: dict[str, Tally] = {}
    for one in tried:
        for name in names(one):
            found.setdefault(name, Tally(name)).add(one)
    return sorted(found.values(), key=lambda tally: (-abs(tally.change_fen), tally.name))


def _why(tried: Iterable[Tried]) -> list[tuple[Reason | DomainError, int]]:
    counts: Counter[str] = Counter()
    first: dict[str, Reason | DomainError] = {}
    for one in tried:
        for reason in one.reasons[:1]:
            key = f"{reason.message} {getattr(reason, 'params', '')}"
            first.setdefault(key, reason)
            counts[key] += 1
    return [(first[key], number) for key, number in counts.most_common()]
