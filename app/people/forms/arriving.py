"""Forms of somebody who comes by themselves: plain questions, which can also be asked one by one."""

from typing import Any

from wtforms import StringField, TelField

from app.kernel.forms import CheckboxListField, Form, MaxLength, RadioChoiceField, Required
from app.kernel.i18n import _l
from app.people.arrival import Arrival
from app.people.choices import options
from app.people.forms.reading import Reads
from app.people.models import Education, Group, WorkStatus
from app.people.rules import clean_name, clean_phone
from app.people.service import NewGroup, NewPerson, read_id_number

QUESTIONS = ("name", "education", "work_status", "groups")
PLAIN_GROUPS = {
    Group.RURAL_TRANSFER: _l("农村户口，想找活干或正在打工"),
    Group.LIFTED_OUT_OF_POVERTY: _l("脱贫户（以前建档立卡的）"),
    Group.WATCHED_HOUSEHOLD: _l("监测户"),
    Group.REGISTERED_UNEMPLOYED: _l("办过失业登记"),
    Group.HARD_TO_EMPLOY: _l("认定过就业困难"),
    Group.DISABLED: _l("有残疾人证"),
    Group.SCHOOL_LEAVER: _l("初中、高中毕业没再读书"),
    Group.GRADUATE: _l("今年大学毕业"),
    Group.VETERAN: _l("退役军人"),
}
"""What people say of themselves; each is proved later, before the class is filed."""


PLAIN_WORK = {
    WorkStatus.FARMING: _l("在家种田、养殖"),
    WorkStatus.AWAY: _l("在外地打工"),
    WorkStatus.EMPLOYED: _l("在本地上班"),
    WorkStatus.WAITING_TO_RETURN: _l("等着回去上班"),
    WorkStatus.UNEMPLOYED: _l("没有活干"),
}


class NumberForm(Form):
    """Who somebody says they are, and where to reach them."""

    id_number: Any = StringField(
        _l("身份证号码"),
        [Required(), MaxLength(30), Reads(read_id_number)],
        description=_l("照着身份证填，18 位，最后一位可能是 X。"),
    )
    phone: Any = TelField(
        _l("手机号码"),
        [Required(), MaxLength(30), Reads(clean_phone)],
        description=_l("用来收验证码。一家人合用一个号也可以。"),
    )


class SelfForm(Form):
    """What the register asks of a person who is new."""

    name: Any = StringField(
        _l("姓名"), [Required(), MaxLength(40), Reads(clean_name)], description=_l("照着身份证填。")
    )
    education: Any = RadioChoiceField(_l("读到哪里"), [Required()])
    work_status: Any = RadioChoiceField(_l("现在做什么"), [Required()])
    groups: Any = CheckboxListField(_l("有没有下面的情况"), description=_l("有几样勾几样，没有就不勾。证明以后再交。"))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.education.choices = options(Education)
        self.work_status.choices = [(status.value, words) for status, words in PLAIN_WORK.items()]
        self.groups.choices = [(group.value, words) for group, words in PLAIN_GROUPS.items()]

    def only(self, question: str) -> None:
        """Ask a single question."""
        for name in QUESTIONS:
            if name != question:
                delattr(self, name)

    @staticmethod
    def next_question(answers: dict[str, Any]) -> str:
        """The first question without an answer; "" when all have one."""
        return next((name for name in QUESTIONS if name not in answers), "")

    def answers(self) -> dict[str, Any]:
        """What was answered just now."""
        return {name: self[name].data for name in QUESTIONS if name in self}

    def facts(self, came: Arrival, village: str) -> NewPerson:
        """Everything that was said, on this page and before."""
        said = came.answers
        return NewPerson(
            name=said["name"],
            id_number=came.number,
            region_code=village,
            phone=came.phone,
            education=Education(said["education"]),
            work_status=WorkStatus(said["work_status"]),
            groups=tuple(NewGroup(Group(value)) for value in said["groups"]),
        )
