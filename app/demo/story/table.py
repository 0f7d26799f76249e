"""The table of who may sign in to the demo: printed on start, and for the pages that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from app.accounts.models import User
from app.accounts.queries import user_by_login_name
from app.demo.story.cast import ACCOUNTS, COMPANIES, LABORERS, PASSWORD
from app.kernel.access import Role
from app.kernel.labels import label
from app.regions.queries import full_name


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table; laborers sign in by phone, and their password is the code in the outbox."""

    role: str
    name: str
    login: str
    password: str
    place: str
    """The area or the organization."""


def entries() -> list[Entry]:
    """Everybody whom the story made and who can sign in, staff by role first, then laborers."""
    return [*_staff(), *_laborers()]


def _staff() -> list[Entry]:
    logins = [*(account.login for account in ACCOUNTS), *(company.key for company in COMPANIES)]
    users = [user for login in logins if (user := user_by_login_name(login)) is not None]
    return [_entry(user) for user in sorted(users, key=_rank)]


def _rank(user: User) -> int:
    return min(list(Role).index(item.role) for item in user.roles)


def _entry(user: User) -> Entry:
    areas = "、".join(full_name(area.region_code) for area in user.areas)
    place = user.organization.name if user.organization else areas
    return Entry("、".join(label(item.role) for item in user.roles), user.name, user.login_name, PASSWORD, place)


def _laborers() -> list[Entry]:
    role = str(label(Role.LABORER))
    return [
        Entry(role, known.name, known.phone, "短信验证码（看发件箱）", f"{full_name(known.village)}，{known.note}")
        for known in LABORERS
    ]


HEADINGS = Entry("岗位", "姓名", "用户名 / 手机", "密码", "区域 / 单位")


def print_table() -> str:
    """The table as lines of text, columns lined up although Chinese characters are twice as wide."""
    rows = [_cells(entry) for entry in (HEADINGS, *entries())]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_fill(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    rule = "-" * max(_width(line) for line in lines)
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def _cells(entry: Entry) -> Sequence[str]:
    return (entry.role, entry.name, entry.login, entry.password, entry.place)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _fill(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
