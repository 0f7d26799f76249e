"""The indexes that searching the register stands on: each holds all that a search asks, so that no row is fetched.

A narrow area (a few villages) is read whole in `ix_people_place`; a wide one by the words, in the order of the index,
as far as the answer needs. Two rows that are one person are searched once: hence `merged_into_id`.
"""

from typing import Any

from sqlalchemy import Index, text

STANDING = "merged_into_id IS NULL"


def _words(name: str, first: Any, *held: str, where: str = STANDING) -> Index:
    return Index(name, first, "id", postgresql_include=["region_code", "pinyin", *held], postgresql_where=text(where))


SEARCHED = (
    Index(
        "ix_people_place",
        "region_code",
        "pinyin",
        "id",
        postgresql_include=["name", "initials", "merged_into_id", "work_status", "wish_trade", "household_id"],
    ),
    Index(
        "ix_people_work",
        "work_status",
        "region_code",
        "id",
        postgresql_include=[
            "merged_into_id",
            "exclusion",
            "willing",
            "ability",
            "unemployed_since_on",
            "work_since_on",
            "created_at",
        ],
    ),
    Index("ix_people_pinyin", "pinyin", "id", postgresql_include=["region_code"], postgresql_where=text(STANDING)),
    Index(
        "ix_people_last_four", "last_four_index", "pinyin", "id", postgresql_include=["region_code", "merged_into_id"]
    ),
    _words("ix_people_initials", "initials"),
    _words("ix_people_letters", text("replace(pinyin, ' ', '')")),
    _words("ix_people_name", "name"),
    _words("ix_people_given", text("substr(name, 2)"), "name"),
    _words("ix_people_given_second", text("substr(name, 3)"), "name"),
    _words("ix_people_given_third", text("substr(name, 4)"), "name", where=f"{STANDING} AND length(name) > 3"),
    Index(
        "ix_people_long_name",
        "id",
        postgresql_include=["region_code", "pinyin", "name"],
        postgresql_where=text(f"{STANDING} AND length(name) > 4"),
    ),
)
