"""What people wish for, in words."""

from app.courses.models import Course
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.money import yuan
from app.people.models import Trade, Wish, WishKind
from app.regions.models import Region


def trade_words(key: str) -> str:
    """A trade by its key; what is no known trade is any other."""
    return label(Trade(key)) if key in set(Trade) else _("其他工种")


def wish_words(wish: Wish) -> str:
    """A wish in one line: what it is about, and what is wished."""
    return _("%(kind)s：%(value)s", kind=label(wish.kind), value=_value(wish))


def _value(wish: Wish) -> str:
    if wish.kind is WishKind.TRADE and wish.value in set(Trade):
        return label(Trade(wish.value))
    if wish.kind is WishKind.WAGE and wish.value.isdigit():
        return _("每月 %(n)s 元", n=yuan(int(wish.value)))
    if wish.kind is WishKind.COURSE and wish.value.isdigit():
        course = db.session.get(Course, int(wish.value))
        return course.title if course is not None else wish.value
    region = db.session.get(Region, wish.value) if wish.kind is WishKind.PLACE else None
    return region.name if region is not None else wish.value
