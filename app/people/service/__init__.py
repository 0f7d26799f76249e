"""What is done to people, their groups and households, and their record of subsidies used."""

from app.people.service.facts import NewPerson, PersonChanges
from app.people.service.groups import NewGroup, add_group, change_group, end_group
from app.people.service.households import (
    NewHousehold,
    change_household,
    join_household,
    leave_household,
    make_household,
    name_head,
)
from app.people.service.persons import (
    change,
    find_or_register,
    read_id_number,
    reveal,
    reveal_document,
)
from app.people.service.uses import give_back_use, record_past_use, reserve_use, settle_use

__all__ = [
    "NewGroup",
    "NewHousehold",
    "NewPerson",
    "PersonChanges",
    "add_group",
    "change",
    "change_group",
    "change_household",
    "end_group",
    "find_or_register",
    "give_back_use",
    "join_household",
    "leave_household",
    "make_household",
    "name_head",
    "read_id_number",
    "record_past_use",
    "reserve_use",
    "reveal",
    "reveal_document",
    "settle_use",
]
