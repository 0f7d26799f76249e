import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.designs import queries, service
from app.designs.queries import Owner
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, Refused
from app.papers import service as papers
from app.papers.pictures import PictureLost
from app.papers.printing import printer, render
from app.papers.store import FolderStore
from app.schools.models import School
from config import ROOT
from tests.makers import COUNTY, make_user
from tests.making.designs import SEAL_SVG, make_seal, seal_png
from tests.making.schools import make_school
from tests.pdf_text import pages_of

OTHER_COUNTY = "430624"
Session = Any


@pytest.fixture
def school(session: Session) -> School:  # noqa: ARG001  # its rows are rolled back with it
    return make_school(name="汨罗市青禾职业技术学校")


@pytest.fixture
def clerk(school: School) -> Actor:
    return make_user(Role.SCHOOL_CLERK, organization=school.organization).as_actor()


@pytest.fixture
def officer(session: Session) -> Actor:  # noqa: ARG001  # as above
    return make_user(Role.TRAINING_OFFICER).as_actor()


def county(by: Actor) -> Owner:
    return queries.owner_for(by)


def say(by: Actor, *, seen: int = 0, demanded: tuple[str, ...] = (), **texts: str) -> None:
    service.set_texts(queries.owner_for(by), printer().design("completion"), texts, seen=seen, demanded=demanded, by=by)


