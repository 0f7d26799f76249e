"""The history of a person in words: which values changed or were looked at, never what they were."""

from typing import Any

from app.audit.models import Event
from app.audit.queries import events_of
from app.audit.words import story
from app.kernel.i18n import _, _l, locale_tag
from app.occupations.queries import all_occupations
from app.people.models import Household, Person

FIELDS = {
    "name": _l("姓名"),
    "id_number": _l("身份证号码"),
    "region_code": _l("所在村（社区）"),
    "education": _l("文化程度"),
    "work_status": _l("就业状态"),
    "phone": _l("手机号码"),
    "ethnic_group": _l("民族"),
    "address": _l("住址"),
    "payee_account": _l("收款账号"),
    "payee_bank": _l("开户银行"),
    "work_since_on": _l("状态从哪天起"),
    "exclusion": _l("不在补贴范围的情况"),
    "wish_trade": _l("想学什么"),
    "household": _l("家庭"),
    "id_kind": _l("证件种类"),
    "birth_on": _l("出生日期"),
    "sex": _l("性别"),
    "stay_code": _l("现在住在本地哪个村"),
    "stay_words": _l("现在住在外地哪里"),
    "employer_name": _l("在哪里上班"),
    "wage_fen": _l("每月实际工资"),
    "unemployed_since_on": _l("失业从哪天起"),
    "away_where": _l("在外地哪里务工"),
    "back_on": _l("预计哪天回来或返岗"),
    "health": _l("身体状况"),
    "disability_level": _l("残疾等级"),
    "ability": _l("劳动能力"),
    "willing": _l("就业意愿"),
    "skills": _l("会什么手艺"),
    "service_needs": _l("需要的服务"),
    "guardian_name": _l("监护人姓名"),
    "guardian_relation": _l("监护人是本人的什么人"),
    "guardian_phone": _l("监护人手机号码"),
    "group": _l("补贴对象"),
    "merged_with": _l("与另一条登记合并"),
    "wish_course": _l("想上的课"),
    "wish_place": _l("想去的地方"),
    "wish_wage": _l("想要的工资"),
    "wish_dates": _l("有空的时间"),
    "kind": _l("家庭类型"),
    "document_number": _l("证件号码"),
    "evidence": _l("证明"),
    "valid_from": _l("从哪天起"),
    "valid_to": _l("到哪天止"),
}
NEWEST = 12


def history(row: Person | Household) -> list[dict[str, Any]]:
    """The newest events of a person or household, each naming the fields it is about."""
    events = sorted(events_of(row), key=lambda event: event.id, reverse=True)[:NEWEST]
    drawn = []
    for event in events:
        item = story([event])[0]
        drawn.append({**item, "note": item["note"] or _fields(event)})
    return drawn


def _fields(event: Event) -> str:
    names = event.facts.get("fields") or [event.facts.get("field")]
    return _("、").join(dict.fromkeys(str(FIELDS[name]) for name in names if name in FIELDS))


def occupation_names() -> dict[str, str]:
    """The name of each occupation by its code, in the reader's language."""
    english = locale_tag() == "en"
    return {row.code: row.name_en if english else row.name_zh for row in all_occupations()}
