"""The officer's day: what is due, where, and the list behind each number."""

from flask import render_template, request, url_for

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.i18n import _, _l
from app.outreach import queries
from app.outreach.queries.duties import SETS
from app.outreach.rules import Duty, Pace, ServiceKind
from app.outreach.views.blueprint import bp
from app.regions.models import Level


def _notes(pace: Pace) -> dict[Duty, str]:
    """What each duty asks, with the policy's numbers."""
    yearly = {"jobs": pace.job_recommendations, "guidance": pace.guidance, "training": pace.training_offers}
    return {
        Duty.OFFER: _(
            "没有工作的人，%(n)s 天内推荐一个岗位或一门课；%(again)s 天没着落的再推荐",
            n=pace.offer_days,
            again=pace.again_days,
        ),
        Duty.SEAT: _("到期不回话就轮到下一位，打个电话问一声"),
        Duty.CONSENT: _("没有手机的人，开班前当面问一声是不是自己愿意"),
        Duty.WISH: _("%(n)s 天内给个回话", n=pace.wish_days),
        Duty.CARD: _("照摸底的截止日期问完"),
        Duty.SERVICE: _(
            "每人每年至少 %(jobs)s 次岗位推荐、%(guidance)s 次职业指导、%(training)s 次免费培训推荐", **yearly
        ),
        Duty.FOLLOW_UP: _("上岗满一、三、六个月各问一次"),
    }


SHORT = {
    Duty.OFFER: _l("没推荐"),
    Duty.SEAT: _l("等回话"),
    Duty.CONSENT: _l("问同意"),
    Duty.WISH: _l("没回复"),
    Duty.CARD: _l("待走访"),
    Duty.SERVICE: _l("311 服务"),
    Duty.FOLLOW_UP: _l("回访"),
}
"""The duties at the head of a narrow table."""
KINDS = {
    Duty.OFFER: (ServiceKind.JOB_RECOMMENDATION, ServiceKind.TRAINING_OFFER),
    Duty.WISH: (ServiceKind.TRAINING_OFFER, ServiceKind.JOB_RECOMMENDATION),
    Duty.SERVICE: (ServiceKind.JOB_RECOMMENDATION, ServiceKind.GUIDANCE, ServiceKind.TRAINING_OFFER),
    Duty.FOLLOW_UP: (ServiceKind.FOLLOW_UP,),
}
"""The services that take a person off a list."""


def _region() -> str:
    return request.args.get("region", "")


@bp.get("/today")
@needs(Can.SERVICE_READ)
def show_day() -> str:
    """Everything that waits, most pressing first, with its day; and the same by place."""
    by = actor()
    places = queries.places_for(by, _region())
    boards = queries.work_by_village(by, places.area)
    total = sum(boards.values(), queries.Board())
    return render_template(
        "outreach/show_day.html",
        places=places,
        total=total,
        notes=_notes(queries.pace_of(places.area, clock.today())),
        duties=list(SETS),
        short=SHORT,
        rows=[] if _in_village(places) or not total.waiting else places.roll_up(boards, queries.Board()),
        today=clock.today(),
    )


def _in_village(places: queries.Places) -> bool:
    return places.here is not None and places.here.level == Level.VILLAGE


@bp.get("/today/<any(offer,seat,consent,wish,card,service,follow_up):duty>")
@needs(Can.SERVICE_READ)
def list_duty(duty: str) -> str:
    """The people behind one number, and what to do about each."""
    by, kind = actor(), Duty(duty)
    places = queries.places_for(by, _region())
    page = queries.due_page(by, kind, places.area, request.args.get("page", 1, type=int))
    return render_template(
        "outreach/list_duty.html",
        duty=kind,
        places=places,
        page=page,
        note=_notes(queries.pace_of(places.area, clock.today()))[kind],
        kinds=KINDS.get(kind, ()),
        opens={row.row_id: _opens(kind, row) for row in page.items},
        said=queries.said_of(kind, [row.row_id for row in page.items]),
        today=clock.today(),
    )


def _opens(duty: Duty, row: queries.Due) -> str:
    """Where the row behind a line opens."""
    if duty is Duty.CARD:
        return url_for("outreach.show_card", card_id=row.row_id)
    if duty in {Duty.CONSENT, Duty.SEAT}:
        return url_for("enrollments.show_enrollment", enrollment_id=row.row_id)
    if duty is Duty.FOLLOW_UP:
        return url_for("placements.show_placement", placement_id=row.row_id)
    return url_for("people.show_person", person_id=row.person.id)
