"""Filing form, roster and timetable go out with a code, come back stamped, tied to what they were printed from."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.classes import printing
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import active_seats
from app.classes.queries.teaching import units_of
from app.classes.rules import SessionKind
from app.classes.rules.teaching import NewUnit
from app.kernel.access import Role
from app.kernel.database import db
from app.kernel.errors import Refused
from app.papers.codes import PREFIX, spoken
from app.papers.models import FormScan, PrintedForm
from app.papers.returns import forms_about, scans_about
from app.papers.service import facts_of, open_paper
from tests.makers import COUNTY, make_organization, make_user
from tests.making.classes import make_class, make_school_set, seat_people
from tests.pdf_text import pages_of
from tests.unit.test_paper_codes import photo_of

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]
F3 = ("一、培训学员名册", "二、教学计划", "三、授课师资", "四、教学资源(教材、数字课程等)", "五、考核方案")
F3B = ("办班审核(备案)表", "培训课程表", "学员名单", "师资信息")
F2 = "日期授课时间培训内容授课形式授课教师"
F2_HEADER = ("培训机构", "培训等级", "班次", "开班日期")
F1A = "序号姓名性别民族文化程度身份证号码工种工作单位联系电话证书类型原技术等级培训等级证书编号家庭地址"


def ready() -> tuple[Any, TrainingClass]:
    at = make_school_set()
    row = make_class(at)
    seat_people(row, 2)
    classes.propose_posts(row, by=at.by)
    return at, row


def went_out(row: TrainingClass, design: str, by: Any) -> PrintedForm:
    printing.print_paper(row, design, by=by)
    return forms_about(printing.about(row))[0]


def back(row: TrainingClass, form: PrintedForm, by: Any) -> FormScan:
    return printing.scan_paper(row, io.BytesIO(photo_of(PREFIX + form.code)), "x.jpg", by=by)


def text_of(form: PrintedForm) -> str:
    return "".join(pages_of(open_paper(form.paper)))


def in_order(text: str, words: tuple[str, ...]) -> bool:
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


def test_the_papers_bear_the_headings_of_the_forms_in_their_order_and_the_code() -> None:
    at, row = ready()
    form, roster, timetable = (went_out(row, name, at.by) for name in ("filing-form", "roster", "timetable"))
    text = text_of(form)
    assert in_order(text, F3)
    assert in_order(text[text.index("所附材料") :], F3B)
    assert "职业技能培训办班审核(备案)表" in text
    assert spoken(form.code) in text
    assert F1A in text_of(roster)
    sheet = text_of(timetable)
    assert F2 in sheet
    assert all(word in sheet for word in F2_HEADER)
    plan = facts_of(form.paper)
    assert sum(unit["hours"] for unit in plan["units"]) == row.course.hours
    assert "稻虾共作" in plan["resources"][0]["name"]
    assert plan["assessor"] == at.assessor.name


def test_a_stamped_paper_is_tied_to_its_snapshot_until_the_filing_changes() -> None:
    at, row = ready()
    form = went_out(row, "filing-form", at.by)
    scan = back(row, form, at.by)
    assert (scan.form.id, scan.read, scan.outdated) == (form.id, True, [])
    assert printing.returned(row, at.by)[0].changed == ()
    hours = [(SessionKind.THEORY, row.course.theory_hours), (SessionKind.PRACTICE, row.course.practice_hours)]
    classes.set_units(row, [NewUnit("改过的内容", kind, number) for kind, number in hours], by=at.by)
    (one,) = printing.returned(row, at.by)
    assert [change.label for change in one.changed] == ["教学计划"]
    assert "改过的内容" in one.changed[0].after
    late = printing.scan_paper(row, io.BytesIO(photo_of(PREFIX + form.code, turned=3)), "y.jpg", by=at.by)
    assert late.outdated == ["教学计划"]
    assert len(scans_about(printing.about(row))) == 2


def test_a_changed_roster_makes_the_printed_roster_old_and_names_who_came() -> None:
    at, row = ready()
    form = went_out(row, "roster", at.by)
    (new,) = seat_people(row, 1)
    (one,) = printing.returned(row, at.by)
    assert any(new.person.name in change.after for change in one.changed)
    assert "学员名单" in back(row, form, at.by).outdated


def test_the_paper_of_another_class_is_refused() -> None:
    at, row = ready()
    _other_at, other = ready()
    form = went_out(other, "roster", at.by)
    with pytest.raises(Refused, match="不是这里打印的"):
        back(row, form, at.by)


def test_printing_and_scanning_back_in_the_browser(sign_in: SignIn) -> None:
    at, row = ready()
    db.session.commit()
    client = sign_in(at.clerk)
    assert client.post(f"/classes/{row.id}/print/filing-form").status_code == 303
    form = forms_about(printing.about(row))[0]
    assert spoken(form.code) in client.get(f"/classes/{row.id}/papers").text
    poor = client.post(f"/classes/{row.id}/papers", data={"scan": (io.BytesIO(photo_of()), "a.jpg")})
    assert poor.status_code == 422
    assert "没有读出二维码" in poor.text
    typed = {"scan": (io.BytesIO(photo_of()), "a.jpg"), "code": spoken(form.code).lower()}
    answer = client.post(f"/classes/{row.id}/papers", data=typed, follow_redirects=True)
    assert "内容和打印时一致" in answer.text
    classes.set_units(row, [], by=at.by)
    db.session.commit()
    old = {"scan": (io.BytesIO(photo_of(PREFIX + form.code)), "b.jpg")}
    answer = client.post(f"/classes/{row.id}/papers", data=old, follow_redirects=True)
    assert "这张纸" in answer.text
    assert "教学计划" in answer.text
    assert "打印以后改了这些" in answer.text
    page = client.get(f"/classes/{row.id}").text
    assert form.snapshot_sha256[:16] in page
    scan = scans_about(printing.about(row))[0]
    shown = client.get(f"/classes/{row.id}/scans/{scan.id}")
    assert shown.status_code == 200
    assert shown.data == open_paper(scan.upload)


def test_officer_sees_scans_and_strangers_do_not(sign_in: SignIn) -> None:
    at, row = ready()
    scan = back(row, went_out(row, "roster", at.by), at.by)
    officer = make_user(Role.TRAINING_OFFICER, area=(COUNTY,))
    stranger = make_user(Role.SCHOOL_CLERK, organization=make_organization())
    _other_at, other = ready()
    db.session.commit()
    assert sign_in(officer).get(f"/classes/{row.id}/scans/{scan.id}").status_code == 200
    assert sign_in(officer).get(f"/classes/{other.id}/scans/{scan.id}").status_code == 404
    assert sign_in(stranger).get(f"/classes/{row.id}/scans/{scan.id}").status_code == 404
    assert sign_in(stranger).get(f"/classes/{row.id}/papers").status_code == 404


def test_the_plan_is_written_in_the_browser_and_mistakes_stay_on_the_page(sign_in: SignIn) -> None:
    at, row = ready()
    db.session.commit()
    client = sign_in(at.clerk)
    page = client.get(f"/classes/{row.id}/plan").text
    assert "修改教学计划" in page
    assert "教师扫学员自己的码" in page
    units = {"topic_0": "全部理论", "kind_0": "theory", "hours_0": str(row.course.theory_hours), "topic_1": "全部实操",
             "kind_1": "practice", "hours_1": str(row.course.practice_hours)}  # fmt: skip
    blank = {
        f"{name}_{number}": "" for number in range(40) for name in ("topic", "hours", "name", "amount", "full_marks")
    }
    blank |= {f"{name}_{number}": "theory" for number in range(40) for name in ("kind", "part")}
    answer = client.post(f"/classes/{row.id}/plan/units", data={**blank, **units})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/classes/{row.id}/plan#units")
    assert [unit.topic for unit in list(units_of(row.id))] == ["全部理论", "全部实操"]
    wrong = client.post(f"/classes/{row.id}/plan/units", data={**blank, "topic_0": "没有学时", "kind_0": "theory"})
    assert wrong.status_code == 422
    assert "学时应当是 1 到 400" in wrong.text
    kept = blank | {
        "on": row.end_on.isoformat(),
        "place": "实训场",
        "name_0": "插秧",
        "part_0": "practice",
        "full_marks_0": "100",
    }
    assert client.post(f"/classes/{row.id}/plan/assessment", data=kept).status_code == 303
    early = client.post(f"/classes/{row.id}/plan/assessment", data=kept | {"on": row.start_on.isoformat()})
    assert early.status_code == 422
    assert "考核不能比它早" in early.text
    assert (
        client.post(f"/classes/{row.id}/plan/evidence", data={"ways": ["paper"], "photos_a_session": "3"}).status_code
        == 303
    )
    books = {"name_0": "《稻虾》", "kind_0": "textbook", "amount_0": "10 本", "name_1": "种苗", "kind_1": "consumable"}
    blank |= {f"kind_{number}": "textbook" for number in range(40)}
    assert client.post(f"/classes/{row.id}/plan/resources", data=blank | books).status_code == 303
    page = client.get(f"/classes/{row.id}/plan").text
    assert all(word in page for word in ("插秧", "《稻虾》 10 本", "种苗", "纸质签到表", "3 张"))


def test_the_meter_leads_to_where_each_point_is_mended_for_school_and_officer(sign_in: SignIn) -> None:
    at, row = ready()
    db.session.commit()
    client = sign_in(at.clerk)
    assert "100%" in client.get(f"/classes/{row.id}").text
    classes.set_units(row, [], by=at.by)
    db.session.commit()
    page = client.get(f"/classes/{row.id}").text
    assert f"/classes/{row.id}/plan#units" in page
    assert "92%" in page or "91%" in page or "93%" in page
    assert "还没有教学计划" in page
    officer = sign_in(make_user(Role.TRAINING_OFFICER, area=(COUNTY,)))
    seen = officer.get(f"/classes/{row.id}").text
    assert "材料齐全度" in seen
    assert f"/classes/{row.id}/plan#units" in seen
    assert f"/classes/{row.id}/edit" not in seen


def test_badges_are_printed_from_the_roster_page_without_a_code(sign_in: SignIn) -> None:
    at, row = ready()
    client = sign_in(make_user(Role.SCHOOL_CLERK, organization=at.school.organization))
    assert f"/classes/{row.id}/print/name-badges" in client.get(f"/classes/{row.id}/roster").text
    answer = client.post(f"/classes/{row.id}/print/name-badges")
    assert answer.status_code == 303
    pdf = client.get(answer.headers["Location"]).data
    told = "".join(pages_of(pdf))
    assert all(seat.person.name in told for seat in active_seats(row.id))
    assert "学员2号" in told
    assert forms_about(printing.about(row)) == []
