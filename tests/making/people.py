"""Laborers for tests, registered by the same service that officers use; nobody's numbers (sequence 000)."""

from datetime import date, timedelta
from itertools import count

from app.kernel.access import SYSTEM, Actor
from app.people.models import Education, Person, RecordImport, WorkStatus
from app.people.rules import check_character
from app.people.service import NewGroup, NewPerson, find_or_register, import_records
from tests.makers import COUNTY, VILLAGE

_numbers = count(0)
FIRST_BIRTH = date(1975, 1, 1)


def id_number(born_on: date, area: str = "430681") -> str:
    """A well-formed identity number of nobody: born that day, sequence 000 (a woman, as even sequences are)."""
    body = f"{area}{born_on:%Y%m%d}000"
    return body + check_character(body)


def fresh_id_number() -> str:
    """An identity number that no test has used yet: a birthday of its own from 1975 on."""
    return id_number(FIRST_BIRTH + timedelta(days=next(_numbers)))


def new_person(**given: object) -> NewPerson:
    """What an officer would type; override what matters to the test."""
    facts: dict[str, object] = {
        "name": "张示例",
        "id_number": given.get("id_number") or fresh_id_number(),
        "region_code": VILLAGE,
        "phone": "13800000001",
        "education": Education.JUNIOR,
        "work_status": WorkStatus.FARMING,
        "payee_account": "6222000000000000001",
        "payee_bank": "示例银行弼时支行",
    }
    return NewPerson(**{**facts, **given})  # type: ignore[arg-type]  # tests name any field


def make_person(*groups: NewGroup, by: Actor = SYSTEM, **given: object) -> Person:
    """A registered person, in these groups."""
    return find_or_register(new_person(groups=groups, **given), by=by)


def make_record_import(*people: Person, until: date) -> RecordImport:
    """History of another system for the county: each of these people lost a training, and one row is of no use."""
    rows = [f"{person.name},{person.id_number},中药种植,{until:%Y-%m-%d},中途退出" for person in people]
    text = "\n".join(["姓名,身份证号,工种,培训时间,结果", *rows, "某人,,焊工,2020-01-01,"])
    return import_records(
        text.encode(), file_name="历史.csv", system="省培训系统", until_on=until, region_code=COUNTY, by=SYSTEM
    )
