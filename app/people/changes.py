"""What changed on a person, in words: each field's old and new value, masked where it is personal."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.money import yuan
from app.kernel.sealing import mask_account, mask_id_number, mask_phone
from app.people.models import (
    Ability,
    Education,
    Exclusion,
    Group,
    Health,
    Household,
    Person,
    PersonChange,
    ServiceNeed,
    Sex,
    Trade,
    Willing,
    WorkStatus,
)
from app.people.rules import IdKind
from app.people.service.history import PERSONAL, SEPARATOR
from app.people.words import FIELDS
from app.regions.queries import region

HIDDEN = "******"
MASKS: Mapping[str, Callable[[str], str]] = {
    "id_number": mask_id_number,
    "phone": mask_phone,
    "guardian_phone": mask_phone,
    "payee_account": mask_account,
}
ENUMS: Mapping[str, type[StrEnum]] = {
    "education": Education,
    "work_status": WorkStatus,
    "exclusion": Exclusion,
    "health": Health,
    "ability": Ability,
    "willing": Willing,
    "id_kind": IdKind,
    "sex": Sex,
    "group": Group,
    "wish_trade": Trade,
    "service_needs": ServiceNeed,
}


def changes_words(changes: Iterable[PersonChange], shown: Mapping[int, tuple[str, str]]) -> list[dict[str, Any]]:
    """Changes as the history draws them; `shown` holds the old and new values just unmasked, by the change's id."""
    return [
        {
            "id": row.id,
            "field": field_words(row.field),
            "about": label(Group(row.item)) if row.item in set(Group) else "",
            "old": shown[row.id][0] if row.id in shown else _sealed_or_plain(row, row.old_value, row.old_personal),
            "new": shown[row.id][1] if row.id in shown else _sealed_or_plain(row, row.new_value, row.new_personal),
            "personal": row.field in PERSONAL and row.id not in shown,
            "at": row.at,
            "by": row.by_name,
            "source": row.source,
            "reason": row.reason,
        }
        for row in changes
    ]


def field_words(field: str) -> str:
    """The name of a field."""
    return str(FIELDS.get(field, field))


def _sealed_or_plain(row: PersonChange, plain: str | None, personal: str | None) -> str:
    return masked(row.field, personal) if row.field in PERSONAL else value_words(row.field, plain)


def _hidden(_value: str) -> str:
    return HIDDEN


def masked(field: str, value: str | None) -> str:
    """A personal value, masked."""
    return "" if not value else MASKS.get(field, _hidden)(value)


def value_words(field: str, value: str | None) -> str:
    """A plain value as people read it."""
    if value is None or value == "":
        return ""
    if field in ENUMS:
        return SEPARATOR.join(_member(ENUMS[field], each) for each in value.split(SEPARATOR))
    return _LOOK_UP.get(field, str)(value)


def _member(enum: type[StrEnum], value: str) -> str:
    return label(enum(value)) if value in set(enum) else value


def _place(code: str) -> str:
    found = region(code)
    return found.name if found is not None else code


def _money(fen: str) -> str:
    return _("%(yuan)s 元", yuan=yuan(int(fen))) if fen.isdigit() else fen


def _home(number: str) -> str:
    household = db.session.get(Household, int(number))
    head = household.head if household is not None else None
    return _("%(name)s家", name=head.name) if head is not None else _("没有户主的一户")


def _other(number: str) -> str:
    return db.session.get_one(Person, int(number)).name


def _disability(level: str) -> str:
    return _("没有残疾证") if level == "0" else _("%(level)s 级", level=level)


_LOOK_UP: Mapping[str, Callable[[str], str]] = {
    "region_code": _place,
    "stay_code": _place,
    "wage_fen": _money,
    "wish_wage": _money,
    "household": _home,
    "merged_with": _other,
    "disability_level": _disability,
}


def side_by_side(changes: Sequence[PersonChange], typed: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """What somebody else changed meanwhile, each field once: what it was, what it is now, and what was typed here.

    `typed` holds the values of this page's form as the history would write them; personal ones as "" or not at all.
    """
    first: dict[tuple[str, str], PersonChange] = {}
    last: dict[tuple[str, str], PersonChange] = {}
    for row in changes:
        first.setdefault((row.field, row.item), row)
        last[row.field, row.item] = row
    return [
        {
            "name": field,
            "field": field_words(field),
            "about": label(Group(item)) if item in set(Group) else "",
            "old": _sealed_or_plain(first[field, item], first[field, item].old_value, first[field, item].old_personal),
            "new": _sealed_or_plain(row, row.new_value, row.new_personal),
            "typed": value_words(field, typed.get(field)) if field in typed else None,
            "untouched": field in typed and typed[field] == first[field, item].old_value,
            "at": row.at,
            "by": row.by_name,
        }
        for (field, item), row in last.items()
    ]
