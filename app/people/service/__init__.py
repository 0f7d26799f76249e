"""What is done to people, their groups and households, and their record of subsidies used."""

from app.people.service.attaching import attach_waiting
from app.people.service.facts import NewPerson, PersonChanges
from app.people.service.groups import NewGroup, add_group, change_group, end_group
from app.people.service.history import ChangedMeanwhile, as_text, reveal_change
from app.people.service.households import (
    NewHousehold,
    change_household,
    join_household,
    leave_household,
    make_household,
    name_head,
)
from app.people.service.many import Arrival, register_many
from app.people.service.merging import merge, merging, undo_merge
from app.people.service.numbers import change_number, read_id_number
from app.people.service.persons import change, find_or_register, reveal, reveal_document
from app.people.service.phones import claim_phone, confirm_phone, reject_phone, reveal_claimed
from app.people.service.records import import_records
from app.people.service.uses import give_back_use, hold_people, record_past_use, reserve_use, settle_use, settle_uses
from app.people.service.wishes import NewWish, answer_wish, tell_wish

__all__ = [
    "Arrival",
    "ChangedMeanwhile",
    "NewGroup",
    "NewHousehold",
    "NewPerson",
    "NewWish",
    "PersonChanges",
    "add_group",
    "answer_wish",
    "as_text",
    "attach_waiting",
    "change",
    "change_group",
    "change_household",
    "change_number",
    "claim_phone",
    "confirm_phone",
    "end_group",
    "find_or_register",
    "give_back_use",
    "hold_people",
    "import_records",
    "join_household",
    "leave_household",
    "make_household",
    "merge",
    "merging",
    "name_head",
    "read_id_number",
    "record_past_use",
    "register_many",
    "reject_phone",
    "reserve_use",
    "reveal",
    "reveal_change",
    "reveal_claimed",
    "reveal_document",
    "settle_use",
    "settle_uses",
    "tell_wish",
    "undo_merge",
]
