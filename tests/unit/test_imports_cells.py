"""Cells as people fill them: repaired where certain, refused where not."""

from datetime import date
from typing import Any

import pytest

from app.people.imports.rules.kinds import Fault, Mend
from tests.making.roster_files import number, one

X = number("19960322", "000", "430602")
assert X.endswith("X")


def faults(**cells: Any) -> list[tuple[str, str]]:
    return [(name, what) for name, what, _more in one(**cells).faults]


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        (X.lower(), Mend.LOWER_X),
        (f"'{X}", Mend.APOSTROPHE),
        (f"‘{X}", Mend.APOSTROPHE),
        (f" {X[:6]} {X[6:14]} {X[14:]} ", Mend.SPACES),
        (f"{X[:6]}\u3000{X[6:14]}\n{X[14:]}", Mend.SPACES),
        (f"\u200b{X}\ufeff", Mend.SIGNS),
        (f"{X[:6]}-{X[6:14]}-{X[14:]}", Mend.SIGNS),
        (f"身份证：{X}", Mend.SIGNS),
        (X[:17] + "х", Mend.LOWER_X),
        (X.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}), Mend.FULL_WIDTH),
    ],
)
def test_what_is_certain_in_a_number_is_repaired_and_said(written: str, mend: Mend) -> None:
    found = one(身份证号码=written)
    assert (found.outcome, found.number) == ("ok", X)
    assert ("id_number", mend) in found.mends


def test_a_whole_number_with_a_trailing_fraction_is_taken_only_where_no_digit_was_lost() -> None:
    whole = number("19800115")
    assert one(身份证号码=f"{whole}.0").number == whole
    rounded = next(str(n) for n in range(int(whole) // 64 * 64, int(whole), 64)) if int(whole) % 64 else whole
    assert faults(身份证号码=f"{rounded}.0") == [("id_number", Fault.STORED_AS_NUMBER)]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (4.3068219810518e17, Fault.STORED_AS_NUMBER),
        (430681198001150000, Fault.STORED_AS_NUMBER),
        ("4.30681E+17", Fault.STORED_AS_NUMBER),
        (date(1980, 1, 15), Fault.STORED_AS_DATE),
        (number()[:17] + ("1" if number()[17] != "1" else "2"), Fault.CHECK),
        ("430681199902310000", Fault.DATE),
        ("430681209901010000", Fault.FUTURE),
        (number()[:17], Fault.LENGTH),
        ("430681800115001", Fault.FIFTEEN),
        (number()[:17] + "O", Fault.CHARACTERS),
        ("99" + number()[2:], Fault.AREA),
        (None, Fault.NO_NUMBER),
        ("无", Fault.NO_NUMBER),
    ],
)
def test_what_is_not_certain_in_a_number_is_refused(written: Any, fault: Fault) -> None:
    assert ("id_number", fault) in faults(身份证号码=written)


@pytest.mark.parametrize(
    ("written", "name", "mend"),
    [
        ("王 小 花", "王小花", Mend.NAME_SPACES),
        ("王\u3000花", "王花", Mend.NAME_SPACES),
        ("阿依古丽•买买提", "阿依古丽·买买提", Mend.NAME_DOT),
        ("阿依古丽．买买提", "阿依古丽·买买提", Mend.NAME_DOT),
        ("阿依古丽・买买提", "阿依古丽·买买提", Mend.NAME_DOT),
        ("王小\u200b花", "王小花", Mend.NAME_SIGNS),
        ("'王小花", "王小花", Mend.NAME_SIGNS),
        ("叶䶮", "叶䶮", None),
        ("𠮷田花", "𠮷田花", None),
    ],
)
def test_a_name_is_written_as_the_card_writes_it(written: str, name: str, mend: Mend | None) -> None:
    found = one(姓名=written)
    assert found.draft is not None
    assert found.draft.name == name
    assert mend is None or ("name", mend) in found.mends


@pytest.mark.parametrize("written", [None, "", "  ", "\u200b", "王", "王小花2", "王小花（女）", 12345, "-"])
def test_what_is_no_name_is_refused(written: Any) -> None:
    assert [name for name, _what in faults(姓名=written)] == ["name"]


@pytest.mark.parametrize(
    "written",
    [13900000001, 13900000001.0, "1.3900000001E10", "13900000001.0", "139 0000 0001", "139-0000-0001", "+8613900000001",
     "８６13900000001", "'13900000001", "１３９００００００01", "\u202d13900000001\u202c", "13900000001\t"],
)  # fmt: skip
def test_a_phone_is_read_however_it_is_stored(written: Any) -> None:
    found = one(联系电话=written)
    assert found.draft is not None, found
    assert found.draft.phone == "13900000001"


@pytest.mark.parametrize("written", [None, "", "无", "-", "/", 0, "没有"])
def test_a_missing_phone_is_no_fault(written: Any) -> None:
    found = one(联系电话=written)
    assert found.draft is not None
    assert found.draft.phone == ""


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("130215810", Fault.PHONE),
        ("0730-5222222", Fault.PHONE),
        ("1.39E+10", Fault.PHONE_ROUNDED),
        ("13900000001/13900000002", Fault.TWO_PHONES),
        (date(2020, 1, 1), Fault.PHONE),
        (130215810, Fault.PHONE),
        ("23900000001", Fault.PHONE),
    ],
)
def test_a_phone_that_cannot_be_right_is_refused(written: Any, fault: Fault) -> None:
    assert faults(联系电话=written) == [("phone", fault)]


@pytest.mark.parametrize("written", ["女", "女性", "F", "f", "2", 2, 2.0, "2.女", "女 ", "", None, "未说明", 0])
def test_sex_is_read_in_every_usual_writing(written: Any) -> None:
    assert one(性别=written).outcome == "ok"


@pytest.mark.parametrize("written", ["男", "M", "1", 1, "男性", "1.男"])
def test_sex_against_the_number_is_refused(written: Any) -> None:
    assert faults(性别=written) == [("sex", Fault.SEX)]


def test_every_field_at_fault_is_named_at_once() -> None:
    found = one(姓名=None, 性别="男", 联系电话="123", 村="桃花源镇不存在村")
    assert (found.outcome, found.fields) == ("error", ["name", "sex", "phone", "village"])


def test_who_is_too_young_is_no_error_but_may_not_come_in() -> None:
    found = one(身份证号码=number("20150101"))
    assert (found.outcome, found.fields, found.draft) == ("ineligible", ["R01"], None)


def test_words_for_schooling_and_peoples_are_understood() -> None:
    draft = one(民族="汉", 文化程度="初中毕业", 就业状态="在广东务工").draft
    assert draft is not None
    assert (draft.ethnic_group, draft.education, draft.work_status) == ("汉族", "junior", "away")
    assert one(文化程度="好").mends == [("education", Mend.EDUCATION)]


def test_an_account_that_was_stored_as_a_number_is_refused() -> None:
    assert faults(银行卡号=6.222e18) == [("payee_account", Fault.ACCOUNT_NUMBER)]
    draft = one(银行卡号="6222 0000 0000 0000 001").draft
    assert draft is not None
    assert draft.payee_account == "6222000000000000001"
