"""The list for the treasury 资金拨付清单: its rows for a spreadsheet, and its facts for paper."""

from collections import defaultdict
from typing import Any

from app.classes.models import TrainingClass
from app.funding.models import PaymentBatch, PaymentPart, Transfer
from app.funding.queries.sheets import bureau_name, class_code
from app.funding.rules import Payee
from app.kernel import clock
from app.kernel.database import db
from app.kernel.i18n import _
from app.policies import queries as policies


def list_rows(batch: PaymentBatch) -> list[dict[str, Any]]:
    """The rows of the list for the treasury 资金拨付清单: one a school and class, one a class for all its persons.

    `rate` is there where everybody of the row has the same amount.
    """
    found: dict[tuple[int, int, Payee], list[tuple[Transfer, PaymentPart]]] = defaultdict(list)
    for transfer in batch.transfers:
        for part in transfer.parts:
            found[transfer.claim_id, part.line.class_id, transfer.payee].append((transfer, part))
    return [_list_row(number, key[2], both) for number, (key, both) in enumerate(found.items(), start=1)]


def _list_row(number: int, payee: Payee, carried: list[tuple[Transfer, PaymentPart]]) -> dict[str, Any]:
    transfer, first = carried[0]
    class_, school = db.session.get_one(TrainingClass, first.line.class_id), transfer.claim.school
    paid = transfer.organization or school
    amounts = {part.amount_fen for _transfer, part in carried}
    to_school = payee is Payee.SCHOOL
    return {
        "seq": number,
        "school": school.name,
        "class": f"{class_.name}（{class_code(class_.id)}）",
        "course": class_.course.title,
        "people": len(carried),
        "rate": amounts.pop() if len(amounts) == 1 else None,
        "amount": sum(part.amount_fen for _transfer, part in carried),
        "payee": paid.name if to_school else _("学员个人"),
        "bank": paid.bank_name if to_school else _("各人开户行"),
        "account": (transfer.account or "") if to_school else _("见银行代发文件"),
        "batch": transfer.batch.number,
    }


def list_facts(batch: PaymentBatch) -> dict[str, Any]:
    """The printed list 资金拨付清单."""
    rows = list_rows(batch)
    return {
        "number": batch.number,
        "authority": bureau_name(batch.region_code),
        "budget_account": f"{batch.budget.year} 年{batch.budget.fund_source}",
        "made_on": clock.local(batch.requested_at).date(),
        "sha256": batch.sha256,
        "rows": [
            {
                "school": row["school"],
                "class_name": row["class"],
                "people": row["people"],
                "rate_fen": row["rate"],
                "amount_fen": row["amount"],
                "payee": row["payee"],
                "bank": row["bank"] or None,
                "account": row["account"] or None,
            }
            for row in rows
        ],
        "people": sum(row["people"] for row in rows),
        "total_fen": batch.total_fen,
        "example_rates": any(
            policies.pack_row_by_id(transfer.claim.policy_pack_id).is_example for transfer in batch.transfers
        ),
    }
