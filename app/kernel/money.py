"""Money is integer fen; it becomes text only at the edge. Pure."""

import re
import unicodedata
from decimal import Decimal

from app.kernel.errors import DomainError
from app.kernel.marking import N_

FEN_A_YUAN = 100
MOST_FEN = 10**15


def yuan(fen: int) -> str:
    """Write fen as yuan with thousands separators: 123450 -> '1,234.50'."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_A_YUAN)
    return f"{sign}{whole:,}.{rest:02d}"


def fen_of(text: str) -> int:
    """Read yuan as a person types them ('1,234.5', '¥800') into fen; raises `DomainError` for anything else."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    cleaned = plain.removeprefix("¥").removesuffix("元").strip()
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", cleaned):
        raise DomainError(N_("请填写金额，例如 1200 或 1200.50。"))
    fen = Decimal(cleaned) * FEN_A_YUAN
    if fen != fen.to_integral_value() or abs(fen) > MOST_FEN:
        raise DomainError(N_("金额最多两位小数，例如 1200.50。"))
    return int(fen)
