"""One-time codes to a phone: six digits, ten minutes, five tries; throttled by phone."""

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import OneTimeCode
from app.kernel import clock
from app.kernel.database import db
from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.sealing import blind_index
from app.kernel.throttles import count_try
from app.messages import service as messages
from app.messages.models import MessageKind

CODE_LASTS = timedelta(minutes=10)
TRIES = 5


def send_code(phone: str, purpose: str) -> None:
    """Send a fresh code to a phone; an older one stops working. Raises `TooMany`."""
    count_try("code", phone, limit=5, window=timedelta(minutes=15))
    code = f"{secrets.randbelow(1_000_000):06d}"
    values = {
        "phone_index": blind_index(phone, "phone"),
        "purpose": purpose,
        "code_hash": _hash(code, phone, purpose),
        "expires_at": clock.now() + CODE_LASTS,
        "tries_left": TRIES,
        "used_at": None,
    }
    statement = insert(OneTimeCode).values(**values)
    db.session.execute(statement.on_conflict_do_update(constraint="uq_one_time_codes_phone", set_=values))
    text = _("验证码 %(code)s，10 分钟内有效。工作人员不会向您索要验证码。", code=code)
    messages.tell(MessageKind.CODE, recipient="phone", phone=phone, text=text)


def check_code(phone: str, purpose: str, code: str) -> None:
    """Take a code: right, in time and unused. Raises `DomainError` on `code`.

    A wrong try is counted in its own transaction, so that the caller's rollback does not give it back.
    """
    count_try("code-try", f"{purpose}:{phone}", limit=TRIES * 3, window=CODE_LASTS)
    query = select(OneTimeCode).where(
        OneTimeCode.phone_index == blind_index(phone, "phone"), OneTimeCode.purpose == purpose
    )
    row = db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None or row.used_at is not None or row.expires_at < clock.now():
        raise DomainError(N_("验证码不对或已过期，请重新获取。"), "code")
    count_try("code-once", f"{purpose}:{phone}:{row.expires_at.timestamp()}", limit=TRIES, window=CODE_LASTS)
    if not hmac.compare_digest(bytes(row.code_hash), _hash(code.strip(), phone, purpose)):
        raise DomainError(N_("验证码不对，请看清短信再填。"), "code")
    row.used_at = clock.now()


def _hash(code: str, phone: str, purpose: str) -> bytes:
    return blind_index(f"{purpose}\0{phone}\0{code}", "code")