def sample(**more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((ROOT / "certificates/completion/sample.json").read_text())
    return facts | more


def test_the_nearest_word_holds_and_the_design_speaks_where_nobody_does(
    school: School, clerk: Actor, officer: Actor
) -> None:
    province = make_user(Role.TRAINING_OFFICER, area=("430000",)).as_actor()
    say(province, heading="职业培训合格证书", remark="全省通用")
    say(officer, heading="汨罗市培训合格证书")
    say(clerk, motto="办学许可证 4306814000001")
    found = queries.words_for("completion", school.region_code, school.id)
    assert found == {"heading": "汨罗市培训合格证书", "remark": "全省通用", "motto": "办学许可证 4306814000001"}
    assert queries.words_for("completion", OTHER_COUNTY) == {"heading": "职业培训合格证书", "remark": "全省通用"}


def test_a_school_sets_only_what_is_its_to_set(clerk: Actor) -> None:
    say(clerk, heading="自己的证书", motto="一行字", demanded=("seal",))
    row = queries.texts_of(queries.owner_for(clerk), "completion")[0]
    assert (row.texts, row.demanded) == ({"motto": "一行字"}, [])


def test_words_too_long_or_not_printable_are_refused_on_their_field(officer: Actor) -> None:
    with pytest.raises(DomainError, match="最多 12 个字") as long:
        say(officer, heading="很" * 13)
    with pytest.raises(DomainError, match=r"U\+10FFFD") as rare:
        say(officer, remark="\U0010fffd")
    assert (long.value.field, rare.value.field) == ("heading", "remark")


def test_who_looked_at_an_older_version_is_told_and_history_stays(officer: Actor, session: Session) -> None:
    say(officer, heading="甲证书")
    with pytest.raises(Conflict):
        say(officer, heading="乙证书")
    say(officer, heading="乙证书", seen=1)
    assert [row.texts["heading"] for row in queries.texts_of(county(officer), "completion")] == ["乙证书", "甲证书"]
    with pytest.raises(IntegrityError, match="stays written down"), session.begin_nested():
        session.execute(text("UPDATE print_texts SET texts = '{}'"))


def test_nobody_sets_the_words_of_another_place(officer: Actor, school: School, clerk: Actor) -> None:
    with pytest.raises(Forbidden):
        service.set_seal(Owner("", school_id=school.id), io.BytesIO(seal_png()), "章", seen=0, by=officer)
    with pytest.raises(Forbidden):
        service.set_texts(Owner("", region_code=COUNTY), printer().design("completion"), {}, seen=0, by=clerk)


def test_a_demanded_seal_that_is_missing_stops_the_paper_by_name(school: School, clerk: Actor, officer: Actor) -> None:
    def refuse() -> None:
        service.refuse_incomplete("completion", region_code=school.region_code, school_id=school.id)

    refuse()
    say(officer, demanded=("seal", "authority_seal"))
    with pytest.raises(Refused, match=r"还缺：主管部门的印章.*培训机构的印章"):
        refuse()
    make_seal(school.organization, by=clerk)
    with pytest.raises(Refused, match="主管部门") as refused:
        refuse()
    assert "培训机构的印章" not in str(refused.value)
    service.set_seal(county(officer), io.BytesIO(SEAL_SVG), "汨罗市人社局", seen=0, by=officer)
    refuse()
    service.withdraw_seal(queries.owner_for(clerk), seen=1, by=clerk)
    with pytest.raises(Refused, match="培训机构的印章"):
        refuse()


def test_frozen_facts_name_the_seal_by_hash_and_keep_it_when_it_changes(school: School, clerk: Actor) -> None:
    make_seal(school.organization, by=clerk)
    before = queries.words_for("completion", school.region_code, school.id)
    assert before["seal"].startswith("sha256:")
    pdf = render("completion", sample(**before))
    make_seal(school.organization, by=clerk, color="#000080")
    after = queries.words_for("completion", school.region_code, school.id)
    assert after["seal"] != before["seal"]
    assert render("completion", sample(**before)) == pdf
    assert render("completion", sample(**after)) != pdf
    assert len(json.dumps(before)) < 200


def test_a_seal_the_store_has_lost_stops_the_paper_in_words(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, school: School, clerk: Actor
) -> None:
    make_seal(school.organization, by=clerk)
    words = queries.words_for("completion", school.region_code, school.id)
    monkeypatch.setitem(app.extensions, "papers.store", FolderStore(tmp_path / "empty"))
    with pytest.raises(PictureLost, match="请重新上传印章"):
        render("completion", sample(**words))
    with pytest.raises(PictureLost):
        service.refuse_incomplete("completion", region_code=school.region_code, school_id=school.id)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"GIF89a", "PNG 或 SVG"),
        (seal_png()[:-200], "PNG 或 SVG"),
        (seal_png(120), "太小"),
        (seal_png(ground=(255, 255, 255, 255)), "底要透明"),
        (seal_png(color="#00000000"), "几乎是空的"),
        (SEAL_SVG.replace(b"<circle", b"<script>1</script><circle"), "只能有线条"),
        (SEAL_SVG.replace(b"<circle", b'<image href="https://x/y.png"/><circle'), "只能有线条"),
        (SEAL_SVG.replace(b"<circle", b"<text>a</text><circle"), "只能有线条"),
        (SEAL_SVG.replace(b"<circle", b'<circle onload="x()" /><circle'), "只能有线条"),
        (SEAL_SVG.replace(b'fill="none"', b'fill="url(https://x/)"'), "只能有线条"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SEAL_SVG, "PNG 或 SVG"),
        (SEAL_SVG.replace(b"0 0 40 40", b"0 0 400 40"), "viewBox"),
        (b"<html></html>", "PNG 或 SVG"),
    ],
)
@pytest.mark.usefixtures("session")
def test_a_picture_that_is_no_seal_is_refused_in_words(content: bytes, why: str) -> None:
    by = Actor(key="user:7", name="傅映雪")
    with pytest.raises(DomainError, match=why) as refused:
        papers.keep_seal(io.BytesIO(content), by=by)
    assert refused.value.field == "picture"


def test_a_school_sets_its_seal_and_sees_it_on_the_sample(
    client: FlaskClient, sign_in: Callable[[Any], FlaskClient], school: School
) -> None:
    sign_in(make_user(Role.SCHOOL_CLERK, organization=school.organization))
    form = {"name": school.organization.name, "seen": "0", "picture": (io.BytesIO(seal_png()), "a.png")}
    assert client.post("/seals", data=form, content_type="multipart/form-data").status_code == 303
    page = client.get("/seals").text
    seal = queries.seal_of(Owner("", school_id=school.id))
    assert seal is not None
    assert f"/seals/{seal.id}" in page
    picture = client.get(f"/seals/{seal.id}")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    again = {**form, "picture": (io.BytesIO(seal_png()), "a.png")}
    stale = client.post("/seals", data=again, content_type="multipart/form-data")
    assert (stale.status_code, "别人已经改过" in stale.text) == (422, True)
    assert client.post("/seals/withdraw", data={"seen": "1"}).status_code == 303
    assert "没有在用的印章" in client.get("/seals").text


