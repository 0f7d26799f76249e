"""The marks of a class: two figures a person, or absent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.assessments.rules import MOST, Marks
from app.kernel.forms import Form
from app.kernel.i18n import _


class MarksForm(Form):
    """Carries the token and the errors; the figures are read beside it, by seat."""


@dataclass(slots=True)
class Answers:
    """What was typed and ticked, by seat id; `wrong` names the seats and what would be right."""

    marks: dict[int, Marks] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)
    typed: dict[int, tuple[str, str]] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)


def read_answers(values: Mapping[str, str], seats: Mapping[int, str]) -> Answers:
    """Read `theory-<seat>`, `practice-<seat>` and `absent-<seat>`; `seats` gives names by seat id."""
    answers = Answers()
    for seat_id, name in seats.items():
        typed = (values.get(f"theory-{seat_id}", "").strip(), values.get(f"practice-{seat_id}", "").strip())
        answers.typed[seat_id] = typed
        if values.get(f"absent-{seat_id}"):
            answers.absent.add(seat_id)
            continue
        if all(_fits(text) for text in typed):
            answers.marks[seat_id] = Marks(*(int(text) if text else None for text in typed))
        else:
            answers.wrong[seat_id] = _("%(name)s：分数请填 0 到 %(most)s 的整数。", name=name, most=MOST)
    return answers


def _fits(text: str) -> bool:
    return not text or (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST)) and int(text) <= MOST)
