"""Posts and livelihoods taken up."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Organization
from app.audit.words import action_words, flow_words
from app.classes.models import TrainingClass
from app.kernel.database import Fen, Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.orders.models import Order
from app.people.models import Person
from app.placements.rules import PlacementStatus, PlacementStep, ProofKind

flow_words("placements", PlacementStatus, PlacementStep)
labels(
    {
        PlacementStatus.EXPECTED: _l("待确认"),
        PlacementStatus.CONFIRMED: _l("已上岗"),
        PlacementStatus.NOT_TAKEN: _l("未上岗"),
    },
    tones={PlacementStatus.EXPECTED: "info", PlacementStatus.CONFIRMED: "ok", PlacementStatus.NOT_TAKEN: "warn"},
)
labels(
    {PlacementStep.CONFIRM: _l("确认上岗"), PlacementStep.DECLINE: _l("未上岗"), PlacementStep.REOPEN: _l("重新确认")}
)
labels(
    {
        ProofKind.SOCIAL_INSURANCE: _l("社会保险缴费记录"),
        ProofKind.BANK_WAGES: _l("银行代发工资流水"),
        ProofKind.WAGE_SLIP: _l("本人手里的工资条或转账记录"),
        ProofKind.OFFICER_VISIT: _l("到干活的地方见到了本人"),
    }
)
action_words({"proof recorded": _l("记下另一项证明")})
constraint_messages(
    {
        "law_placements_not_the_owners_word": _l(
            "这家单位和培训学校是同一业主，不能只凭它一家的话确认。请先由村、镇或人社部门记一项别的证明。"
        ),
        "law_placement_proofs_independent": _l("另一项证明要由村、镇或人社部门的人看过以后记，单位和学校不能自己记。"),
        "ck_placements_confirmed_with_day": _l("请写明哪一天上的岗。"),
        "ck_placements_pay_positive": _l("报酬要大于 0；说不准的可以不填。"),
        "ck_placements_contract_positive": _l("合同月数要大于 0；没有劳动合同的不填。"),
        "law_placements_certified": _l("只有已经发证的学员才有送岗。"),
    }
)


class Placement(Model):
    """What a passed trainee is expected to take up, and what was confirmed."""

    __tablename__ = "placements"
    __table_args__ = (
        UniqueConstraint("seat_id", name="uq_placements_seat"),
        CheckConstraint("contract_months IS NULL OR contract_months > 0", name="contract_positive"),
        CheckConstraint("status <> 'confirmed' OR took_up_on IS NOT NULL", name="confirmed_with_day"),
        ForeignKeyConstraint(
            ["order_id", "post_number"], ["order_posts.order_id", "order_posts.number"], name="fk_placements_post"
        ),
    )

    id: Mapped[Id]
    status: Mapped[PlacementStatus] = enum_column(PlacementStatus)
    seat_id: Mapped[int] = fk("seats.id")
    class_id: Mapped[int] = fk("classes.id")
    person_id: Mapped[int] = fk("people.id")
    region_code: Mapped[RegionCode]
    """The person's village, for the officer who confirms a livelihood."""
    organization_id: Mapped[int | None] = fk("organizations.id", nullable=True)
    """Who confirms, where an employer, workshop, buyer or village does."""
    order_id: Mapped[int | None]
    post_number: Mapped[int | None] = mapped_column(SmallInteger)
    livelihood: Mapped[str] = mapped_column(String(120), default="")
    took_up_on: Mapped[date | None]
    pay_fen: Mapped[Fen | None]
    contract_months: Mapped[int | None] = mapped_column(SmallInteger)
    """How long the labor contract runs; None where nobody said so, or there is none."""
    proof: Mapped[str] = mapped_column(String(200), default="")
    confirmed_by: Mapped[str | None] = mapped_column(String(40))
    confirmed_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]
    person: Mapped[Person] = relationship(lazy="joined")
    organization: Mapped[Organization | None] = relationship(lazy="select")
    order: Mapped[Order | None] = relationship(
        lazy="select", primaryjoin="foreign(Placement.order_id) == Order.id", viewonly=True
    )
    training_class: Mapped[TrainingClass] = relationship(lazy="select")

    @property
    def post_words(self) -> str:
        """The post or livelihood in words."""
        number = f"{self.post_number}号岗" if self.post_number is not None else ""
        title = self.order.title if self.order is not None else ""
        return " ".join(part for part in (title, number, self.livelihood) if part)


class PlacementProof(Model):
    """What an officer saw of an employment, independent of the employer's word; rows are only added."""

    __tablename__ = "placement_proofs"
    __table_args__ = (CheckConstraint("note <> ''", name="says_what"),)

    id: Mapped[Id]
    placement_id: Mapped[int] = fk("placements.id")
    kind: Mapped[ProofKind] = enum_column(ProofKind)
    seen_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_by_name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[UtcTime]