def test_an_officer_sets_the_words_and_sees_them_on_the_sample(
    client: FlaskClient, sign_in: Callable[[Any], FlaskClient]
) -> None:
    sign_in(make_user(Role.TRAINING_OFFICER))
    before = client.get("/designs/completion/pages/1").data
    saved = client.post("/designs/completion", data={"heading": "结业证书", "seen": "0", "demand_seal": "y"})
    assert saved.status_code == 303
    page = client.get("/designs/completion").text
    assert "结业证书" in page
    assert "没有印章不得发" in page
    assert client.get("/designs/completion/pages/1").data != before
    long = client.post("/designs/completion", data={"heading": "长" * 30, "seen": "1"})
    assert long.status_code == 422


def test_a_region_decides_whether_the_back_and_the_english_are_printed_and_sees_it_on_the_sample(
    client: FlaskClient, sign_in: Callable[[Any], FlaskClient], school: School
) -> None:
    user = make_user(Role.TRAINING_OFFICER)
    db.session.commit()
    sign_in(user)
    assert client.get("/designs/completion/pages/2").status_code == 404
    page = client.get("/designs/completion").text
    assert 'name="back"' in page
    assert 'name="bilingual"' in page
    saved = client.post("/designs/completion", data={"back": "y", "bilingual": "y", "seen": "0"}, follow_redirects=True)
    assert "背面印培训记录：印" in saved.text
    assert client.get("/designs/completion/pages/2").status_code == 200
    words = queries.words_for("completion", school.region_code, school.id)
    assert words == {"back": True, "bilingual": True}
    pdf = render("completion", sample(**words))
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert "Thisistocertify" in pages_of(pdf)[0]
    client.post("/designs/completion", data={"bilingual": "y", "seen": "1"})
    assert queries.words_for("completion", school.region_code, school.id) == {"bilingual": True}


def test_a_part_that_the_province_wants_printed_is_printed_in_every_county_and_no_school_decides_it(
    school: School, clerk: Actor, officer: Actor
) -> None:
    province = make_user(Role.TRAINING_OFFICER, area=("430000",)).as_actor()
    say(province, back="y")
    say(officer, remark="汨罗")
    say(clerk, bilingual="y", school_latin="Qinghe Vocational School")
    found = queries.words_for("completion", school.region_code, school.id)
    assert found == {"back": True, "remark": "汨罗", "school_latin": "Qinghe Vocational School"}


@pytest.mark.parametrize("facts", ["sample", "long", "rare"])
def test_a_sample_is_shown_as_it_prints(client: FlaskClient, sign_in: Callable[[Any], FlaskClient], facts: str) -> None:
    user = make_user(Role.ADMINISTRATOR)
    db.session.commit()
    sign_in(user)
    page = client.get(f"/designs/attendance-note?facts={facts}&marks=1")
    assert page.status_code == 200
    assert "这样印不出来" not in page.text
    pdf = client.get(f"/designs/attendance-note/print?facts={facts}&marks=1")
    assert pdf.data.startswith(b"%PDF")
    picture = client.get(f"/designs/attendance-note/pages/1?facts={facts}&marks=1")
    assert picture.mimetype == "image/png"
    assert client.get("/designs/attendance-note/pages/9").status_code == 404


def test_a_design_that_is_not_there_is_a_plain_404(client: FlaskClient, sign_in: Callable[[Any], FlaskClient]) -> None:
    user = make_user(Role.ADMINISTRATOR)
    db.session.commit()
    sign_in(user)
    assert client.get("/designs/no-such").status_code == 404


def test_a_character_this_machine_lacks_is_named_with_the_font_that_helps(
    app: Flask, client: FlaskClient, sign_in: Callable[[Any], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(Role.ADMINISTRATOR)
    db.session.commit()
    sign_in(user)
    fonts = app.extensions["papers.printer"].fonts
    monkeypatch.setattr(fonts, "missing", lambda words: ["𠮷"] if "𠮷" in words else [])
    page = client.get("/designs/attendance-codes?facts=rare&duplex=1").text
    assert "“𠮷”（U+20BB7）" in page
    assert "fonts-lxgw-wenkai" in page
