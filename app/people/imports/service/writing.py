"""From judged rows into the register."""

from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.access import Actor
from app.kernel.errors import Refused
from app.kernel.marking import N_
from app.people.imports.judging import Judgement, meet_register
from app.people.imports.rules.judging import Draft
from app.people.imports.rules.kinds import Outcome
from app.people.models import ChangeSource, Education, WorkStatus
from app.people.service import Arrival, NewPerson, find_or_register, register_many


class NotSpotless(Refused):
    """All rows or none were wanted, and one row is held up."""

    def __init__(self) -> None:
        super().__init__(N_("有的行还要改正，按“全部合格才导入”的要求，一行也没有导入。"))


@dataclass(frozen=True, slots=True)
class Written:
    """How many people were registered, and how many known ones arrived with another phone."""

    registered: int
    claimed: int


def write(
    judgement: Judgement,
    *,
    by: Actor,
    whole: bool,
    import_id: int | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Written:
    """Register everybody in a good row, in the caller's one transaction, so that a crash leaves nothing half done.

    Whoever was registered by somebody else since the rows were judged is judged again and left as they are. Raises
    `NotSpotless` where `whole` and a row is held up, before or after that.
    """
    if whole and not judgement.spotless:
        raise NotSpotless
    good = judgement.good
    people = [Arrival(new_person(row.draft), row.draft.number) for row in good if row.draft is not None]
    told = {"import": import_id} if import_id is not None else {"import": "file"}
    known = register_many(people, by=by, told=told, progress=progress)
    meet_register(judgement, [good[place] for place in sorted(known)], by=by)
    if whole and not judgement.spotless:
        raise NotSpotless
    for row in judgement.claims:
        if row.draft is not None and row.outcome == Outcome.SKIP:
            find_or_register(new_person(row.draft), by=by, source=ChangeSource.IMPORT)
    return Written(len(people) - len(known), len(judgement.claims))


def new_person(draft: Draft) -> NewPerson:
    """What a row tells of a person, as the register takes it."""
    return NewPerson(
        name=draft.name,
        id_number=draft.number.number,
        region_code=draft.region_code,
        phone=draft.phone,
        address=draft.address,
        ethnic_group=draft.ethnic_group or "汉族",
        education=Education(draft.education) if draft.education else Education.JUNIOR,
        work_status=WorkStatus(draft.work_status) if draft.work_status else WorkStatus.FARMING,
        employer_name=draft.employer,
        payee_account=draft.payee_account,
        payee_bank=draft.payee_bank,
    )
