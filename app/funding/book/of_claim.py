"""The parts of a book that tell of claims: lines, decisions, notice, payment."""

from collections.abc import Sequence

from sqlalchemy import select

from app.audit.queries import events_about, events_of
from app.audit.words import words_of
from app.funding.book.parts import Part, Reader, Table
from app.funding.models import Claim, ClaimLine, Notice, Objection, Recovery, Transfer
from app.funding.queries.notices import notices_of
from app.funding.queries.payments import transfers_of_claim
from app.funding.queries.sheets import payee_name, rule_words
from app.kernel.database import db
from app.kernel.labels import label
from app.kernel.money import yuan
from app.kernel.sealing import mask_account


def claim_parts(claims: Sequence[Claim], reader: Reader) -> list[Part]:
    """Claim lines, decisions, notice and objections, payment."""
    return [_lines(claims, reader), _decisions(claims), _notices(claims), _payments(claims)]


def _lines(claims: Sequence[Claim], reader: Reader) -> Part:
    pairs: list[tuple[str, object]] = []
    tables = []
    for claim in claims:
        pairs += [
            ("申领编号", claim.number),
            ("状态", label(claim.status)),
            ("提交时间", claim.submitted_at),
            ("申领快照的指纹", claim.snapshot_sha256 or "未提交"),
            ("申领（元）", yuan(claim.asked_fen)),
            ("核减（元）", yuan(claim.cut_fen)),
            ("核定（元）", yuan(claim.amount_fen)),
            ("已支付（元）", yuan(claim.paid_fen)),
        ]
        tables.append(Table(LINE_HEADS, [_line(line, reader) for line in claim.lines], f"申领明细 {claim.number}"))
    return Part("补贴申领明细", pairs, tables)


LINE_HEADS = (
    *(("姓名", 10), ("身份证号码", 20), ("付给", 9), ("计算", 22), ("申领", 10)),
    *(("核减", 9), ("已付", 10), ("状态、说明", 10)),
)


def _line(line: ClaimLine, reader: Reader) -> tuple[object, ...]:
    return (
        line.person.name,
        reader.identity(line.person),
        payee_name(line),
        rule_words(line),
        yuan(line.asked_fen),
        yuan(line.cut_fen) if line.cut_fen else "",
        yuan(line.paid_fen) if line.paid_fen else "",
        "\n".join(words for words in (label(line.status), line.cut_reason or line.reason) if words),
    )


def _decisions(claims: Sequence[Claim]) -> Part:
    steps = [
        (claim.number, event.at, words_of(event), _who(event.actor_name, event.stands_for), event.note)
        for claim in claims
        for event in events_of(claim)
    ]
    names = {line.id: line.person.name for claim in claims for line in claim.lines}
    lines = [
        (names[event.subject_id], event.at, words_of(event), _who(event.actor_name, event.stands_for), event.note)
        for event in events_about([("claim_lines", number) for number in names])
        if event.note or event.action in {"passed", "cut"}
    ]
    heads = (("时间", 19), ("手续", 17), ("经办", 14), ("意见、理由", 32))
    return Part(
        "审核与决定",
        tables=(Table((("申领", 18), *heads), steps, "整份"), Table((("姓名", 18), *heads), lines, "逐行")),
    )


def _who(name: str, stands_for: str | None) -> str:
    return f"{name}（代）" if stands_for else name


def _notices(claims: Sequence[Claim]) -> Part:
    notices: list[Notice] = [notice for claim in claims for notice in notices_of(claim.id)]
    pairs: list[tuple[str, object]] = []
    tables = []
    for notice in notices:
        pairs += [
            ("公示", f"{notice.claim.number}-{notice.number}"),
            ("公示期", f"{notice.from_on} 至 {notice.until_on}"),
        ]
        rows = [
            (row["name"], row["identity"], row["group"], row["item"], yuan(row["amount_fen"])) for row in notice.rows
        ]
        heads = (("姓名", 15), ("身份证号码", 27), ("人员类别", 24), ("项目", 18), ("金额（元）", 16))
        tables.append(Table(heads, rows, f"公示名单（与张贴的一致） {notice.claim.number}-{notice.number}"))
    query = select(Objection).where(Objection.notice_id.in_([notice.id for notice in notices])).order_by(Objection.id)
    objections = [
        (one.created_at, one.line.person.name, one.text, label(one.status), one.answer)
        for one in db.session.scalars(query).unique()
    ]
    asked = (("时间", 19), ("学员", 12), ("异议", 27), ("结论", 14), ("答复", 28))
    return Part("公示与异议", pairs, (*tables, Table(asked, objections, "异议")))


def _payments(claims: Sequence[Claim]) -> Part:
    transfers: list[Transfer] = [one for claim in claims for one in transfers_of_claim(claim.id)]
    rows = [
        (
            f"{one.batch.number}-{one.number}",
            one.organization.name if one.organization else one.person.name if one.person else "",
            mask_account(one.account or ""),
            yuan(one.amount_fen),
            yuan(one.paid_fen),
            label(one.status),
            "\n".join(f"{receipt.number} {receipt.paid_on}" for receipt in one.receipts) or one.answer,
        )
        for one in transfers
    ]
    heads = (
        ("请款", 16),
        ("收款", 17),
        ("账号", 16),
        ("请款（元）", 13),
        ("已付（元）", 13),
        ("状态", 9),
        ("回单、说明", 16),
    )
    batches = {one.batch.id: one.batch for one in transfers}
    asked = [(batch.number, batch.requested_at, yuan(batch.total_fen), batch.sha256) for batch in batches.values()]
    return Part(
        "请款与支付",
        tables=(
            Table((("请款函", 20), ("时间", 20), ("合计（元）", 16), ("指纹", 44)), asked, "请款"),
            Table(heads, rows, "支付"),
            _recoveries(claims),
        ),
    )


def _recoveries(claims: Sequence[Claim]) -> Table:
    """What was paid and is to come back, or came back."""
    query = select(Recovery).where(Recovery.claim_id.in_([claim.id for claim in claims])).order_by(Recovery.id)
    rows = [
        (
            one.number,
            one.line.person.name,
            label(one.cause),
            yuan(one.amount_fen),
            yuan(one.repaid_fen),
            label(one.status),
            one.reason,
        )
        for one in db.session.scalars(query).unique()
    ]
    heads = (
        *(("编号", 18), ("学员", 12), ("起因", 12), ("应追回（元）", 13), ("已退回（元）", 13)),
        *(("状态", 10), ("理由", 22)),
    )
    return Table(heads, rows, "追回")
