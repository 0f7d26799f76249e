"""Forms of imports."""

from collections.abc import Sequence

from flask_wtf.file import FileField

from app.kernel.access import Actor
from app.kernel.forms import ChoiceField, Form, LongTextField, RadioChoiceField
from app.kernel.i18n import _, _l
from app.people.imports import queries
from app.people.imports.rules.kinds import Field
from app.people.imports.rules.words import FIELD_WORDS

MOST_VILLAGES = 400
"""More are not worth choosing from: the list then names each person's village itself."""


class VillageForm(Form):
    """Where everybody lives whose row names no place."""

    default_village = ChoiceField(_l("表里没写村的，登记到"), default="")

    def offer(self, by: Actor) -> None:
        """Offer the villages of the actor's area."""
        villages = queries.villages_to_choose(by)
        none = [("", _("不指定，名单里每人都写了村或住址"))]
        self.default_village.choices = none + (list(villages) if len(villages) <= MOST_VILLAGES else [])

    def suggest(self) -> None:
        """Suggest the one village of who answers for one only."""
        if len(self.default_village.choices) == 2:  # the first choice is none
            self.default_village.data = self.default_village.choices[1][0]

    @property
    def chosen_village(self) -> str:
        """The code that was chosen, or nothing."""
        return str(self.default_village.data or "")


class UploadForm(VillageForm):
    """A file, or a pasted list."""

    file = FileField(
        _l("名册文件"), description=_l("Excel（.xlsx、.xls）或 CSV，不超过 20 MB。表头在第几行、叫什么名字都可以。")
    )
    text = LongTextField(
        _l("或者粘贴接龙"),
        description=_l("把微信群里的接龙整段复制过来：每行有序号、姓名、身份证号码、手机号码，先后不限。"),
    )


class ColumnsForm(VillageForm):
    """Which column holds what; columns are numbers from 0."""

    name = ChoiceField(_l(FIELD_WORDS[Field.NAME]), default="")
    id_number = ChoiceField(_l(FIELD_WORDS[Field.ID_NUMBER]), default="")
    phone = ChoiceField(_l(FIELD_WORDS[Field.PHONE]), default="")
    sex = ChoiceField(_l(FIELD_WORDS[Field.SEX]), default="")
    county = ChoiceField(_l(FIELD_WORDS[Field.COUNTY]), default="")
    town = ChoiceField(_l(FIELD_WORDS[Field.TOWN]), default="")
    village = ChoiceField(_l(FIELD_WORDS[Field.VILLAGE]), default="")
    address = ChoiceField(_l(FIELD_WORDS[Field.ADDRESS]), default="")
    ethnic_group = ChoiceField(_l(FIELD_WORDS[Field.ETHNIC_GROUP]), default="")
    education = ChoiceField(_l(FIELD_WORDS[Field.EDUCATION]), default="")
    work_status = ChoiceField(_l(FIELD_WORDS[Field.WORK_STATUS]), default="")
    employer = ChoiceField(_l(FIELD_WORDS[Field.EMPLOYER]), default="")
    payee_account = ChoiceField(_l(FIELD_WORDS[Field.PAYEE_ACCOUNT]), default="")
    payee_bank = ChoiceField(_l(FIELD_WORDS[Field.PAYEE_BANK]), default="")

    def offer_columns(self, words: Sequence[str]) -> None:
        """Offer the columns by letter and heading."""
        columns = [(str(n), f"{letter(n)} {word}".strip()) for n, word in enumerate(words)]
        for name in Field:
            self[name.value].choices = [("", _("表里没有")), *columns]

    @property
    def columns(self) -> dict[Field, int]:
        """What was chosen."""
        return {name: int(self[name.value].data) for name in Field if self[name.value].data}


class StartForm(Form):
    """Whether one bad row holds up all others."""

    take = RadioChoiceField(
        _l("怎样导入"),
        choices=[("good", _l("先导入合格的人，其余改好再传")), ("whole", _l("全部合格才导入，有一行不行就一行也不导"))],
        default="good",
    )


def letter(column: int) -> str:
    """The letter of a column, from 0, as the spreadsheet writes it."""
    text, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
