import base64
import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from app.papers.checking import faults, notes
from app.papers.designs import DesignBroken, TooLong, designs
from app.papers.finishing import Finish
from app.papers.fonts import Fonts, convert
from app.papers.press import Fetcher
from app.papers.printing import CannotPrint, Printer, qr
from config import ROOT, Config
from tests.pdf_text import outline, pages_of, shapes_of

FOLDER = ROOT / "certificates"
FONTS = Config.from_environment().VAR / "fonts"
ROSTER = "序号 姓名 性别 民族 文化程度 身份证号码 工种 工作单位 联系电话 证书类型 原技术等级 培训等级 证书编号 家庭地址"
TIMETABLE = "日期 授课时间 培训内容 授课形式 授课教师"
NOTICE = "序号 培训机构 班级编号 工种 等级 培训起止 姓名 身份证 人员类别 补贴项目 金额"


@pytest.fixture(scope="module")
def press() -> Printer:
    return Printer(FOLDER, Fonts(FONTS, rare=(), kai=()))


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A copy of the designs that a test may spoil."""
    shutil.copytree(FOLDER, tmp_path / "certificates")
    return tmp_path / "certificates"


def sample(design: str, /, **more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((FOLDER / design / "sample.json").read_text())
    return facts | more


def printed(press: Printer, design: str, /, **more: Any) -> str:
    return "".join(pages_of(press.render(design, [sample(design, **more)])))


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("name", "pages", "words"),
    [
        (
            "completion",
            1,
            ["培训合格证书", "周禾苗", "430681********0006", "稻虾共作实用技术", "56标准学时", "此处盖章"],
        ),
        ("attendance-note", 1, ["技能体验参加证明", "柳春桃", "不是培训合格证书", "30分钟"]),
        ("roster", 2, ["培训学员花名册", "阿依古丽·买买提", "欧阳䶮", "合计40人"]),
        ("timetable", 1, ["课程表", "结业考核（理论、实操）", "合计56标准学时"]),
        ("attendance-sheet", 4, ["考勤表", "第2次课", "请假：家中老人住院", "430681********"]),
        (
            "filing-form",
            2,
            [
                "开班申请",
                "职业技能培训办班审核(备案)表",
                "四、教学资源(教材、数字课程等)",
                "定点",
                "定员",
                "定向",
                "定岗",
                "四定齐全，同意开班。",
            ],
        ),
        ("claim-sheet", 3, ["职业技能培训补贴申领表", "贰万柒仟捌佰元整", "27,800.00", "核减1人200元", "签批"]),
        ("notice", 2, ["补贴公示表", "5个工作日", "27,800.00"]),
        ("funds-request", 1, ["汨罗市财政局：", "65,810.50", "陆万伍仟捌佰壹拾元伍角整", "附件"]),
        ("class-poster", 1, ["插花花艺", "手机扫码报名", "13800000035"]),
    ],
)
def test_each_design_prints_its_sample(press: Printer, name: str, pages: int, words: list[str]) -> None:
    found = pages_of(press.render(name, [sample(name)], strict=True))
    assert len(found) == pages
    assert [word for word in words if word not in "".join(found)] == []


@pytest.mark.parametrize("name", [design.name for design in designs(FOLDER)])
def test_each_design_is_without_fault(press: Printer, name: str) -> None:
    assert faults(press, press.design(name)) == []


@pytest.mark.parametrize(
    ("name", "headings"), [("roster", ROSTER), ("timetable", TIMETABLE), ("notice", NOTICE)], ids=["F1a", "F2", "F9"]
)
def test_headings_stand_in_the_order_of_the_form(press: Printer, name: str, headings: str) -> None:
    assert headings.replace(" ", "") in pages_of(press.render(name, [sample(name)]))[0]


def test_a_long_table_goes_on_with_its_headings_and_page_numbers(press: Printer) -> None:
    facts = sample("roster")
    facts["rows"] *= 3
    pages = pages_of(press.render("roster", [facts]))
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert ROSTER.replace(" ", "") in page
        assert page.endswith(f"第{number}页共{len(pages)}页")


def test_the_same_facts_give_the_same_bytes(press: Printer) -> None:
    again = Printer(FOLDER, Fonts(FONTS, rare=(), kai=()))
    for name in ("completion", "claim-sheet"):
        assert press.render(name, [sample(name)]) == again.render(name, [sample(name)])


def test_a_paper_says_what_it_is_in_which_language_and_when(press: Printer) -> None:
    with pikepdf.open(io.BytesIO(press.render("completion", [sample("completion")]))) as document:
        assert document.docinfo["/Title"] == "培训合格证书 4306812025010100300176 周禾苗"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20250321")
        assert document.Root.Lang == "zh-CN"
        assert document.Root.MarkInfo.Marked
        assert [float(size) for size in document.pages[0].mediabox[2:]] == pytest.approx([841.89, 595.28], abs=0.01)
        assert all(
            "/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in document.pages[0].resources.Font.values()
        )


def test_the_code_has_words_for_those_who_cannot_see_it(press: Printer) -> None:
    with pikepdf.open(io.BytesIO(press.render("completion", [sample("completion")]))) as document:
        alts = {str(item.Alt) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item}
    assert alts == {"二维码：扫码查验证书 4306812025010100300176", "盖章处"}


def test_a_class_is_one_document_in_the_order_given(press: Printer) -> None:
    names = ["周禾苗", "阿依古丽·买买提", "欧阳䶮", "许清明"]
    pages = pages_of(press.render("completion", [sample("completion", name=name) for name in names]))
    assert [next(name for name in names if name in page) for page in pages] == names


def test_each_paper_of_many_counts_its_own_pages(press: Printer) -> None:
    pages = pages_of(press.render("roster", [sample("roster"), sample("roster")]))
    assert [page[-6:] for page in pages] == ["第1页共2页", "第2页共2页"] * 2


def test_fine_line_work_is_in_the_file_once(press: Printer) -> None:
    one = press.render("completion", [sample("completion")])
    ten = press.render("completion", [sample("completion")] * 10)
    with pikepdf.open(io.BytesIO(ten)) as document:
        drawings = {page.resources.XObject["/Underlay"].objgen for page in document.pages}
    assert len(drawings) == 1
    assert len(ten) < 2.5 * len(one)


def test_rare_characters_of_names_are_printed(press: Printer) -> None:
    assert "欧阳㛃𬱖䶮𠅤" in printed(press, "completion", name="欧阳㛃𬱖䶮𠅤")


@pytest.mark.parametrize(
    ("name", "more"),
    [("completion", {"name": "欧阳㛃𬱖䶮𠅤"}), ("roster", {"school": "𬱖䶮学校"}), ("class-poster", {})],
)
def test_every_shape_on_paper_is_that_of_the_character_it_stands_for(
    press: Printer, name: str, more: dict[str, str]
) -> None:
    pdf = press.render(name, [sample(name, **more)])
    shapes = list(shapes_of(pdf))
    for family, sources in press.fonts.families.items():
        here = {character: shape for font, character, shape in shapes if family.replace(" ", "-") in font}
        original = convert(sources[0].path, "original", frozenset(map(ord, here)))
        cmap = original.getBestCmap()
        assert {c for c, shape in here.items() if shape != outline(original, cmap[ord(c)])} == set()
    assert {character for _font, character, _shape in shapes} >= set("".join(pages_of(pdf)))


def test_a_character_no_font_has_is_named_and_nothing_is_printed(press: Printer) -> None:
    with pytest.raises(CannotPrint, match=r"“𠮷”（U\+20BB7）") as refused:
        press.render("completion", [sample("completion"), sample("completion", name="𠮷田")])
    assert refused.value.characters == ["𠮷"]


def test_what_people_typed_is_text_and_never_markup_or_template(press: Printer) -> None:
    name = "{{ 7 * 7 }}<b>禾</b>{% raw %}"
    assert name.replace(" ", "") in printed(press, "completion", name=name)


def test_a_paper_of_one_page_refuses_to_run_over(press: Printer) -> None:
    with pytest.raises(TooLong, match="一页放不下"):
        press.render("completion", [sample("completion", course="很长的培训项目名称" * 40)])


@pytest.mark.parametrize("name", ["filing-form", "claim-sheet", "notice", "funds-request"])
def test_example_rates_are_marked_and_real_ones_are_not(press: Printer, name: str) -> None:
    assert "示例标准" in printed(press, name, example_rates=True)
    assert "示例标准" not in printed(press, name, example_rates=False)


def test_a_specimen_says_so_on_every_page(press: Printer) -> None:
    assert all("样张" in page for page in pages_of(press.render("notice", [sample("notice", specimen=True)])))
    assert "样张" not in printed(press, "notice")


def test_a_seal_takes_the_place_of_the_ring(press: Printer) -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4" fill="#c00"/></svg>'
    )
    seal = "data:image/svg+xml;base64," + base64.b64encode(drawing).decode()
    assert "此处盖章" in printed(press, "completion")
    assert "此处盖章" not in printed(press, "completion", seal=seal)


def test_boxes_to_sign_are_drawn_for_the_steps_still_open(press: Printer) -> None:
    assert printed(press, "claim-sheet").count("签名（盖章）：") == 2
    assert printed(press, "claim-sheet", opinions=[]).count("签名（盖章）：") == 4


def test_papers_asked_for_at_once_all_come_out_right(press: Printer) -> None:
    names = [f"周禾{digit}" for digit in "一二三四五六"]
    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda name: printed(press, "completion", name=name), names))
    assert [name in text for name, text in zip(names, texts, strict=True)] == [True] * 6


def test_a_code_is_a_plain_picture() -> None:
    head, _, body = qr("https://sidan.example/verify/1").partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        f"{(FOLDER / 'completion').as_uri()}/../../config.py",
        f"{(FOLDER / 'completion').as_uri()}/%2e%2e/%2e%2e/config.py",
        f"{(FOLDER / 'notice').as_uri()}/style.css",
        "file://elsewhere/certificates/base/print.css",
        "http://127.0.0.1/x.png",
        "https://sidan.example/x.png",
        "ftp://sidan.example/x.png",
        "data:text/html,<b>x</b>",
        f"{(FOLDER / 'base').as_uri()}/no-such.svg",
    ],
)
def test_the_fetcher_gives_nothing_from_outside(address: str) -> None:
    fetcher = Fetcher([FOLDER / "completion", FOLDER / "base"])
    with pytest.raises(OSError, match=r"may not|No such file"):
        fetcher.fetch(address)


def test_the_fetcher_follows_no_link_out_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "design"
    folder.mkdir()
    (tmp_path / "secret.svg").write_text("<svg/>")
    (folder / "seal.svg").symlink_to(tmp_path / "secret.svg")
    with pytest.raises(PermissionError):
        Fetcher([folder]).fetch((folder / "seal.svg").as_uri())


def test_the_fetcher_serves_the_design_and_what_all_share() -> None:
    fetcher = Fetcher([FOLDER / "completion", FOLDER / "base"])
    response = fetcher.fetch(f"{(FOLDER / 'completion').as_uri()}/../base/seal-place.svg")
    assert response.content_type == "image/svg+xml"
    assert b"<svg" in response.read()


@pytest.mark.parametrize("address", ["no-such.svg", "../../config.py", "https://sidan.example/logo.png"])
def test_a_picture_that_is_not_there_or_not_ours_stops_the_paper(workshop: Path, address: str) -> None:
    spoil(workshop / "completion" / "template.html", "<header>", f'<header><img src="{address}" alt="标志">')
    with pytest.raises(DesignBroken, match="Error fetching"):
        Printer(workshop, Fonts(FONTS)).render("completion", [sample("completion")])


def test_a_missing_drawing_stops_the_paper(workshop: Path) -> None:
    (workshop / "completion" / "border.svg").unlink()
    with pytest.raises(DesignBroken, match=r"border\.svg"):
        Printer(workshop, Fonts(FONTS)).render("completion", [sample("completion")])


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("template.html", 'alt="{{ alt.qr }}"', 'alt=""', "has no alternative text"),
        ("template.html", "{{ number }}", "{{ nummer }}", "'nummer' is undefined"),
        ("template.html", "{{ number }}", "{{ number.__class__.__mro__ }}", "unsafe"),
        ("template.html", "{% endblock %}", "", "endblock"),
        ("template.html", "{% extends", '{% include "../../config.py" %}{% extends', "config.py"),
        ("style.css", "h1 {", "h1 { font-weight: bold;", "bold face"),
        ("style.css", "h1 {", "h1 { colour: red;", "unknown property"),
        ("sample.json", '"hours": 56,', "", "hours is missing"),
        ("sample.json", "周禾苗", "𠮷禾苗", "𠮷"),
        ("sample.json", "{", "[", "delimiter"),
    ],
)
def test_the_check_finds_a_spoiled_design(workshop: Path, file: str, old: str, new: str, fault: str) -> None:
    spoil(workshop / "completion" / file, old, new)
    press = Printer(workshop, Fonts(FONTS, rare=(), kai=()))
    found = faults(press, press.design("completion"))
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("style.css", ".school {", ".school { width: 20mm; white-space: nowrap;", "runs out of its box"),
        (
            "style.css",
            ".school {",
            ".school { position: absolute !important; left: 90mm; white-space: nowrap;",
            "off the page",
        ),
        ("style.css", ".text {", ".text { max-height: 12mm; min-height: 0 !important;", "runs out of its box"),
        ("style.css", ".date {", ".date { margin-top: -9mm;", "lies upon"),
        (
            "style.css",
            ".check figcaption {",
            ".check figcaption { position: absolute; top: 2mm; left: -20mm;",
            "upon a code",
        ),
        ("style.css", "h1 {", 'h1::after { content: "\\10fffd"; } h1 {', "U+10FFFD"),
        ("template.html", "<header>", '<header><img src="border.svg">', "border.svg has no alternative text"),
        ("border.svg", "</svg>", "<text>印</text></svg>", "border.svg holds letters"),
    ],
)
def test_the_check_sees_what_only_the_layout_shows(workshop: Path, file: str, old: str, new: str, fault: str) -> None:
    spoil(workshop / "completion" / file, old, new)
    press = Printer(workshop, Fonts(FONTS, rare=(), kai=()))
    assert any(fault in one for one in faults(press, press.design("completion")))


def test_the_check_tries_long_names_too(workshop: Path) -> None:
    spoil(workshop / "completion" / "template.html", '{{ " long" if school|length > 20 }}', "")
    spoil(workshop / "completion" / "style.css", ".issuer {", ".issuer p { white-space: nowrap; } .issuer {")
    press = Printer(workshop, Fonts(FONTS, rare=(), kai=()))
    found = faults(press, press.design("completion"))
    assert found
    assert all(fault.startswith("long: ") for fault in found)


def test_a_character_this_machine_lacks_is_a_note_with_the_font_that_helps() -> None:
    press = Printer(FOLDER, Fonts(FONTS, rare=(), kai=()))
    assert faults(press, press.design("completion")) == []
    told = notes(press, press.design("completion"))
    assert len(told) == 1
    assert "“𠮷” (U+20BB7); fonts-" in told[0]


@pytest.mark.parametrize("name", ["𠅤 田", "田 䶮"])
def test_a_space_beside_a_rare_character_is_set(name: str) -> None:
    press = Printer(FOLDER, Fonts(FONTS, rare=(), kai=()))
    press.render("completion", [sample("completion", name=name)], strict=True)


def test_crop_marks_add_a_bleed_and_leave_the_page_as_it_was(press: Printer) -> None:
    plain = press.render("completion", [sample("completion")])
    marked = press.render("completion", [sample("completion")], finish=Finish(marks=True))
    with pikepdf.open(io.BytesIO(plain)) as one, pikepdf.open(io.BytesIO(marked)) as other:
        size, trim, media = (
            [float(side) for side in box]
            for box in (one.pages[0].mediabox, other.pages[0].trimbox, other.pages[0].mediabox)
        )
    assert trim[2] - trim[0] == pytest.approx(size[2], abs=0.1)
    assert media[2] - media[0] > trim[2] - trim[0] + 2 * 8


def test_on_both_sides_each_paper_begins_on_a_new_sheet_and_margins_change_sides(press: Printer) -> None:
    facts = [sample("timetable"), sample("timetable")]
    pdf = press.render("timetable", facts, finish=Finish(duplex=True))
    pages = pages_of(pdf)
    assert len(pages) == 4
    assert [bool(page.strip()) for page in pages] == [True, False, True, False]
    assert len(pages_of(press.render("timetable", facts))) == 2
