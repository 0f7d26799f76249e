"""Identity numbers, names, phones, ages and pinyin."""

import csv
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people import pinyin
from app.people.rules import (
    BadIdNumber,
    BadName,
    BadPhone,
    IdFault,
    IdKind,
    Sex,
    age_on,
    check_character,
    clean_name,
    clean_phone,
    normalize_id_number,
    parse_id_number,
)

TODAY = date(2026, 11, 22)
CELLS = (Path(__file__).parent / "data" / "roster_cells.csv").read_text(encoding="utf-8")
ROSTER = list(csv.DictReader(CELLS.splitlines()))


def number(birth: str = "19800229", sequence: str = "001", area: str = "430681") -> str:
    first = f"{area}{birth}{sequence}"
    return first + check_character(first)


def fault_of(text: str, *, allow_synthetic: bool = True) -> IdFault:
    with pytest.raises(BadIdNumber) as caught:
        parse_id_number(text, today=TODAY, allow_synthetic=allow_synthetic)
    assert caught.value.field == "id_number"
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("row", ROSTER, ids=[row["row"] for row in ROSTER])
def test_every_row_of_the_sample_roster_is_read_as_the_owner_expects(row: dict[str, str]) -> None:
    faults = set()
    found = None
    try:
        found = parse_id_number(row["id_number"], today=TODAY, allow_synthetic=True)
    except BadIdNumber:
        faults.add("id_number")
    if found and found.sex is not {"男": Sex.MALE, "女": Sex.FEMALE}[row["sex"]]:
        faults.add("sex")
    for field, clean, bad in (("name", clean_name, BadName), ("phone", clean_phone, BadPhone)):
        try:
            clean(row[field]) if row[field] or field == "name" else None
        except bad:
            faults.add(field)
    if found and age_on(found.birth_on, TODAY) < 16:
        faults.add("R01")
    repeats = [
        other for other in ROSTER if normalize_id_number(other["id_number"]) == normalize_id_number(row["id_number"])
    ]
    if repeats.index(row):
        faults.add("id_number")
    village = {row["field"]} & {"village"}
    assert faults | village == ({row["field"]} if row["field"] else set())
    assert not row["repaired"] or (found is not None and found.number == row["repaired"])


def test_a_right_number_tells_birth_date_and_sex() -> None:
    found = parse_id_number(number("19800229", "123"), today=TODAY)
    assert (found.birth_on, found.sex) == (date(1980, 2, 29), Sex.MALE)
    assert parse_id_number(number(sequence="124"), today=TODAY).sex is Sex.FEMALE


def test_the_check_character_may_be_x_and_a_lower_case_x_is_mended() -> None:
    with_x = next(n for n in (number(sequence=f"{i:03}") for i in range(1, 99)) if n.endswith("X"))
    assert parse_id_number(with_x.lower(), today=TODAY).number == with_x


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", IdFault.EMPTY),
        ("   ", IdFault.EMPTY),
        ("4306811980", IdFault.LENGTH),
        (number() + "1", IdFault.CHARACTERS if number().endswith("X") else IdFault.LENGTH),
        ("43068119800229O011", IdFault.CHARACTERS),
        (number("19800230"), IdFault.DATE),
        (number("19810229"), IdFault.DATE),
        (number("18991231"), IdFault.DATE),
        (number("20261123"), IdFault.FUTURE),
        (number(area="990000"), IdFault.AREA),
    ],
)
def test_a_wrong_number_says_what_is_wrong(text: str, fault: IdFault) -> None:
    assert fault_of(text) is fault


def test_a_person_born_today_is_taken() -> None:
    assert parse_id_number(number("20261122"), today=TODAY).birth_on == TODAY


def test_sequence_000_marks_invented_people_and_is_taken_only_where_allowed() -> None:
    invented = number(sequence="000")
    assert fault_of(invented, allow_synthetic=False) is IdFault.SEQUENCE
    assert parse_id_number(invented, today=TODAY, allow_synthetic=True).number == invented


