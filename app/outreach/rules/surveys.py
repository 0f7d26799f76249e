"""Survey rounds (摸底): the flow of a round, what a question and an answer may be. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_

MOST_QUESTIONS = 30
MOST_CHOICES = 12
LONGEST_QUESTION = 80
LONGEST_ANSWER = 200
YES, NO = "yes", "no"


class RoundStatus(StrEnum):
    """Where a survey round stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class RoundStep(StrEnum):
    """What is done with a round."""

    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"


ROUND_FLOW = Flow(
    "survey_round",
    RoundStatus.DRAFT,
    [
        (RoundStep.OPEN, [RoundStatus.DRAFT], RoundStatus.OPEN),
        (RoundStep.CLOSE, [RoundStatus.OPEN], RoundStatus.CLOSED),
        (RoundStep.REOPEN, [RoundStatus.CLOSED], RoundStatus.OPEN),
    ],
)


class CardStatus(StrEnum):
    """Whether a person of a round was asked."""

    OPEN = "open"
    ANSWERED = "answered"
    NOT_REACHED = "not_reached"


class NotReached(StrEnum):
    """Why a person could not be asked."""

    NO_ANSWER = "no_answer"
    AWAY = "away"
    MOVED = "moved"
    REFUSED = "refused"
    ILL = "ill"
    DEAD = "dead"
    OTHER = "other"


class How(StrEnum):
    """By which way something was noted."""

    VISIT = "visit"
    CALL = "call"
    SHEET = "sheet"
    OFFLINE = "offline"


class QuestionKind(StrEnum):
    """What an answer looks like."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


class Mapped(StrEnum):
    """What a question may change in the register."""

    WORK_STATUS = "work_status"
    WISH = "wish"
    WILLING = "willing"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a round; `choices` are pairs of a value and its words, `maps` the register's field, if any."""

    key: str
    text: str
    kind: QuestionKind
    choices: tuple[tuple[str, str], ...] = ()
    maps: Mapped | None = None
    needed: bool = False

    def kept(self) -> dict[str, Any]:
        """The question as the round stores it."""
        return {
            "key": self.key,
            "text": self.text,
            "kind": self.kind.value,
            "choices": [list(choice) for choice in self.choices],
            "maps": self.maps.value if self.maps else None,
            "needed": self.needed,
        }

    def words(self, value: object) -> str:
        """A stored answer in words; yes and no stay the caller's to name."""
        return dict(self.choices).get(str(value), str(value))


def questions_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The question set of a round as it was stored."""
    return tuple(
        Question(
            one["key"],
            one["text"],
            QuestionKind(one["kind"]),
            tuple((value, words) for value, words in one["choices"]),
            Mapped(one["maps"]) if one["maps"] else None,
            one["needed"],
        )
        for one in stored
    )


def refuse_bad_questions(questions: Iterable[Question]) -> None:
    """Raise `DomainError` for a set that cannot be asked: none, too many, one twice, a choice of fewer than two."""
    asked = tuple(questions)
    if not asked:
        raise DomainError(N_("请至少选一个要问的问题。"), "mapped")
    if len(asked) > MOST_QUESTIONS:
        raise DomainError(N_("一次摸底最多问 30 个问题，问多了问不完。"), "questions")
    if len({one.key for one in asked}) < len(asked) or len({one.text for one in asked}) < len(asked):
        raise DomainError(N_("有两个问题是一样的，请删掉一个。"), "questions")
    for one in asked:
        if not one.text.strip() or len(one.text) > LONGEST_QUESTION:
            raise DomainError(N_("每个问题要有内容，最多 80 个字。"), "questions")
        if one.kind is QuestionKind.CHOICE and not 2 <= len(one.choices) <= MOST_CHOICES:
            raise DomainError(N_("选择题要有 2 到 12 个选项，用“/”隔开。"), "questions")


def free_questions(text: str) -> tuple[Question, ...]:
    """Read an officer's own questions, one a line: “问题（是否／数字／日期）” or “问题：选项一/选项二”, else a text."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(_free(f"q{number}", line) for number, line in enumerate(lines, 1))


_ENDINGS = {
    "是否": QuestionKind.YES_NO,
    "数字": QuestionKind.NUMBER,
    "日期": QuestionKind.DATE,
    "yes/no": QuestionKind.YES_NO,
    "number": QuestionKind.NUMBER,
    "date": QuestionKind.DATE,
}
"""What a line of one's own may end with, in either language."""


def _free(key: str, line: str) -> Question:
    plain = line.replace("(", "（").replace(")", "）").replace(":", "：")
    for ending, kind in _ENDINGS.items():
        if plain.endswith(f"（{ending}）"):
            return Question(key, plain[: -len(ending) - 2].strip(), kind)
    asked, colon, rest = plain.partition("：")
    if colon and rest:
        names = [name.strip() for name in rest.replace("／", "/").replace("、", "/").split("/") if name.strip()]
        return Question(key, asked.strip(), QuestionKind.CHOICE, tuple((name, name) for name in dict.fromkeys(names)))
    return Question(key, line, QuestionKind.TEXT)


def read_answers(questions: Iterable[Question], given: Mapping[str, str]) -> dict[str, Any]:
    """The answers as they are stored, by key; what was left empty is left out.

    Raises `DomainError` naming the question that is needed or was answered wrongly, and where nothing was answered.
    """
    answers: dict[str, Any] = {}
    for question in questions:
        text = (given.get(question.key) or "").strip()
        if text:
            answers[question.key] = _answer(question, text)
        elif question.needed:
            raise DomainError(N_("这一题要回答。"), question.key)
    if not answers:
        raise DomainError(N_("一题都没有回答。问不到的，请登记“没联系上”。"))
    return answers


def _answer(question: Question, text: str) -> str | int:
    if question.kind is QuestionKind.YES_NO and text not in {YES, NO}:
        raise DomainError(N_("请选“是”或“否”。"), question.key)
    if question.kind is QuestionKind.CHOICE and text not in dict(question.choices):
        raise DomainError(N_("请在选项里选一个。"), question.key)
    if question.kind is QuestionKind.NUMBER:
        return _number(question, text)
    if question.kind is QuestionKind.DATE:
        return _day(question, text)
    if len(text) > LONGEST_ANSWER:
        raise DomainError(N_("回答最多 200 个字。"), question.key)
    return text


def _number(question: Question, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise DomainError(N_("这一题请填整数。"), question.key)
    return int(text)


def _day(question: Question, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise DomainError(N_("请填日期，例如 2026-03-01。"), question.key) from error


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a round has come somewhere: cards in all, and how many stand where."""

    total: int = 0
    answered: int = 0
    not_reached: int = 0

    @property
    def open(self) -> int:
        """Cards nobody has worked on yet."""
        return self.total - self.answered - self.not_reached

    @property
    def percent(self) -> int:
        """Answered cards in a hundred, rounded down: 100 is said only when everybody was asked."""
        return self.answered * 100 // self.total if self.total else 0

    def __add__(self, other: "Coverage") -> "Coverage":
        """Two places together."""
        return Coverage(self.total + other.total, self.answered + other.answered, self.not_reached + other.not_reached)
