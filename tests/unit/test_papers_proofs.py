"""Certificates as files that prove themselves: their structure, what is attached, what they look like, their size."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from flask import Flask
from PIL import Image

from app.papers.archival import unsigned
from app.papers.designs import TooLong
from app.papers.service import proof, proofs
from tests.making.proving import attached_in, canonical, desk, person, sample

NAMES = ["周禾苗", "王小明", "李建国", "欧阳若兰", "吴桐", "赵敏", "㛃", "阿依古丽·买买提", "𬱖兰", "黄磊"]
CLASS = [person(number, name) for number, name in enumerate(NAMES)]
LARGEST = 45 * 1024


@pytest.fixture(scope="module", autouse=True)
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with desk(tmp_path_factory.mktemp("var")) as app:
        yield app


@pytest.fixture(scope="module")
def signed(office: Flask) -> list[bytes]:
    assert office
    return list(proofs("completion", CLASS))


def pixels(pdf: bytes, folder: Path, name: str) -> Image.Image:
    (folder / f"{name}.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "110", "-png", "-singlefile", f"{name}.pdf", name], cwd=folder, check=True)
    return Image.open(folder / f"{name}.png").convert("RGB")


def text(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return found.stdout.decode()


def test_a_file_has_the_structure_of_pdf_a_3_with_tags(signed: list[bytes]) -> None:
    for pdf in signed:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            root = document.Root
            with document.open_metadata() as about:
                assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
                assert about["dc:title"] == str(document.docinfo.Title)
                assert about["pdf:Producer"] == str(document.docinfo.Producer)
            assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
            assert int(root.OutputIntents[0].DestOutputProfile.N) == 3
            assert bool(root.MarkInfo.Marked)
            assert str(root.Lang) == "zh-CN"
            assert root.StructTreeRoot.K is not None
            (associated,) = root.AF
            assert str(associated.AFRelationship) == "/Data"
            assert str(associated.EF.F.Subtype) == "/application/json"
            assert not document.is_encrypted
            assert "/ID" in document.trailer


def test_every_font_is_embedded_and_nothing_acts(signed: list[bytes]) -> None:
    for pdf in signed:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            every = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
            fonts = [each for each in every if each.get("/Type") == "/Font" and "/DescendantFonts" in each]
            assert fonts
            for font in fonts:
                assert "/ToUnicode" in font
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
            assert [key for each in every for key in ("/JS", "/AA", "/OpenAction", "/Launch") if key in each] == []


def test_every_picture_is_told_in_words_and_the_words_are_those_of_this_paper(signed: list[bytes]) -> None:
    for (facts, _payload), pdf in zip(CLASS, signed, strict=True):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            every = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
            figures = [str(each.Alt) for each in every if each.get("/S") == "/Figure"]
        assert f"二维码：扫码查验证书 {facts['number']}" in figures
        assert all(figures)


def test_what_was_attached_comes_back_byte_for_byte(signed: list[bytes]) -> None:
    assert [attached_in(pdf) for pdf in signed] == [{"certificate.json": payload} for _facts, payload in CLASS]


def test_one_paper_alone_is_attached_under_the_name_asked_for() -> None:
    pdf = proof("completion", sample(), b'{"a":1}', name="facts.json")
    assert attached_in(pdf) == {"facts.json": b'{"a":1}'}


def test_papers_laid_out_together_look_as_each_alone(tmp_path: Path) -> None:
    together = list(unsigned("completion", CLASS))
    for number, facts in list(enumerate(CLASS))[::3]:
        (alone,) = unsigned("completion", [facts])
        assert text(together[number]) == text(alone)
        assert pixels(together[number], tmp_path, "a").tobytes() == pixels(alone, tmp_path, "b").tobytes()


def test_each_paper_says_its_own_name_number_and_marks(signed: list[bytes]) -> None:
    for (facts, _payload), pdf in zip(CLASS, signed, strict=True):
        found = "".join(text(pdf).split())
        assert [each for each in ("name", "number", "result") if "".join(facts[each].split()) not in found] == []


def test_the_code_is_read_off_the_pixels(signed: list[bytes], tmp_path: Path) -> None:
    for (facts, _payload), pdf in list(zip(CLASS, signed, strict=True))[::4]:
        (code,) = zxingcpp.read_barcodes(pixels(pdf, tmp_path, "c"))
        assert code.text == facts["verify_url"]


def test_a_file_is_small_before_it_is_signed() -> None:
    assert max(len(pdf) for pdf in unsigned("completion", CLASS[:6])) <= LARGEST


def test_the_same_facts_give_the_same_bytes_before_the_signature() -> None:
    assert list(unsigned("completion", CLASS[:4])) == list(unsigned("completion", CLASS[:4]))


def test_several_processes_make_the_same_files_in_the_same_order() -> None:
    found = list(proofs("completion", CLASS[:3], processes=2))
    assert [attached_in(pdf)["certificate.json"] for pdf in found] == [payload for _facts, payload in CLASS[:3]]


def test_what_a_process_cannot_make_is_told_as_if_there_were_one() -> None:
    long = sample(course="很长的课程名" * 300)
    with pytest.raises(TooLong):
        list(proofs("completion", [(long, canonical(long))], processes=2))


def test_a_paper_that_fails_lets_those_before_it_be() -> None:
    long = sample(course="很长的课程名" * 300)
    made = proofs("completion", [CLASS[0], CLASS[1], (long, canonical(long))])
    assert [attached_in(next(made))["certificate.json"] for _number in range(2)] == [CLASS[0][1], CLASS[1][1]]
    with pytest.raises(TooLong):
        next(made)
