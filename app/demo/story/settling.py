"""Chapter two: officers go from door to door and write down who lives there, with their groups and wishes."""

from dataclasses import dataclass, field, replace

from app.demo.story.cast import LABORERS, VILLAGES, Known
from app.demo.story.invented import bank_account, id_number, names, phone
from app.demo.story.telling import Chapter, Tale
from app.demo.story.working_lives import strangers, work_facts
from app.kernel.access import Actor
from app.people import service
from app.people.models import Education, Exclusion, Group, HouseholdKind, Person, Trade, WorkStatus
from app.people.service import NewGroup, NewHousehold, NewPerson
from app.regions.queries import region

A_VILLAGE = 25
"""Laborers a village: twelve villages make three hundred."""
OFFICERS = {"430681": "training", "430626": "township-pingjiang"}
YOUNGEST, OLDEST = 19, 51
PHONES_FROM = 100
EVIDENCE = {
    Group.RURAL_TRANSFER: "户口簿",
    Group.LIFTED_OUT_OF_POVERTY: "帮扶手册",
    Group.WATCHED_HOUSEHOLD: "监测对象认定表",
    Group.REGISTERED_UNEMPLOYED: "就业创业证",
    Group.HARD_TO_EMPLOY: "就业困难人员认定表",
    Group.DISABLED: "残疾人证",
    Group.SCHOOL_LEAVER: "高中毕业证",
}
HELPED = {
    Group.LIFTED_OUT_OF_POVERTY: HouseholdKind.LIFTED_OUT_OF_POVERTY,
    Group.WATCHED_HOUSEHOLD: HouseholdKind.WATCHED,
}
GROUPS = (
    *(Group.RURAL_TRANSFER,) * 8,
    *(Group.LIFTED_OUT_OF_POVERTY,) * 5,
    *(Group.DISABLED,) * 2,
    Group.WATCHED_HOUSEHOLD,
    Group.REGISTERED_UNEMPLOYED,
    Group.HARD_TO_EMPLOY,
)
WORK = (
    *(WorkStatus.FARMING,) * 5,
    *(WorkStatus.UNEMPLOYED,) * 3,
    *(WorkStatus.AWAY,) * 2,
    WorkStatus.WAITING_TO_RETURN,
    WorkStatus.EMPLOYED,
)


@dataclass
class Register:
    """What the officers have used up: names, identity numbers, phones."""

    tale: Tale
    taken: set[str] = field(default_factory=set)
    count: int = 0

    def __post_init__(self) -> None:
        """Draw the names once for the whole story."""
        self.names = names(self.tale.chance)

    def id_number(self, age: int) -> str:
        """A fresh identity number of somebody of this age."""
        return id_number(self.tale.chance, age, self.tale.today, self.taken)


def laborers(tale: Tale) -> Chapter:
    """Village by village, a township a day; the named ones of the cast first."""
    register = Register(tale)
    yield tale.at(-88, 9)
    _known(register)
    for number, (township, villages) in enumerate(VILLAGES.items()):
        yield tale.at(-87 + number, 9)
        tale.laborers[township] = []
        for village in villages:
            _village(register, township, village)
        tale.chance.shuffle(tale.laborers[township])
    strangers(tale, register.taken)


def _officer(tale: Tale, village: str) -> Actor:
    """Who goes from door to door there: the township's officer where there is one, else the county's."""
    login = "township" if village.startswith("430681107") else OFFICERS[village[:6]]
    return tale.who(login)


def _known(register: Register) -> None:
    """The laborers whom the table of the cast names: each can sign up, mother and daughter in one household."""
    tale = register.tale
    for known in LABORERS:
        tale.people[known.key] = _known_person(register, known)
    mother, daughter = tale.people["family-mother"], tale.people["family-daughter"]
    by = _officer(tale, mother.region_code)
    household = service.make_household(
        NewHousehold(mother.region_code, HouseholdKind.LIFTED_OUT_OF_POVERTY), by=by, head=mother
    )
    service.join_household(daughter, household, by=by)


