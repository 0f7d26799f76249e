"""Forms of places: where they lie, their rooms and machines, what was found there."""

from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Any
from unicodedata import normalize

from flask_wtf.file import FileField
from wtforms import StringField, TelField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs describe WTForms 3.2
from wtforms.validators import Optional

from app.kernel.forms import (
    ChoiceField,
    DayField,
    Form,
    LongTextField,
    MaxLength,
    RadioChoiceField,
    Required,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.regions.models import Level, Region
from app.regions.queries import below, children
from app.schools.models import CheckWay, MachineKind, SiteKind
from app.schools.service import NewMachine, NewPlaceCheck, NewRoom, NewSite

YES, NO = "yes", "no"


class DegreesField(StringField):
    """Degrees as a phone shows them; `data` is a decimal number with six places at most."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read degrees; signs of degrees and a letter of the sky are left out."""
        self.data = None
        text = normalize("NFKC", valuelist[0]).strip().strip("°NESWnesw度 ") if valuelist else ""
        if not text:
            return
        try:
            self.data = Decimal(text).quantize(Decimal("0.000001"))
        except InvalidOperation as error:
            raise ValueError(_("“%(field)s”请填小数，例如 28.806100。", field=self.label.text)) from error


class SiteForm(Form):
    """A place where the school trains."""

    name = StringField(
        _l("教学点名称"), [Required(), MaxLength(60)], description=_l("例如“实训场”“湄江村村部会议室”。")
    )
    region_code = ChoiceField(_l("在哪个村（社区）"), [Required()])
    address = StringField(_l("地址"), [Required(), MaxLength(120)], description=_l("会公开在课程菜单上，让人找得到。"))
    capacity = WholeNumberField(_l("最多坐多少人"), [Required()])
    kind = RadioChoiceField(_l("是什么场地"), [Required()])
    latitude = DegreesField(_l("纬度"), description=_l("在现场用手机地图看，例如 28.806100；不知道可以不填。"))
    longitude = DegreesField(_l("经度"), description=_l("例如 113.067400。"))
    radius_m = WholeNumberField(_l("签到范围"), [Optional()], description=_l("离这里多远算到场，只作备注，不会拦人。"))
    keeper_name = StringField(_l("联系人"), [MaxLength(40)])
    keeper_phone = TelField(_l("联系人电话"), [MaxLength(20)])

    def offer(self, county: str) -> None:
        """Fill in the villages of the school's county, under their townships; a site in town lies in the township."""
        townships = {row.code: row for row in children(county)} if county else {}
        rows = sorted([*townships.values(), *below(county, Level.VILLAGE)], key=attrgetter("code"))
        self.kind.choices = [(kind.value, label(kind)) for kind in SiteKind]
        self.region_code.choices = [
            SelectChoice("", _("请选择")),
            *(SelectChoice(row.code, row.name, optgroup=_township(row, townships)) for row in rows),
        ]

    def facts(self) -> NewSite:
        """What the school typed."""
        return NewSite(
            name=self.name.data or "",
            region_code=self.region_code.data,
            address=self.address.data or "",
            capacity=self.capacity.data or 0,
            kind=SiteKind(self.kind.data),
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            radius_m=self.radius_m.data,
            keeper_name=self.keeper_name.data or "",
            keeper_phone=(self.keeper_phone.data or "").strip(),
        )


def _township(row: Region, townships: dict[str, Region]) -> str:
    above = townships.get(row.code) or townships.get(row.parent_code or "")
    return above.name if above else ""


class RoomForm(Form):
    """A room or yard of a place."""

    name = StringField(_l("教室名称"), [Required(), MaxLength(40)], description=_l("例如“201 教室”“一号练习场”。"))
    capacity = WholeNumberField(_l("坐多少人"), [Required()])

    def facts(self) -> NewRoom:
        """What the school typed."""
        return NewRoom(self.name.data or "", self.capacity.data or 0)


class MachineForm(Form):
    """A machine to practice on."""

    kind = ChoiceField(_l("什么设备"), [Required()])
    label = StringField(_l("编号或型号"), [Required(), MaxLength(40)], description=_l("例如“1 号机 SY75C”。"))
    trainees_at_once = WholeNumberField(
        _l("一台同时练几个人"), [Required()], description=_l("人机比：挖掘机一般 1 台 4 到 6 人轮着练。")
    )
    valid_until_on = DayField(_l("检验到哪天止"), [Optional()], description=_l("不用检验的设备不填。"))

    def offer(self) -> "MachineForm":
        """Fill in the kinds."""
        self.kind.choices = [("", _("请选择")), *((kind.value, label(kind)) for kind in MachineKind)]
        return self

    def facts(self) -> NewMachine:
        """What the school typed."""
        return NewMachine(
            MachineKind(self.kind.data),
            self.label.data or "",
            self.trainees_at_once.data or 0,
            self.valid_until_on.data,
        )


class PlaceCheckForm(Form):
    """What was found at a village's place."""

    checked_on = DayField(_l("哪一天去看的"), [Required()])
    exists = RadioChoiceField(_l("有没有这个地方"), [Required()])
    fit = RadioChoiceField(_l("能不能上课"), [Required()])
    way = RadioChoiceField(_l("怎么知道的"), [Required()])
    said_by = StringField(_l("场地管理人姓名"), [MaxLength(40)], description=_l("是管理人说的才填。"))
    note = LongTextField(_l("说明"), [MaxLength(200)], description=_l("不合格的写明哪里不行；合格的可以不填。"))
    photo = FileField(_l("照片或核实单"), description=_l("可以不传。JPG、PNG 或 PDF，不超过 10 MB。"))

    def offer(self) -> "PlaceCheckForm":
        """Fill in the answers."""
        self.exists.choices = [(YES, _("有，和登记的一样")), (NO, _("没有，或者不是登记的样子"))]
        self.fit.choices = [(YES, _("能，坐得下、安全")), (NO, _("不能"))]
        self.way.choices = [(way.value, label(way)) for way in CheckWay]
        return self

    def facts(self, upload_id: int | None) -> NewPlaceCheck:
        """What the officer found."""
        return NewPlaceCheck(
            checked_on=self.checked_on.data,
            exists=self.exists.data == YES,
            fit=self.fit.data == YES,
            way=CheckWay(self.way.data),
            said_by=self.said_by.data or "",
            note=self.note.data or "",
            upload_id=upload_id,
        )
