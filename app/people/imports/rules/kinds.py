"""What can be read from a roster, and what can come of a row. Pure."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

Cell: TypeAlias = str | float | int | bool | date | datetime | time | timedelta | None


class Field(StrEnum):
    """What a column of a roster may hold; the names that reports use."""

    NAME = "name"
    ID_NUMBER = "id_number"
    SEX = "sex"
    PHONE = "phone"
    VILLAGE = "village"
    TOWN = "town"
    COUNTY = "county"
    ADDRESS = "address"
    ETHNIC_GROUP = "ethnic_group"
    EDUCATION = "education"
    WORK_STATUS = "work_status"
    EMPLOYER = "employer"
    PAYEE_ACCOUNT = "payee_account"
    PAYEE_BANK = "payee_bank"


PLACES = (Field.COUNTY, Field.TOWN, Field.VILLAGE, Field.ADDRESS)
"""Fields that say where a person lives."""
YOUNG = "R01"
"""The one rule of eligibility that an import judges."""


class Outcome(StrEnum):
    """What comes of a row."""

    OK = "ok"
    ERROR = "error"
    INELIGIBLE = "ineligible"
    SKIP = "skip"


class Skip(StrEnum):
    """Why a row is no person's, as reports say it."""

    BLANK = "blank row"
    TOTAL = "total row"
    HEADING = "heading row"
    NOTE = "note row"


class Fault(StrEnum):
    """What is wrong with a value."""

    NO_NAME = "no_name"
    NAME = "name"
    NAME_LENGTH = "name_length"
    NO_NUMBER = "no_number"
    STORED_AS_NUMBER = "stored_as_number"
    STORED_AS_DATE = "stored_as_date"
    FIFTEEN = "fifteen"
    LENGTH = "length"
    CHARACTERS = "characters"
    AREA = "area"
    DATE = "date"
    FUTURE = "future"
    SEQUENCE = "sequence"
    CHECK = "check"
    TWICE = "twice"
    OTHER_NAME = "other_name"
    ELSEWHERE = "elsewhere"
    SEX = "sex"
    PHONE = "phone"
    PHONE_ROUNDED = "phone_rounded"
    TWO_PHONES = "two_phones"
    NO_VILLAGE = "no_village"
    UNKNOWN_VILLAGE = "unknown_village"
    WHICH_VILLAGE = "which_village"
    OUTSIDE = "outside"
    ACCOUNT = "account"
    ACCOUNT_NUMBER = "account_number"
    YOUNG = "young"


class Mend(StrEnum):
    """What was repaired, or is worth a look."""

    SPACES = "spaces"
    FULL_WIDTH = "full_width"
    LOWER_X = "lower_x"
    APOSTROPHE = "apostrophe"
    TRAILING_ZERO = "trailing_zero"
    SIGNS = "signs"
    NAME_SPACES = "name_spaces"
    NAME_DOT = "name_dot"
    NAME_SIGNS = "name_signs"
    PHONE_NUMBER = "phone_number"
    PHONE_SIGNS = "phone_signs"
    NO_PHONE = "no_phone"
    ONE_HERE = "one_here"
    VILLAGE_KIND = "village_kind"
    DEFAULT_VILLAGE = "default_village"
    ETHNIC_GROUP = "ethnic_group"
    EDUCATION = "education"
    WORK_STATUS = "work_status"
    SEX_UNREAD = "sex_unread"
    KNOWN = "known"
