"""Small phrases that the homes of all roles are written with."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from babel.numbers import format_compact_decimal
from flask_babel import get_locale

from app.desk.counting import Count, Tally
from app.desk.frame import whole_yuan
from app.desk.items import CARDS, GUARDIANS, Figure, Home, Item, Room
from app.desk.queries import Sight
from app.kernel.i18n import _
from app.kernel.money import FEN_A_YUAN

SOON = timedelta(days=3)
TEN_THOUSAND_YUAN = 1_000_000


def day_words(day: date | None, today: date) -> str:
    """A day by which something is due, in words."""
    if day is None:
        return ""
    if day < today:
        return _("已过 %(n)s 天", n=(today - day).days)
    if day == today:
        return _("今天到期")
    return _("%(month)s月%(day)s日前", month=day.month, day=day.day)


def line(
    room: Room,
    count: Count,
    label: str,
    *,
    note: str = "",
    by_day: date | None = None,
    status: StrEnum | None = None,
    tone: str = "",
) -> Item | None:
    """One line of a worklist: opens the row itself where there is one, else the list.

    `by_day` is today's date, where the count's day is a deadline.
    """
    if count.rows == 0:
        return None
    filters = {"status": status.value} if status else {}
    url = room.row_url(count.first) if count.rows == 1 and count.first else room.list_url(**filters)
    due = day_words(count.due, by_day) if by_day else ""
    if by_day and count.due:
        tone = "bad" if count.due < by_day else "warn" if count.due <= by_day + SOON else tone
    return Item(label, url, count.rows, note, due, tone)


def cards_to_check(sight: Sight) -> list[Item | None]:
    """Cards that a colleague wrote down and a second officer types once more: failed ones, and guardians'."""
    note = _("同事登记的，对着卡面再输一遍")
    return [
        line(CARDS, sight.cards_to_check, _("重新确认的卡号要核对"), note=note, tone="warn"),
        line(GUARDIANS, sight.guardians_to_check, _("代领账户要核对"), note=note, tone="warn"),
    ]


def in_status(
    room: Room,
    counts: Tally,
    status: StrEnum,
    label: str,
    *,
    note: str = "",
    by_day: date | None = None,
    tone: str = "",
) -> Item | None:
    """The line of one status of a list."""
    return line(room, counts.of(status), label, note=note, by_day=by_day, status=status, tone=tone)


def own_hand(count: Count) -> str:
    """What a reviewer must leave to somebody else (I6)."""
    return _("其中 %(n)s 件您已经办过一道手续，要由别人办", n=count.mine) if count.mine else ""


def home(now: Iterable[Item | None], waiting: Iterable[Item | None] = (), standing: Iterable[Figure] = ()) -> Home:
    """Put the lines that are there into a home."""
    return Home(_present(now), _present(waiting), tuple(standing))


def _present(items: Iterable[Item | None]) -> tuple[Item, ...]:
    return tuple(item for item in items if item is not None and item.url)


def budget_figures(sight: Sight, url: str) -> list[Figure]:
    """This year's money in the area, and where it stands."""
    rows = sight.budgets
    parts = (
        (_("可用资金"), sum(row.available_fen for row in rows), "ok"),
        (_("已预留"), sum(row.reserved_fen for row in rows), ""),
        (_("应付"), sum(row.owed_fen for row in rows), "info"),
        (_("已支付"), sum(row.paid_fen for row in rows), ""),
    )
    return [Figure(in_short(fen), words, url or None, tone) for words, fen, tone in parts]


def in_short(fen: int) -> str:
    """A sum as it is said: 308.98万元, 4,200元, 826.1K yuan; the exact figure stands where the link leads."""
    if abs(fen) < TEN_THOUSAND_YUAN:
        return _("%(n)s元", n=whole_yuan(fen))
    said = format_compact_decimal(fen / FEN_A_YUAN, locale=get_locale() or "zh_Hans_CN", fraction_digits=2)
    return _("%(n)s元", n=said)
