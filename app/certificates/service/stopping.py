"""What can stop the printing of a batch until somebody mends it, in words for the school and the administrator."""

import errno

from app.kernel.errors import DomainError
from app.kernel.i18n import _
from app.papers.service import DesignBroken, FactsRefused, StoreAway

BROKEN = (OSError, DomainError, DesignBroken, FactsRefused)
"""The store, the disk or the key; a rule in plain words; a design."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
LONGEST = 400


def in_words(error: Exception) -> str:
    """What went wrong and who can mend it; no path and no secret."""
    return _said(error)[:LONGEST]


def _said(error: Exception) -> str:
    if isinstance(error, DomainError):
        return str(error)
    if isinstance(error, StoreAway):
        return _("存放文件的地方现在用不了：文件夹不在原处，请管理员检查磁盘有没有挂上。")
    if isinstance(error, OSError):
        if error.errno in FULL:
            return _("存放文件的磁盘满了，请管理员腾出空间。")
        return _("存放文件的地方现在用不了（%(what)s），请管理员检查。", what=error.strerror or type(error).__name__)
    return _("证书样式有问题，请管理员检查样式文件：%(what)s", what=str(error))
