"""Sign-up chains as people paste them from WeChat (接龙): numbered lines, each with a name, a number, a phone. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.people.imports.rules.headers import Heading
from app.people.imports.rules.kinds import Cell, Field
from app.people.rules import ID_LENGTH, check_character

HEADING = Heading(
    0,
    0,
    ("姓名", "身份证号码", "手机号码", "性别", "住址"),
    {Field.NAME: 0, Field.ID_NUMBER: 1, Field.PHONE: 2, Field.SEX: 3, Field.ADDRESS: 4},
)
"""Where the parts of an entry are put."""
_ENTRY = re.compile(r"^\s*[(（\[【]?(\d{1,4})[)）\]】]?\s*(?:[.．、,，:：)）\-—]|\s|(?=[^\d\s]))\s*(.*)$")
_MARK = re.compile(r"^\s*#?\s*接龙")
_IDENTITY = re.compile(r"(?<![0-9])[0-9](?:[ \-]?[0-9]){13,18}(?:[ \-]?[xX×хХ])?(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[ \-]?)?1[3-9][0-9](?:[ \-]?[0-9]){8}(?![0-9])")
_GLUED = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9xX]1[3-9][0-9]{9}|1[3-9][0-9]{9}[0-9]{17}[0-9xX])(?![0-9xX])")
"""A number and a phone without anything between them."""
_DIGITS = re.compile(r"(?<![0-9])[0-9][0-9 \-]{4,}[0-9](?![0-9])")
_LABEL = re.compile(
    r"(?:本人)?(?:姓\s*名|身\s*份\s*证(?:号码|号)?|证件号码?|联系电话|联系方式|手机号码?|手机|电话号?码?|性别|(?:家庭|户籍|现)?(?:住址|地址)|所在村|村组|村居?(?=[:：]))\s*[:：]?",
)
_SPLIT = re.compile(r"[\s,，。;；、|/\\+＋:：()（）\[\]【】~～]+|(?<=[\u4e00-\u9fff])[-—_]+(?=[\u4e00-\u9fff])")
_PLACE = re.compile(r"[村镇乡县市区组]$|社区|居委会|村委会|街道|村民|[村镇乡][^\s]*组")
_SEX = {"男": "男", "女": "女", "男性": "男", "女性": "女"}


@dataclass(slots=True)
class _Entry:
    row: int
    text: str
    more: list[str] = field(default_factory=list)


def is_chain(text: str) -> bool:
    """Whether a text is a sign-up chain: it says so, or most of its lines are numbered one after the other."""
    lines = [line for line in text.splitlines() if line.strip()][:400]
    if any(_MARK.match(line) for line in lines[:5]):
        return True
    numbers = [int(found[1]) for line in lines if (found := _ENTRY.match(line))]
    rising = sum(1 for a, b in pairwise(numbers) if b == a + 1)
    tabbed = sum(1 for line in lines if line.count("\t") > 1 or line.count(",") > 3)
    return bool(numbers) and rising >= (len(numbers) - 1) * 0.8 and tabbed < len(lines) / 2 and _has_people(lines)


def _has_people(lines: Sequence[str]) -> bool:
    found = sum(1 for line in lines if _IDENTITY.search(wide(line)) or _MOBILE.search(wide(line)))
    return found >= 1


def entries(text: str) -> Iterator[tuple[int, list[Cell]]]:
    """Each entry with the number of its line, its parts put into the columns of `HEADING`."""
    held: _Entry | None = None
    for number, line in enumerate(text.splitlines(), 1):
        found = _ENTRY.match(wide(line))
        if found is not None and not _goes_on(found, held):
            if held is not None:
                yield held.row, parts(" ".join((held.text, *held.more)))
            held = _Entry(number, found[2])
        elif held is not None and line.strip():
            held.more.append(wide(line))
    if held is not None:
        yield held.row, parts(" ".join((held.text, *held.more)))


def _goes_on(found: re.Match[str], held: _Entry | None) -> bool:
    """Whether a line that starts with digits belongs to the entry before: a phone or a number on a line of its own."""
    return held is not None and len(found[1]) > 3 and not found[2].strip()


def parts(text: str) -> list[Cell]:
    """Name, identity number, phone, sex and place of one entry; None for what it does not say."""
    identity, rest = _cut(_IDENTITY, _GLUED.sub(_apart, _LABEL.sub(" ", text)), shortest=14)
    phone, rest = _cut(_MOBILE, rest)
    left, rest = _cut(_DIGITS, rest)
    if left is not None:
        identity, phone = (left, phone) if identity is None and len(_bare(left)) > 13 else (identity, phone or left)
    words = [word for word in _SPLIT.split(rest) if word.strip("-—_.·#*")]
    sex = next((_SEX[word] for word in words if word in _SEX), None)
    words = [word for word in words if word not in _SEX]
    name = next((word for word in words if _could_be_name(word)), None)
    place = "".join(word for word in words if word != name and _PLACE.search(word)) or None
    if name is None:
        name = next((word for word in words if word != place), None)
    return [name, identity, phone, sex, place]


def _apart(found: re.Match[str]) -> str:
    """The number and the phone with a space between, by which of both orders gives a right number."""
    run = found[0]
    first = run[:ID_LENGTH]
    if first[:-1].isdigit() and check_character(first[:-1]) == first[-1].upper():
        return f"{first} {run[ID_LENGTH:]}"
    return f"{run[:-ID_LENGTH]} {run[-ID_LENGTH:]}"


def _cut(pattern: re.Pattern[str], text: str, shortest: int = 0) -> tuple[str | None, str]:
    found = pattern.search(text)
    if found is None or len(_bare(found[0])) < shortest:
        return None, text
    return found[0], f"{text[: found.start()]} {text[found.end() :]}"


def _bare(text: str) -> str:
    return re.sub(r"[\s\-]", "", text)


def _could_be_name(word: str) -> bool:
    letters = word.replace("·", "").replace("•", "").replace("・", "")
    han = all("\u3400" <= char <= "\u9fff" or char >= "\U00020000" for char in letters)
    return han and 2 <= len(letters) <= 15 and (len(letters) <= 4 or letters != word) and not _PLACE.search(word)


def wide(line: str) -> str:
    """A line with half-width digits and signs, without invisible characters."""
    plain = unicodedata.normalize("NFKC", line)
    return "".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Cc") or char == "\t")
