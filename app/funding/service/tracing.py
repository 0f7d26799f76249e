"""The auditor's workbook: every fen of a budget down to people, posts and receipts; masked, and recorded."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from app.audit import service as audit
from app.audit.words import action_words
from app.funding.queries.sheets import class_code, payee_name
from app.funding.queries.tracing import Traced, TracedLine, trace_budget, traced_lines
from app.kernel.access import Actor
from app.kernel.i18n import _, _l
from app.kernel.labels import label
from app.kernel.sealing import mask_id_number
from app.ledger.models import Budget

EXPORTED = "tracing exported"
action_words({EXPORTED: _l("导出资金追溯表")})
Naming = Callable[[str], str]


def export_tracing(budget: Budget, *, named: Naming, by: Actor) -> bytes:
    """The workbook of a budget with all its years, names as `named` shows them; recorded with counts and sums."""
    traced = trace_budget(budget.id)
    lines = traced_lines([one.class_.id for one in traced.classes])
    facts = {"classes": len(traced.classes), "lines": len(lines), "got_fen": traced.got_fen}
    audit.record(budget, EXPORTED, by=by, facts=facts)
    book = openpyxl.Workbook(write_only=True)
    _fill(book.create_sheet(_("班次")), _classes(traced))
    _fill(book.create_sheet(_("明细")), _lines(lines, named))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _classes(traced: Traced) -> list[Sequence[Any]]:
    heads = [_("班次编号"), _("班次"), _("学校"), _("预留"), _("应付"), _("已付"), _("其中落到岗位或生计")]
    rows: list[Sequence[Any]] = [heads]
    for one in traced.classes:
        names = (class_code(one.class_.id), one.class_.name, one.class_.school.name)
        rows.append((*names, *map(_yuan, (one.reserved_fen, one.owed_fen, one.got_fen, one.tied_fen))))
    sums = [sum(getattr(one, f"{name}_fen") for one in traced.classes) for name in ("reserved", "owed", "got", "tied")]
    return [*rows, (_("合计"), "", "", *map(_yuan, sums))]


def _lines(lines: Sequence[TracedLine], named: Naming) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = [
        [
            _("班次编号"), _("申领"), _("明细号"), _("姓名"), _("身份证号"), _("付给"), _("核定"), _("应付"), _("已付"),
            _("证书"), _("岗位或生计"), _("请款"), _("回单"),
        ]
    ]  # fmt: skip
    for one in lines:
        line, person = one.line, one.line.person
        batches = dict.fromkeys(part.transfer.batch.number for part in one.parts)
        rows.append(
            (
                class_code(line.class_id), line.claim.number, str(line.id), named(person.name),
                mask_id_number(person.id_number or ""), payee_name(line), *map(_yuan, _sums(one)),
                one.certificate.number if one.certificate else "", post_words(one), "、".join(batches),
                "、".join(one.receipts),
            )
        )  # fmt: skip
    sums = [sum(column) for column in zip(*map(_sums, lines), strict=True)] or [0, 0, 0]
    return [*rows, (_("合计"), "", "", "", "", "", *map(_yuan, sums))]


def _sums(one: TracedLine) -> tuple[int, int, int]:
    return one.line.amount_fen, one.due_fen, one.line.paid_fen


def post_words(one: TracedLine) -> str:
    """The post or livelihood, and whether it was confirmed."""
    if one.placement is None:
        return ""
    firm = one.placement.organization.name if one.placement.organization is not None else ""
    words = " ".join(part for part in (firm, one.placement.post_words) if part)
    return f"{words}（{label(one.placement.status)}）"


def _yuan(fen: int) -> float:
    """Yuan for a spreadsheet's cell; exact, since a double holds every fen below 10^13."""
    return fen / 100


def _fill(page: Any, rows: list[Sequence[Any]]) -> None:
    for row in rows:
        page.append([_cell(page, value) for value in row])


def _cell(page: Any, value: Any) -> Any:
    """A number with two decimals; a text stays text, also when it looks like a formula."""
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, float):
        cell.number_format = "#,##0.00"
    else:
        cell.data_type = "s"
    return cell
