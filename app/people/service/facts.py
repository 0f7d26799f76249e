"""What is told of a person: all at registration, and what is new afterwards."""

from dataclasses import dataclass
from datetime import date

from app.people.models import Ability, Education, Exclusion, Health, ServiceNeed, Willing, WorkStatus
from app.people.service.groups import NewGroup


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is known of a person when they are registered; phone, address and account may be missing ("").

    Wages are fen a month; `stay_code` is a region, `skills` plain words; a guardian stands beside who can't act alone.
    """

    name: str
    id_number: str
    region_code: str
    education: Education = Education.JUNIOR
    work_status: WorkStatus = WorkStatus.FARMING
    phone: str = ""
    ethnic_group: str = "汉族"
    address: str = ""
    payee_account: str = ""
    payee_bank: str = ""
    work_since_on: date | None = None
    exclusion: Exclusion | None = None
    wish_trade: str = ""
    stay_code: str | None = None
    stay_words: str = ""
    employer_name: str = ""
    wage_fen: int | None = None
    unemployed_since_on: date | None = None
    away_where: str = ""
    back_on: date | None = None
    health: Health | None = None
    disability_level: int = 0
    ability: Ability = Ability.ABLE
    willing: Willing = Willing.UNSURE
    skills: tuple[str, ...] = ()
    service_needs: tuple[ServiceNeed, ...] = ()
    guardian_name: str = ""
    guardian_phone: str = ""
    guardian_relation: str = ""
    household_id: int | None = None
    groups: tuple[NewGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonChanges:
    """New values for a person; None leaves a value as it is, "" clears one that may be empty.

    An identity number is changed by `change_number`, with a reason and a document.
    """

    name: str | None = None
    region_code: str | None = None
    education: Education | None = None
    work_status: WorkStatus | None = None
    phone: str | None = None
    ethnic_group: str | None = None
    address: str | None = None
    payee_account: str | None = None
    payee_bank: str | None = None
    work_since_on: date | str | None = None
    exclusion: Exclusion | str | None = None
    wish_trade: str | None = None
    stay_code: str | None = None
    stay_words: str | None = None
    employer_name: str | None = None
    wage_fen: int | str | None = None
    unemployed_since_on: date | str | None = None
    away_where: str | None = None
    back_on: date | str | None = None
    health: Health | str | None = None
    disability_level: int | None = None
    ability: Ability | None = None
    willing: Willing | None = None
    skills: tuple[str, ...] | None = None
    service_needs: tuple[ServiceNeed, ...] | None = None
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_relation: str | None = None
