"""Tell the payee what became of the money: a school by claim, a trainee by line; in Chinese, whoever confirms it."""

from app.funding.models import Transfer
from app.kernel.money import yuan
from app.messages import service as messages
from app.messages.models import MessageKind


def tell_paid(transfer: Transfer, amount_fen: int) -> None:
    """Say that so much, fen, was paid; of a part payment also that the rest is still to come."""
    rest = transfer.amount_fen - amount_fen
    later = f"还差 {yuan(rest)} 元，以后再付。" if rest else ""
    where = "打到您登记的账户" if transfer.person is not None else "支付"
    _tell(transfer, f"{_what(transfer)} {yuan(amount_fen)} 元已经{where}，请查收。{later}")


def tell_failed(transfer: Transfer, reason: str) -> None:
    """Say that the money did not arrive, and why, so that the payee can put the account right."""
    ask = "请和村里或学校核对您的银行账户。" if transfer.person is not None else "请核对开户信息。"
    _tell(transfer, f"{_what(transfer)}没有转成功：{reason.rstrip('。')}。{ask}")


def _what(transfer: Transfer) -> str:
    name = transfer.claim.name
    return f"“{name}”的培训补贴" if transfer.person is not None else f"申领 {transfer.claim.number}（{name}）的补贴"


def _tell(transfer: Transfer, text: str) -> None:
    payee = transfer.person or transfer.organization
    if payee is None:
        raise AssertionError("a transfer names its payee (ck_transfers_payee_named)")
    kind = "person" if transfer.person is not None else "organization"
    messages.tell(MessageKind.PAYMENT, recipient=f"{kind}:{payee.id}", phone=payee.phone, text=text)
