"""Values as a person's row holds them: mended and checked the same way at registration and afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

from app.people.models import Exclusion, Health
from app.people.rules import clean_account, clean_name, clean_phone


def _words(value: str) -> str:
    return value.strip()


def _several(value: tuple[str, ...]) -> list[str]:
    """A list without blanks and repeats, in the order given."""
    if not value:
        return []
    return list(dict.fromkeys(str(word).strip() for word in value if str(word).strip()))


def _or_nothing(read: Callable[[Any], object], nothing: object = None) -> Callable[[Any], object]:
    """Read what is there; blank is `nothing`."""
    return lambda value: nothing if value is None or value == "" or not str(value).strip() else read(value)


def _itself(value: object) -> object:
    return value


READ: Mapping[str, Callable[[Any], object]] = {
    "name": clean_name,
    "ethnic_group": lambda value: value.strip() or "汉族",
    "phone": _or_nothing(clean_phone),
    "address": _or_nothing(_words),
    "payee_account": _or_nothing(clean_account),
    "payee_bank": _words,
    "work_since_on": _or_nothing(_itself),
    "exclusion": _or_nothing(Exclusion),
    "stay_code": _or_nothing(_words),
    "stay_words": _words,
    "employer_name": _words,
    "wage_fen": _or_nothing(_itself),
    "unemployed_since_on": _or_nothing(_itself),
    "away_where": _words,
    "back_on": _or_nothing(_itself),
    "health": _or_nothing(Health),
    "skills": _several,
    "service_needs": _several,
    "guardian_name": _or_nothing(clean_name, ""),
    "guardian_phone": _or_nothing(clean_phone),
    "guardian_relation": _words,
}
"""How each field is read; a field not named here is taken as it is. Raises `DomainError` naming the field."""
PLAIN = ("region_code", "education", "work_status", "wish_trade", "disability_level", "ability", "willing")


def read(field: str, value: object) -> object:
    """One value as its column holds it."""
    return READ.get(field, _itself)(value)


def read_all(facts: object) -> dict[str, object]:
    """Every plain value of what was told at registration, by field."""
    values = {field: reader(getattr(facts, field)) for field, reader in READ.items()}
    for field in PLAIN:
        values[field] = getattr(facts, field)
    return values
