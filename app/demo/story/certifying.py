"""What became of the paid class's certificates: one corrected, most handed over; blank sheets; one by another body."""

from base64 import b64decode
from datetime import timedelta
from io import BytesIO

from app.certificates import service as certificates
from app.certificates.handovers import service as handovers
from app.certificates.handovers.rules import Way
from app.certificates.models import Certificate
from app.certificates.queries import certificates_of
from app.certificates.skills import service as skills
from app.certificates.stock import service as stock
from app.classes.models import Seat, TrainingClass
from app.demo.story.telling import Tale
from app.kernel.access import Actor
from app.kernel.database import db
from app.people import service as people

SCAN = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
ADMINISTRATION = "示例省人力资源和社会保障厅"


def correct_one(tale: Tale, row: TrainingClass) -> Certificate:
    """A name was written wrongly on sign-up: the township puts it right, the school issues a corrected paper."""
    old = certificates_of(row.id)[-1]
    given = people.PersonChanges(name=old.person.name[:-1] + "虹")
    people.change(old.person, given, by=tale.who("township"), reason="按身份证改正姓名用字。")
    return certificates.correct(old, reason="报名时姓名用字写错，已按身份证改正登记。", by=tale.who("school"))


def hand_over(tale: Tale, row: TrainingClass, on_days_after: int = 3) -> None:
    """Most came and signed; one pressed a finger before a witness, one has it by post, one has not come yet."""
    by = tale.who("school")
    ready = [one for one in certificates_of(row.id) if one.status.value == "valid" and one.paper_id]
    *signed, witnessed, posted = ready[:-1]
    day = ready[0].issued_on + timedelta(days=on_days_after)
    given = {"name": "易远山", "relation": "村党支部书记"}
    handovers.hand_over(row, [one.id for one in signed], Way.SIGNATURE, {}, day, by=by)
    handovers.hand_over(row, [witnessed.id], Way.WITNESS, given, day, by=by)
    handovers.hand_over(row, [posted.id], Way.POST, {"tracking": "EX000000018CN"}, day, by=by)


def keep_stock(row: TrainingClass, by: Actor) -> None:
    """A roll of a hundred sheets; two are used, one jammed in the printer and waits for a second person."""
    first, second, *_rest = certificates_of(row.id)
    delivery = stock.Delivery("SL", "000201", "000300", first.issued_on, ADMINISTRATION)
    roll = stock.receive(delivery, by=by)
    stock.use(roll, "000201", first.number, by=by)
    stock.report_spoiled(roll, "000202", "", "打印机卡纸", by=by)
    stock.use(roll, "000203", second.number, by=by)


def know_skill(row: TrainingClass, by: Actor) -> None:
    """One of them went on to an assessment by another body."""
    seat = db.session.get_one(Seat, certificates_of(row.id)[1].seat_id)
    issued = certificates_of(row.id)[1].issued_on + timedelta(days=10)
    number = f"S000043000000{issued.year % 100:02d}5000017"
    shown = skills.Shown(number, "示例职业技能评价中心", row.course.occupation_id, 5, issued)
    skills.record(seat, shown, BytesIO(SCAN), "certificate.png", by=by)