def _known_person(register: Register, known: Known) -> Person:
    ages = {"family-mother": 47, "family-daughter": 22}
    group = Group.LIFTED_OUT_OF_POVERTY if known.key.startswith("family") else Group.RURAL_TRANSFER
    facts = NewPerson(
        name=known.name,
        id_number=register.id_number(ages.get(known.key, 34)),
        region_code=known.village,
        phone=known.phone,
        address=_address(known.village, 3),
        payee_account=bank_account(5000 + len(register.taken)),
        payee_bank="示例银行弼时支行",
        wish_trade=Trade.RICE_CRAYFISH,
        groups=(_group(register, group),),
    )
    return service.find_or_register(facts, by=_officer(register.tale, known.village))


def _address(village: str, number: int) -> str:
    found = region(village)
    return f"{found.name if found else ''}{number} 组"


def _group(register: Register, group: Group, *, shown: bool = True) -> NewGroup:
    tale = register.tale
    return NewGroup(
        group, EVIDENCE[group] if shown else "", valid_from=tale.today.replace(year=tale.today.year - 2, day=1)
    )


def _village(register: Register, township: str, village: str) -> None:
    """Twenty-five people in households of one to four; a few whom the policy does not pay for."""
    tale = register.tale
    by = _officer(tale, village)
    left = A_VILLAGE - sum(person.region_code == village for person in tale.people.values())
    _outsiders(register, village, by)
    left -= OUTSIDERS
    while left > 0:
        size = min(left, tale.chance.choice((1, 2, 2, 3, 4)))
        tale.laborers[township] += _household(register, village, size, by)
        left -= size


def _household(register: Register, village: str, size: int, by: Actor) -> list[Person]:
    """A household, its head first; all share what the household is looked after for."""
    chance = register.tale.chance
    group = chance.choice(GROUPS)
    household = service.make_household(NewHousehold(village, HELPED.get(group, HouseholdKind.ORDINARY)), by=by)
    members = []
    for place in range(size):
        own = group if group in HELPED or place == 0 else chance.choice(GROUPS[:8])
        members.append(_laborer(register, village, own, household.id, by))
    service.name_head(household, members[0], by=by)
    return members


def _laborer(register: Register, village: str, group: Group, household_id: int, by: Actor) -> Person:
    tale, chance = register.tale, register.tale.chance
    register.count += 1
    has_account = chance.random() < 0.93  # noqa: PLR2004  # a few have no account yet, as everywhere
    facts = NewPerson(
        name=next(register.names),
        id_number=register.id_number(chance.randint(YOUNGEST, OLDEST)),
        region_code=village,
        education=chance.choice(tuple(Education)[:3]),
        work_status=chance.choice(WORK),
        phone=phone(PHONES_FROM + register.count) if chance.random() < 0.85 else "",  # noqa: PLR2004  # some have none
        address=_address(village, chance.randint(1, 12)),
        payee_account=bank_account(6000 + register.count) if has_account else "",
        payee_bank="示例银行" if has_account else "",
        wish_trade=chance.choice((*Trade, "", "", "")),
        household_id=household_id,
        groups=(_group(register, group),),
    )
    facts = replace(facts, **work_facts(facts.work_status, register.count, tale.today))
    return service.find_or_register(facts, by=by)


OUTSIDERS = 2
"""In each village, people who can't be paid for: too old, a student, in none of the groups, evidence not shown yet."""


def _outsiders(register: Register, village: str, by: Actor) -> None:
    shown, unshown = _group(register, Group.RURAL_TRANSFER), _group(register, Group.RURAL_TRANSFER, shown=False)
    kinds: tuple[tuple[int, Exclusion | None, tuple[NewGroup, ...]], ...] = (
        (62, None, (shown,)),
        (20, Exclusion.FULL_TIME_STUDENT, (shown,)),
        (38, Exclusion.PUBLIC_STAFF, (shown,)),
        (33, None, ()),
        (41, None, (unshown,)),
    )
    for age, exclusion, groups in register.tale.chance.sample(kinds, OUTSIDERS):
        register.count += 1
        facts = NewPerson(
            name=next(register.names),
            id_number=register.id_number(age),
            region_code=village,
            phone=phone(PHONES_FROM + register.count),
            groups=groups,
            exclusion=exclusion,
        )
        service.find_or_register(facts, by=by)
