"""Sign-up chains pasted from WeChat."""

import pytest

from app.people.imports.reading import open_sheets
from app.people.imports.rules.chains import is_chain, parts
from tests.making.roster_files import judged, number, numbers

A, B, C, D = numbers(4)
CHAIN = f"""#接龙
挖掘机培训报名，请按 姓名+身份证+电话 接龙
例 张三 身份证号 电话

1. 王小花 {A} 13800000001
2、李小花，13800000002，{B}
3 {C} 陈小花 湄江村
4）赵小花
身份证：{D[:6]} {D[6:14]} {D[14:]}
电话：138-0000-0004

5. 刘小花 13800000005
"""


def test_a_chain_is_read_whatever_the_order_of_its_parts() -> None:
    found = judged(CHAIN.encode(), default_village="430681107225")
    assert {row: one.outcome for row, one in found.items()} == {5: "ok", 6: "ok", 7: "ok", 8: "ok", 12: "error"}
    drafts = [one.draft for one in found.values() if one.draft is not None]
    assert [(draft.name, draft.number.number, draft.phone) for draft in drafts] == [
        ("王小花", A, "13800000001"),
        ("李小花", B, "13800000002"),
        ("陈小花", C, ""),
        ("赵小花", D, "13800000004"),
    ]
    assert found[12].fields == ["id_number"]


def test_a_chain_without_a_village_needs_one_for_everybody() -> None:
    assert judged(CHAIN.encode())[5].fields == ["village"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"王小花{A}13800000001", ["王小花", A, "13800000001"]),
        (f"13800000001{A}王小花", ["王小花", A, "13800000001"]),
        (f"王小花 女 {A}", ["王小花", A, None]),
        (f"姓名：王小花 身份证号：{A} 手机：13800000001", ["王小花", A, "13800000001"]),
        (f"13800000001 {A} 王小花", ["王小花", A, "13800000001"]),
        (f"王小花/{A}/138 0000 0001", ["王小花", A, "138 0000 0001"]),
        ("王小花 43068119800115000x", ["王小花", "43068119800115000x", None]),
        ("阿依古丽·买买提 13800000001", ["阿依古丽·买买提", None, "13800000001"]),
        (f"王小花 {A[:17]} 13800000001", ["王小花", A[:17], "13800000001"]),
    ],
)
def test_the_parts_of_an_entry_are_told_apart(text: str, wanted: list[str | None]) -> None:
    assert parts(text)[:3] == wanted


def test_a_place_in_an_entry_is_taken_as_the_village() -> None:
    assert parts(f"王小花 {A} 弼时镇湄江村")[4] == "弼时镇湄江村"


def test_numbered_lines_without_a_mark_are_a_chain_and_a_table_is_none() -> None:
    assert is_chain(f"1. 王小花 {number()}\n2. 李小花 13800000002\n")
    assert not is_chain(f"序号,姓名,身份证号码,电话,村\n1,王小花,{number()},,湄江村\n2,李小花,,,湄江村\n")
    assert open_sheets(CHAIN.encode()).kind == "chain"
