"""Forms of teaching plan, resources, assessment and evidence; some rows stand empty, so that no script is needed."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField

from app.classes.models import TrainingClass
from app.classes.queries.teaching import (
    as_resources,
    as_units,
    assessment_plan_of,
    evidence_plan_of,
    machine_choices,
    machines_for,
)
from app.classes.rules import SessionKind
from app.classes.rules.teaching import (
    EvidenceWay,
    NewAssessment,
    NewEvidence,
    NewItem,
    NewResource,
    NewUnit,
    ResourceKind,
)
from app.kernel.forms import (
    CheckboxListField,
    ChoiceField,
    DayField,
    Form,
    MaxLength,
    Required,
    TextField,
    WholeNumberField,
)
from app.kernel.i18n import _, _l
from app.kernel.labels import label

MORE = 4
"""Empty rows beyond those that are filled."""
ITEM_ROWS = 4
Row = dict[str, Any]


class RowsForm(Form):
    """A form of numbered rows; a row whose first column is empty is left out."""

    columns: tuple[str, ...] = ()
    count = 0

    def row_names(self) -> list[list[str]]:
        """The names of the fields, row by row."""
        return [[f"{column}_{number}" for column in self.columns] for number in range(self.count)]

    def filled(self) -> Iterator[Row]:
        """What stands in the rows that are not empty."""
        for names in self.row_names():
            values = [self[name].data for name in names]
            if isinstance(values[0], str) and values[0].strip():
                yield dict(zip(self.columns, values, strict=True))


def _rows_form(columns: dict[str, Any], rows: Sequence[Row], count: int, **more: Any) -> RowsForm:
    """A form with a field for each column of each row."""
    fields = {f"{name}_{n}": _field(kind, n) for n in range(count) for name, kind in columns.items()}
    made = type("Rows", (RowsForm,), {**fields, **more.pop("fields", {}), "columns": tuple(columns), "count": count})
    data = {f"{name}_{n}": row[name] for n, row in enumerate(rows) for name in columns}
    form: RowsForm = made(data={**data, **more})
    return form


def _field(kind: Any, number: int) -> Any:
    words, make = kind
    return make(_("%(what)s（第 %(n)s 行）", what=words, n=number + 1))


def _text(length: int) -> Any:
    return lambda words: TextField(words, [MaxLength(length)])


def _choice(members: Any) -> Any:
    return lambda words: ChoiceField(words, choices=[(one.value, label(one)) for one in members])


def units_form(row: TrainingClass) -> RowsForm:
    """The units of the teaching plan."""
    units = [{"topic": unit.topic, "kind": unit.kind.value, "hours": unit.hours} for unit in as_units(row.id)]
    columns = {
        "topic": (_("内容"), _text(120)),
        "kind": (_("形式"), _choice(SessionKind)),
        "hours": (_("学时"), WholeNumberField),
    }
    return _rows_form(columns, units, len(units) + MORE)


def units_in(form: RowsForm) -> list[NewUnit]:
    """What was filled in."""
    return [NewUnit(row["topic"], SessionKind(row["kind"]), row["hours"] or 0) for row in form.filled()]


def resources_form(row: TrainingClass) -> RowsForm:
    """Textbooks, digital courses, material; and the machines of the place."""
    found = [{"name": one.name, "kind": one.kind.value, "amount": one.amount} for one in as_resources(row.id)]
    columns = {
        "name": (_("名称"), _text(120)),
        "kind": (_("类别"), _choice(ResourceKind)),
        "amount": (_("数量"), _text(40)),
    }
    machines = CheckboxListField(_("实操用哪些设备"), coerce=int, choices=machine_choices(row))
    chosen = [machine.id for machine in machines_for(row.id)]
    return _rows_form(columns, found, len(found) + MORE, fields={"machine_ids": machines}, machine_ids=chosen)


def resources_in(form: RowsForm) -> tuple[list[NewResource], list[int]]:
    """What was filled in: resources, and the numbers of the machines."""
    found = [NewResource(ResourceKind(row["kind"]), row["name"], row["amount"] or "") for row in form.filled()]
    return found, form["machine_ids"].data


def assessment_form(row: TrainingClass) -> RowsForm:
    """When, where, and what is assessed."""
    plan = assessment_plan_of(row.id)
    items = plan.items if plan else ()
    found = [{"name": one.name, "part": one.part.value, "full_marks": one.full_marks} for one in items]
    columns = {
        "name": (_("项目"), _text(40)),
        "part": (_("形式"), _choice(SessionKind)),
        "full_marks": (_("满分"), WholeNumberField),
    }
    fields = {
        "on": DayField(_("哪天考"), [Required()], description=_("不早于最后一课。")),
        "place": TextField(_("在哪里考"), [Required(), MaxLength(120)]),
    }
    first = {"on": plan.on if plan else row.end_on, "place": plan.place if plan else row.site.name}
    return _rows_form(columns, found, max(ITEM_ROWS, len(found) + 1), fields=fields, **first)


def assessment_in(form: RowsForm) -> NewAssessment:
    """What was filled in."""
    items = (NewItem(SessionKind(row["part"]), row["name"].strip(), row["full_marks"] or 0) for row in form.filled())
    return NewAssessment(form["on"].data, form["place"].data, tuple(items))


class EvidenceForm(Form):
    """How each hour will be shown."""

    ways = CheckboxListField(_l("怎么签到"), [Required()], description=_l("至少有一种不用手机的办法。"))
    photos_a_session = WholeNumberField(_l("每次课拍几张照片"))
    mid_checks = BooleanField(_l("抽到的课中途再点一次名"))
    place_asked = BooleanField(_l("签到时记下位置"), description=_l("手机给不出位置的也能签，只是记一笔。"))

    @classmethod
    def of(cls, row: TrainingClass) -> "EvidenceForm":
        """The form filled with what the class plans."""
        plan = evidence_plan_of(row.id)
        found: Row = {}
        if plan is not None:
            found = {
                "ways": [way.value for way in plan.ways],
                "photos_a_session": plan.photos_a_session,
                "mid_checks": plan.mid_checks,
                "place_asked": plan.place_asked,
            }
        form = cls(data=found)
        form.ways.choices = [(way.value, label(way)) for way in EvidenceWay]
        return form

    def plan(self) -> NewEvidence:
        """What was filled in."""
        ways = tuple(EvidenceWay(way) for way in self.ways.data)
        photos = self.photos_a_session.data or 0
        return NewEvidence(ways, photos, mid_checks=self.mid_checks.data, place_asked=self.place_asked.data)


class ScanForm(Form):
    """A signed and stamped paper, photographed."""

    scan = FileField(_l("盖章件的照片或 PDF"), [Required()], description=_l("拍整张纸，右下角的二维码要在画面里。"))
    code = TextField(_l("纸右下角的编码"), [MaxLength(30)], description=_l("二维码读不出来时才用填。"))
