"""A village's sign-up chain, pasted as it stands in the group; the worker has judged it by the time somebody looks."""

import random

from app.demo.story.cast import MEIJIANG
from app.demo.story.invented import id_number, names, phone
from app.demo.story.telling import SEED, Chapter, Tale
from app.people.imports import service

ENTRIES = 9
FIRST_PHONE = 8800


def pasted_chain(tale: Tale) -> Chapter:
    """The village officer pastes a chain: most rows are right, one lacks a digit, one has no number."""
    yield tale.at(-1, 16)
    chance, taken = random.Random(SEED + 2), set[str]()  # noqa: S311  # a story, no secret
    called = names(chance)
    lines = ["#接龙", "湄江村挖掘机培训报名，请按 姓名+身份证号+电话 接龙"]
    for n in range(1, ENTRIES + 1):
        number = id_number(chance, 24 + 3 * n, tale.today, taken)
        shown = {3: number[:-1], 5: "", 7: f"{number[:6]} {number[6:14]} {number[14:].lower()}"}.get(n, number)
        lines.append(f"{n}. {next(called)} {shown} {phone(FIRST_PHONE + n)}")
    service.receive_text("\n".join(lines), by=tale.who("village"), default_village=MEIJIANG)
