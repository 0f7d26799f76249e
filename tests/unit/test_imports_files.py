"""Files as people make them: where the heading stands, what the sheet is, what the file really is."""

import csv
import io
import zipfile
from datetime import date

import openpyxl
import pytest

from app.kernel.errors import DomainError
from app.people.imports.reading import open_sheets
from app.people.imports.rules.headers import field_of
from app.people.imports.rules.kinds import Fault, Field
from tests.making.roster_files import DATA, HEAD, TODAY, judged, number, numbers, saved, workbook

GOOD = ("王小花", "女", number(), "13800000000", "弼时镇湄江村")


def test_the_messy_roster_comes_out_exactly_as_expected() -> None:
    found = judged((DATA / "roster_messy.xlsx").read_bytes())
    with (DATA / "roster_messy_expected.csv").open(encoding="utf-8-sig", newline="") as text:
        expected = list(csv.DictReader(text))
    assert date(2026, 1, 1) < TODAY
    assert [int(row["row"]) for row in expected] == list(found)
    for row in expected:
        one = found[int(row["row"])]
        wanted = [row["field_or_rule"]] if row["field_or_rule"] else []
        told = one.number if one.outcome in ("ok", "ineligible") else ""
        assert (one.outcome, one.fields, told) == (row["expected"], wanted, row["id_number"]), row


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓 名", "name"),
        ("*姓名", "name"),
        ("姓\n名", "name"),
        ("学员姓名（必填）", "name"),
        ("身份证号码", "id_number"),
        ("证件号码", "id_number"),
        ("身份证", "id_number"),
        ("身份证号（18位）", "id_number"),
        ("公民身份号码", "id_number"),
        ("联系电话", "phone"),
        ("手机号", "phone"),
        ("手 机", "phone"),
        ("联系方式:", "phone"),
        ("电话/手机", "phone"),
        ("村（社区）", "village"),
        ("所在村/社区", "village"),
        ("村居", "village"),
        ("乡镇（街道）", "town"),
        ("县市区", "county"),
        ("家庭住址", "address"),
        ("户籍地址", "address"),
        ("性别（男/女）", "sex"),
        ("文化\n程度", "education"),
        ("民 族", "ethnic_group"),
        ("户主姓名", None),
        ("监护人身份证号", None),
        ("紧急联系人电话", None),
        ("备注", None),
        ("序号", None),
        ("证书编号", None),
        ("ＩＤ身份证号", "id_number"),
        ("本人手机号码", "phone"),
        ("姓名\u200b", "name"),
    ],
)
def test_headings_are_known_by_many_names(heading: str, field: str | None) -> None:
    assert field_of(heading) == (Field(field) if field else None)


@pytest.mark.parametrize("above", range(15))
def test_the_heading_is_found_in_any_of_the_first_rows(above: int) -> None:
    titles = [("汨罗市职业技能培训学员花名册",), ("培训机构：", "", "班次："), ()]
    rows = [titles[n % 3] for n in range(above)]
    found = judged(workbook(*rows, HEAD, GOOD))
    assert found[above + 2].outcome == "ok"


def test_two_heading_rows_with_merged_groups_are_read_together() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (
        ("花名册",),
        ("序号", "基本情况", None, None, "联系", None),
        (None, "姓名", "身份证\n号码", "性别", "电话", "家庭住址"),
        (1, "王小花", number(), "女", "13800000000", "弼时镇湄江村"),
    ):
        page.append(row)
    page.merge_cells("A1:F1")
    page.merge_cells("B2:D2")
    page.merge_cells("E2:F2")
    page.merge_cells("A2:A3")
    found = judged(saved(book))
    assert (list(found), found[4].outcome) == ([4], "ok")


def test_a_heading_split_over_two_rows_is_put_together() -> None:
    upper, lower = ("姓名", "身份证", "联系", "家庭"), (None, "号码", "电话", "住址")
    found = judged(workbook(upper, lower, ("王小花", number(), "13800000000", "弼时镇湄江村")))
    assert found[3].outcome == "ok"


def test_other_sheets_and_hidden_ones_are_left_alone() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["填表说明", "姓名请用身份证上的"])
    old = book.create_sheet("去年的")
    old.append(HEAD)
    old.append(("李旧人", "女", number("19700101"), "", "弼时镇湄江村"))
    old.sheet_state = "hidden"
    page = book.create_sheet("名单")
    page.append(HEAD)
    page.append(GOOD)
    sheets = open_sheets(saved(book))
    assert sheets.roster()[0] == 2
    assert [row.number for row in judged(saved(book)).values()] == [GOOD[2]]


def test_hidden_columns_and_columns_in_any_order_are_read() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(("村", "电话", "备注", "证件号码", "姓名"))
    page.append(("弼时镇湄江村", 13800000000, "", number(), "王小花"))
    page.column_dimensions["D"].hidden = True
    assert judged(saved(book))[2].outcome == "ok"


