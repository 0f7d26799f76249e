"""Forms of orders; fields are named as the rules name them."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2

from app.accounts.models import Organization
from app.kernel.forms import (
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    SeenForm,
    TextField,
    WholeNumberField,
    YuanField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.occupations.queries import all_occupations
from app.orders.models import Order
from app.orders.queries import possible_relations
from app.orders.rules import KINDS_OF, OrderFacts, OrderKind, OrderStatus, PayBasis
from app.regions.models import Region
from app.regions.queries import county_of, region, towns


def place_choices(near: str) -> list[SelectChoice]:
    """Places for a list to pick from: the one at hand first, then its county's townships, then the others."""
    home, own = county_of(near), region(near)
    rows = sorted(towns(), key=lambda pair: not _lies_in(pair[1], home))
    first = [SelectChoice(own.code, own.name, optgroup=_("本单位所在地"))] if own else []
    rest = [SelectChoice(row.code, row.name, optgroup=group) for group, row in rows if row.code != near]
    return [SelectChoice("", _("请选择")), *first, *rest]


def _lies_in(row: Region, county: str) -> bool:
    return f"{county}/" in row.path


class OrderForm(Form):
    """Everything an order says."""

    kind = RadioChoiceField(_l("订单种类"), [Required()])
    title = TextField(
        _l("岗位或产品"), [Required(), MaxLength(60)], description=_l("照平时的叫法写，例如：挖掘机操作工、手工编篮。")
    )
    occupation_id = ChoiceField(_l("职业（工种）"), [Required()], coerce=int, description=_l("选最接近的一个。"))
    headcount = WholeNumberField(_l("人数"), [Required()], description=_l("要几个人，就有几个岗位，从 1 号编起。"))
    abilities = LongTextField(
        _l("人要会做什么"), [Required(), MaxLength(2000)], description=_l("一行写一样，培训照这个来。")
    )
    region_code = ChoiceField(_l("工作地点在哪里"), [Required()])
    workplace = TextField(_l("详细地点"), [Required(), MaxLength(120)], description=_l("例如：工业小区 2 号厂房。"))
    start_on = DayField(_l("哪天上岗"), [Required()])
    home_based = BooleanField(_l("可以在家做"))
    pay_basis = RadioChoiceField(_l("怎样算报酬"), [Required()])
    pay_from_fen = YuanField(_l("最低"), [Required()])
    pay_to_fen = YuanField(_l("最高"), [Required()], description=_l("只有一个数，就两处填一样。"))
    pay_unit = TextField(_l("一件是什么"), [MaxLength(10)], description=_l("计件的才填，例如：只、件、斤。"))
    materials_supplied = BooleanField(_l("材料由我单位供给"))
    bought_back = BooleanField(_l("产品由我单位收购"))
    relations_note = LongTextField(
        _l("与培训机构、合作社、经办干部有没有关系"),
        [MaxLength(400)],
        description=_l("例如：与某学校是同一个负责人。没有就写“无”。提交以后还可以逐条申报。"),
    )
    version = HiddenField()

    @classmethod
    def of(cls, organization: Organization, order: Order | None = None, **options: Any) -> "OrderForm":
        """The form for an organization's order, with the choices it has."""
        form = cls(obj=order, **options)
        kinds = KINDS_OF[organization.kind]
        form.kind.choices = [(kind.value, label(kind)) for kind in kinds]
        trades = [(row.id, f"{row.name_zh} {row.code}") for row in all_occupations()]
        form.occupation_id.choices = [(0, _("请选择")), *trades]
        form.region_code.choices = place_choices(organization.region_code)
        form.pay_basis.choices = [(basis.value, label(basis)) for basis in PayBasis]
        if order is None and not form.is_submitted():
            form.kind.data, form.region_code.data = kinds[0].value, organization.region_code
            by_piece = kinds[0] in (OrderKind.PIECEWORK, OrderKind.JOINT_PRODUCTION)
            form.pay_basis.data = PayBasis.PIECE if by_piece else PayBasis.MONTHLY
        return form

    @property
    def about_products(self) -> bool:
        """Whether kinds with a product to make can be chosen at all."""
        return any(value in (OrderKind.PIECEWORK, OrderKind.JOINT_PRODUCTION) for value, _words in self.kind.choices)

    def facts(self) -> OrderFacts:
        """What was typed, as the rules want it."""
        return OrderFacts(
            kind=OrderKind(self.kind.data),
            occupation_id=int(self.occupation_id.data),
            title=self.title.data.strip(),
            headcount=self.headcount.data,
            region_code=self.region_code.data,
            workplace=self.workplace.data.strip(),
            pay_basis=PayBasis(self.pay_basis.data),
            pay_from_fen=self.pay_from_fen.data,
            pay_to_fen=self.pay_to_fen.data,
            start_on=self.start_on.data,
            abilities=self.abilities.data.strip(),
            pay_unit=(self.pay_unit.data or "").strip(),
            materials_supplied=bool(self.materials_supplied.data),
            bought_back=bool(self.bought_back.data),
            home_based=bool(self.home_based.data),
            relations_note=(self.relations_note.data or "").strip(),
        )


class RemarkForm(SeenForm):
    """A decision that may carry a remark."""

    note = LongTextField(_l("核实情况"), [MaxLength(400)], description=_l("可以不填，例如：某日到厂里看过。"))


class ReasonForm(SeenForm):
    """A step that needs a reason."""

    reason = LongTextField(_l("原因"), [Required(), MaxLength(400)])


class RelationForm(Form):
    """A relation to a school, a cooperative or an officer."""

    other = ChoiceField(_l("与谁有关系"), [Required()])
    nature = TextField(
        _l("什么关系"), [Required(), MaxLength(120)], description=_l("例如：同一个负责人、配偶是股东、供货合作。")
    )
    same_owner = BooleanField(_l("两家单位是同一业主"), description=_l("老板或实际控制人是同一个人、一家人。"))

    @classmethod
    def of(cls, order: Order, **options: Any) -> "RelationForm":
        """The form with those to choose from; officers under their own heading."""
        form = cls(**options)
        organizations, officers = possible_relations(order)
        form.other.choices = [
            SelectChoice("", _("请选择")),
            *(SelectChoice(f"organization:{row.id}", row.name, optgroup=label(row.kind)) for row in organizations),
            *(SelectChoice(f"user:{row.id}", row.name, optgroup=_("培训管理员")) for row in officers),
        ]
        return form

    def whom(self) -> dict[str, Any]:
        """The chosen side, as the service wants it."""
        kind, _colon, number = self.other.data.partition(":")
        return {
            "other_organization_id" if kind == "organization" else "user_id": int(number),
            "same_owner": bool(self.same_owner.data),
        }


class OrderFilterForm(Form):
    """How the list is narrowed."""

    q = TextField(_l("单位、岗位或工种"))
    kind = ChoiceField(_l("种类"), choices=[])
    status = ChoiceField(_l("状态"), choices=[])
    region = ChoiceField(_l("地点"), choices=[])

    @classmethod
    def of(cls, area: tuple[str, ...], **options: Any) -> "OrderFilterForm":
        """The filters; places of the area, where there is one."""
        form = cls(**options)
        every = SelectChoice("", _("全部"))
        form.kind.choices = [every, *(SelectChoice(kind.value, label(kind)) for kind in OrderKind)]
        form.status.choices = [every, *(SelectChoice(status.value, label(status)) for status in OrderStatus)]
        places = towns(area) if area else []
        form.region.choices = [every, *(SelectChoice(row.code, row.name, optgroup=group) for group, row in places)]
        return form
