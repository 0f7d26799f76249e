"""What is assessed, when, and the points of a class: a figure an item and person, or absent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_wtf.file import FileField

from app.assessments.queries import Item
from app.assessments.rules import NewItem, Part
from app.kernel.errors import DomainError
from app.kernel.forms import DayField, Form, LongTextField, MaxLength, Required, TextField
from app.kernel.i18n import _, _l
from app.kernel.marking import N_

LINE_OF_ITEM = 3


class MarksForm(Form):
    """Carries the token and the errors; the figures are read beside it, by seat."""


class AnnounceForm(Form):
    """The day and the place of a sitting."""

    on = DayField(_l("考核日期"), [Required()])
    place = TextField(_l("考核地点"), [MaxLength(120)], description=_l("不填就在本班的培训地点。"))


class ItemsForm(Form):
    """What is assessed, an item a line."""

    items = LongTextField(
        _l("考核项目"),
        [Required(), MaxLength(1000)],
        description=_l("一行一项：理论或实操，名称，满分。例如：实操 平焊 40"),
    )


class WaiveForm(Form):
    """Why somebody gives the resit up."""

    reason = TextField(_l("放弃补考的原因"), [Required(), MaxLength(200)], description=_l("例如：本人签字不再补考。"))


class ScanForm(Form):
    """The signed result sheet, photographed."""

    scan = FileField(_l("签字成绩单的照片或 PDF"), [Required()])
    code = TextField(_l("编码"), [MaxLength(20)], description=_l("照片看不清二维码时，照着纸右下角填。"))


PARTS = {"理论": Part.THEORY, "实操": Part.PRACTICE, "theory": Part.THEORY, "practice": Part.PRACTICE}


def items_text(items: Sequence[Item]) -> str:
    """Items as they are written, a line each."""
    words = {part: word for word, part in reversed(PARTS.items())}
    return "\n".join(f"{words[item.part]} {item.name} {item.full_marks}" for item in items)


def read_items(text: str) -> list[NewItem]:
    """Items from lines of “part name full-marks”; raises `DomainError` naming the line that can't be read."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace("，", " ").replace(",", " ").replace("\u3000", " ").split()
        if not words:
            continue
        if len(words) < LINE_OF_ITEM or words[0] not in PARTS or not _whole(words[-1]):
            raise DomainError(_("第 %(n)s 行看不懂。请写成“实操 平焊 40”这样。", n=number), "items")
        found.append(NewItem(PARTS[words[0]], " ".join(words[1:-1]), int(words[-1])))
    if not found:
        raise DomainError(N_("请至少写一项。"), "items")
    return found


@dataclass(slots=True)
class Answers:
    """What was typed and ticked, by seat id; rows nobody touched are left out of `points` and `absent`."""

    points: dict[int, dict[int, int]] = field(default_factory=dict)
    absent: set[int] = field(default_factory=set)
    seen: dict[int, int] = field(default_factory=dict)
    typed: dict[int, dict[int, str]] = field(default_factory=dict)
    ticked: set[int] = field(default_factory=set)
    wrong: dict[tuple[int, int], str] = field(default_factory=dict)
    """By seat and item number."""


def written(points: Mapping[int, object], items: Sequence[Item], *, absent: bool) -> str:
    """A row in one way of writing it down, to tell whether somebody touched it."""
    return "|".join([*(str(points.get(item.number, "")) for item in items), "x" if absent else ""])


def read_answers(values: Mapping[str, str], seats: Mapping[int, str], asked: Mapping[int, Sequence[Item]]) -> Answers:
    """Read `points-<seat>-<item>`, `absent-<seat>`, and what the page showed: `seen-<seat>` and `was-<seat>`.

    `seats` gives names, `asked` the items that each seat is asked for.
    """
    answers = Answers()
    for seat_id, name in seats.items():
        items = asked[seat_id]
        typed = {item.number: values.get(f"points-{seat_id}-{item.number}", "").strip() for item in items}
        absent = bool(values.get(f"absent-{seat_id}"))
        answers.typed[seat_id] = typed
        if absent:
            answers.ticked.add(seat_id)
        if written(typed, items, absent=absent) == values.get(f"was-{seat_id}", written({}, items, absent=False)):
            continue
        seen = values.get(f"seen-{seat_id}", "0")
        answers.seen[seat_id] = int(seen) if _whole(seen) else 0
        if absent:
            answers.absent.add(seat_id)
        else:
            _read_row(answers, seat_id, name, items, typed)
    return answers


def _read_row(answers: Answers, seat_id: int, name: str, items: Sequence[Item], typed: Mapping[int, str]) -> None:
    for item in items:
        text = typed[item.number]
        if text and not (_whole(text) and int(text) <= item.full_marks):
            words = {"name": name, "item": item.name, "most": item.full_marks}
            answers.wrong[seat_id, item.number] = _("%(name)s的“%(item)s”：分数请填 0 到 %(most)s 的整数。", **words)
    if not any(seat == seat_id for seat, _number in answers.wrong):
        answers.points[seat_id] = {number: int(text) for number, text in typed.items() if text}


def _whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len("1000")