def test_residence_permits_of_hong_kong_macau_and_taiwan_are_taken() -> None:
    for area in ("810000", "820000", "830000"):
        assert parse_id_number(number(area=area), today=TODAY).number.startswith(area)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(1, 999))
def test_any_number_with_its_own_check_character_is_taken(born: date, sequence: int) -> None:
    made = number(f"{born:%Y%m%d}", f"{sequence:03}")
    found = parse_id_number(f" '{made.lower()} ", today=TODAY)
    assert (found.number, found.birth_on) == (made, born)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(1, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(born: date, sequence: int, place: int, shift: int) -> None:
    made = number(f"{born:%Y%m%d}", f"{sequence:03}")
    digit = "0123456789X".index(made[place])
    wrong = made[:place] + str((digit + shift) % 10) + made[place + 1 :]
    if wrong != made:
        fault_of(wrong)


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers(text: str) -> None:
    with suppress(BadIdNumber):
        assert len(parse_id_number(text, today=TODAY).number) == 18
    with suppress(BadName):
        assert clean_name(clean_name(text)) == clean_name(text)
    with suppress(BadPhone):
        assert len(clean_phone(text)) == 11


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("张三", "张三"),
        (" 魏\u3000静建 ", "魏静建"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("钱㛃", "钱㛃"),
        ("叶䶮", "叶䶮"),
        ("𠮷田", "𠮷田"),
        ("O'Neil  Mary-Ann", "O'Neil Mary-Ann"),
    ],
)
def test_a_name_is_mended_where_that_is_certain(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", " ", "张", "张3", "张三(女)", "张三a", "·张三", "张··三", "三" * 41, "13800000000"]
)
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(BadName):
        clean_name(typed)


@pytest.mark.parametrize("typed", ["13800000000", "138 0000 0000", "138-0000-0000", "+86 13800000000", "1３800000000"])
def test_a_phone_is_mended_where_that_is_certain(typed: str) -> None:
    assert clean_phone(typed) == "13800000000"


@pytest.mark.parametrize("typed", ["", "1380000000", "138000000000", "12800000000", "0730-8888888", "1.38E10"])
def test_what_is_no_mobile_phone_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        clean_phone(typed)


def test_age_counts_whole_years() -> None:
    assert age_on(date(2010, 11, 23), TODAY) == 15
    assert age_on(date(2010, 11, 22), TODAY) == 16
    assert age_on(date(2008, 2, 29), date(2024, 2, 28)) == 15


@pytest.mark.parametrize(
    ("name", "key", "initials"),
    [
        ("张三", "zhang san", "zs"),
        ("曾国强", "zeng guo qiang", "zgq"),
        ("单雄信", "shan xiong xin", "sxx"),
        ("解放", "xie fang", "xf"),
        ("仇英", "qiu ying", "qy"),
        ("区寄", "ou ji", "oj"),
        ("查良镛", "zha liang yong", "zly"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("任重", "ren zhong", "rz"),
        ("乐毅", "yue yi", "yy"),
        ("吕梁", "lv liang", "ll"),
        ("阿依古丽·买买提", "a yi gu li mai mai ti", "ayglmmt"),
        ("Mary Ann", "mary ann", "ma"),
    ],
)
def test_names_sort_and_are_found_by_pinyin_with_surnames_read_as_surnames(name: str, key: str, initials: str) -> None:
    assert pinyin.pinyin_key(name) == key
    assert pinyin.initials(name) == initials


@pytest.mark.parametrize(
    ("area", "kind"),
    [
        ("430681", IdKind.CITIZEN),
        ("430699", IdKind.CITIZEN),
        ("810000", IdKind.HONG_KONG_MACAU),
        ("820000", IdKind.HONG_KONG_MACAU),
        ("830000", IdKind.TAIWAN),
        ("911100", IdKind.FOREIGN),
    ],
)
def test_a_number_says_which_document_carries_it(area: str, kind: IdKind) -> None:
    assert parse_id_number(number(area=area), today=TODAY).kind is kind