def test_totals_blanks_notes_and_repeated_headings_are_passed_over() -> None:
    first, second = numbers(2)
    rows = (
        HEAD, ("王小花", "女", first, "", "弼时镇湄江村"), (), ("", " ", None, "", ""), HEAD,
        ("李小花", "女", second, "", "弼时镇湄江村"), ("合 计", "", "2人"), ("总计：2人",), ("小计", 2),
        ("填表人：张三", "", "审核人：李四"), ("备注：以上人员已核实",),
    )  # fmt: skip
    found = judged(workbook(*rows))
    assert {row: one.fields for row, one in found.items() if one.outcome == "skip"} == {
        3: ["blank row"], 4: ["blank row"], 5: ["heading row"], 7: ["total row"], 8: ["total row"], 9: ["total row"],
        10: ["note row"], 11: ["note row"],
    }  # fmt: skip
    assert [row for row, one in found.items() if one.outcome == "ok"] == [2, 6]


def test_rows_that_only_have_a_printed_number_are_blank() -> None:
    found = judged(workbook(("序号", *HEAD), (1, *GOOD), (2,), (3,), ("合计", "", "", 1)))
    assert [one.fields for one in found.values()] == [[], ["blank row"], ["blank row"], ["total row"]]


def test_the_second_row_with_a_number_is_refused_however_it_is_written() -> None:
    twin = ("王 小花", "F", f" {number()[:6]} {number()[6:]}", "", "湄江村")
    found = judged(workbook(HEAD, GOOD, twin))
    assert (found[2].outcome, found[3].faults[0]) == ("ok", ("id_number", Fault.TWICE, 2))


def test_two_people_may_share_a_phone() -> None:
    rows = [("王小花", "女", one, "13800000000", "弼时镇湄江村") for one in numbers(3)]
    assert all(one.outcome == "ok" for one in judged(workbook(HEAD, *rows)).values())


def test_a_merged_village_holds_for_all_its_rows() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(HEAD)
    for n, one in enumerate(numbers(3)):
        page.append(("王小花", "女", one, "", "弼时镇湄江村" if n == 0 else None))
    page.merge_cells("E2:E4")
    sheets = open_sheets(saved(book))
    assert sheets.spans(0) == {4: [(2, 4)]}


def test_of_two_columns_with_one_heading_the_filled_one_is_taken() -> None:
    rows = (
        ("姓名", "身份证号码", "联系电话", "联系电话", "村"),
        ("王小花", number(), "", "13800000000", "弼时镇湄江村"),
    )
    draft = judged(workbook(*rows))[2].draft
    assert draft is not None
    assert draft.phone == "13800000000"


def table(separator: str, *rows: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_tables_as_text_are_read_in_every_usual_form(separator: str, encoding: str) -> None:
    content = table(separator, ("花名册",), HEAD, GOOD).encode(encoding)
    assert judged(content)[3].outcome == "ok"


def test_rows_of_text_are_counted_as_the_spreadsheet_counts_them() -> None:
    content = f'花名册\n"姓\n名",身份证号码,村\n\n王小花,="{number()}",弼时镇湄江村\n'.encode()
    assert {row: one.outcome for row, one in judged(content).items()} == {3: "skip", 4: "ok"}


def test_an_old_workbook_is_read() -> None:
    found = judged((DATA / "roster_old.xls").read_bytes())
    assert {row: one.outcome for row, one in found.items()} == {3: "ok", 4: "ok", 5: "error", 6: "skip", 7: "skip"}
    assert found[5].faults == [("id_number", Fault.STORED_AS_NUMBER, None)]


def test_a_web_page_that_calls_itself_a_workbook_is_read() -> None:
    cells = "".join(f"<td style='mso-number-format:\"@\"'>{cell}</td>" for cell in GOOD)
    heads = "".join(f"<th>{word}</th>" for word in HEAD)
    rows = f"<tr><td colspan=5>花名册</td></tr><tr>{heads}</tr><tr>{cells}</tr>"
    page = f"<html><head><meta charset=utf-8></head><body><table>{rows}</table></body></html>"
    assert judged(page.encode())[3].outcome == "ok"


def test_an_xml_spreadsheet_is_read() -> None:
    def row(cells: tuple[str, ...]) -> str:
        return "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in cells) + "</Row>"

    text = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="一"><Table>'
        f"{row(HEAD)}{row(GOOD)}</Table></Worksheet></Workbook>"
    )
    assert judged(text.encode())[2].outcome == "ok"


def test_an_xml_spreadsheet_with_entities_is_refused() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aa">]><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">&a;</Workbook>'
    )
    with pytest.raises(DomainError):
        open_sheets(bomb.encode())


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, workbook(HEAD, GOOD)[:-200]],
    ids=["no zip", "no old workbook", "cut off"],
)
def test_a_damaged_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(DomainError, match="损坏"):
        open_sheets(content).roster()


def test_a_stray_cell_far_away_does_not_fill_the_memory() -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(HEAD)
    page.append(GOOD)
    page["XFD1048576"] = "x"
    with pytest.raises(DomainError, match="很远"):
        open_sheets(saved(book))


def test_a_renamed_picture_is_no_roster() -> None:
    with pytest.raises(DomainError):
        open_sheets(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def test_a_workbook_that_is_no_workbook_inside_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    with pytest.raises(DomainError):
        open_sheets(out.getvalue())
