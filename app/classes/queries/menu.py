"""The public menu: classes open for sign-up with their seats left, and courses that wait for a class.

A page asks at most four questions of the database: the cards, what one may filter by, the courses without a class, and
the names of the modes; where the caller kept the others, only the first. Cards are plain rows, not loaded objects, and
the question for them is written once a search, because the menu is the busiest page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Organization
from app.classes.models import TrainingClass
from app.classes.queries.menu_shapes import Card, Choices, Menu, MenuFilters, Wish
from app.classes.queries.nearness import depth_near, shared
from app.classes.rules import SIGN_UP
from app.courses.models import Course
from app.courses.rules import CourseStatus, Delivery
from app.kernel import clock
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.paging import Page
from app.occupations.models import Occupation
from app.policies.queries import pack_of, packs_in_force
from app.policies.queries import text as words_of
from app.regions.models import Level, Region
from app.regions.queries import in_area
from app.schools.models import School, SchoolStatus, Site

CARDS = 20
WISHES = 12
"""Cards a page, and courses without a class shown below them."""

LONGEST_WORD = 40
Found = Any
"""A row of several columns, by their names."""


def menu(filters: MenuFilters, choices: Choices | None = None, wishes: Sequence[Wish] | None = None) -> Menu:
    """One page of the menu as it stands now, in one query; three more where nobody knows the choices and wishes yet."""
    known = choices or find_choices()
    page = _cards(filters, clock.today(), dict(known.modes))
    return Menu(page, find_wishes(filters) if wishes is None else wishes, known)


def public_class(class_id: int) -> TrainingClass:
    """A class that was opened for sign-up at some time, for anybody; raises `NotFound`."""
    row = db.session.get(TrainingClass, class_id)
    if row is None or row.opened_at is None:
        raise NotFound
    return row


def _is_open(today: date) -> ColumnElement[bool]:
    """Classes in which anyone may take a seat or a number, of schools in good standing, that have yet to start."""
    return and_(
        TrainingClass.status.in_(SIGN_UP),
        TrainingClass.start_on >= today,
        TrainingClass.school_id.in_(select(School.id).where(School.status == SchoolStatus.LISTED)),
    )


def has_word(word: str) -> ColumnElement[bool]:
    """Whether a course is called so, in characters, in pinyin or by its initials; or its occupation or school is."""
    ways = [
        Course.title.icontains(word, autoescape=True),
        Occupation.name_zh.contains(word, autoescape=True),
        Organization.name.contains(word, autoescape=True),
    ]
    letters = re.sub(r"\s", "", word.lower())
    if re.fullmatch(r"[a-z]+", letters):
        initials = " ".join(f"{letter}[a-z]*" for letter in letters)
        ways.append(Course.title_pinyin.regexp_match(f"(^| ){initials}"))
        ways.append(func.replace(Course.title_pinyin, " ", "").contains(letters))
    return or_(*ways)


def _wanted(filters: MenuFilters, *more: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """What holds for a course, whether a class is open or not; `more` are further ways to meet the word."""
    found: list[ColumnElement[bool]] = []
    if filters.word:
        found.append(or_(has_word(filters.word), *more))
    if filters.course_id:
        found.append(Course.id == filters.course_id)
    if filters.occupation_id:
        found.append(Course.occupation_id == filters.occupation_id)
    if filters.trade:
        found.append(Course.trade == filters.trade)
    if filters.mode:
        found.append(or_(Course.mode == filters.mode, Course.base_mode == filters.mode))
    return found


def _wanted_class(filters: MenuFilters) -> list[ColumnElement[bool]]:
    found = _wanted(filters, TrainingClass.name.icontains(filters.word, autoescape=True))
    if filters.place:
        found.append(in_area(TrainingClass.region_code, (filters.place,)))
    if filters.month:
        found.append(func.to_char(TrainingClass.start_on, "YYYY-MM") == filters.month)
    if filters.only_free:
        found.append(TrainingClass.seats_taken < TrainingClass.capacity)
    return found


def _cards(filters: MenuFilters, today: date, modes: Mapping[str, str]) -> Page[Card]:
    rows = db.session.execute(_question(filters, today)).all()
    if not rows and filters.page > 1:
        return _cards(replace(filters, page=1), today, modes)
    return Page([_card(row, modes, filters.near) for row in rows], filters.page, rows[0].total if rows else 0, CARDS)


@lru_cache(maxsize=256)
def _question(filters: MenuFilters, today: date) -> Select[Any]:
    """The question for one page of cards: first which classes, then what is shown of these few."""
    page = _shown(filters, today).subquery("page")
    above, top = aliased(Region), aliased(Region)
    return (
        select(
            page.c.id,
            page.c.total,
            page.c.depth,
            TrainingClass.name,
            TrainingClass.start_on,
            TrainingClass.capacity,
            (TrainingClass.capacity - TrainingClass.seats_taken).label("seats"),
            TrainingClass.paid,
            TrainingClass.order_id.is_not(None).label("has_post"),
            Course.mode,
            Course.trade,
            Course.delivery,
            (Course.theory_hours + Course.practice_hours).label("hours"),
            Organization.name.label("school"),
            Site.in_village,
            Region.level,
            Region.name.label("here"),
            above.name.label("above"),
            top.name.label("top"),
        )
        .select_from(page)
        .join(TrainingClass, TrainingClass.id == page.c.id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Organization, Organization.id == TrainingClass.school_id)
        .join(Site, Site.id == TrainingClass.site_id)
        .join(Region, Region.code == TrainingClass.region_code)
        .outerjoin(above, above.code == Region.parent_code)
        .outerjoin(top, top.code == above.parent_code)
        .order_by(page.c.depth.desc(), TrainingClass.start_on, TrainingClass.id)
    )


def _shown(filters: MenuFilters, today: date) -> Select[int, int, int]:
    """Which classes stand on this page, and how many there are in all; the nearest first where a place is known."""
    depth = depth_near(filters.near)
    query = select(TrainingClass.id, func.count().over().label("total"), depth.label("depth"))
    if filters.near:
        query = query.join(Region, Region.code == TrainingClass.region_code)
    if filters.word or filters.course_id or filters.occupation_id or filters.mode or filters.trade:
        query = query.join(Course, Course.id == TrainingClass.course_id)
    if filters.word:
        query = query.join(Occupation, Occupation.id == Course.occupation_id).join(
            Organization, Organization.id == TrainingClass.school_id
        )
    return (
        query.where(_is_open(today), *_wanted_class(filters))
        .order_by(*([depth.desc()] if filters.near else []), TrainingClass.start_on, TrainingClass.id)
        .limit(CARDS)
        .offset((filters.page - 1) * CARDS)
    )


def _card(row: Found, modes: Mapping[str, str], near: tuple[str, ...] = ()) -> Card:
    return Card(
        id=row.id,
        name=row.name,
        trade=row.trade,
        delivery=Delivery.VILLAGE if row.in_village and row.delivery == Delivery.BOTH else row.delivery,
        hours=row.hours,
        minutes=not row.paid,
        school=row.school,
        place=_near(row),
        start_on=row.start_on,
        capacity=row.capacity,
        left=row.seats,
        has_post=row.has_post,
        mode=modes.get(row.mode, ""),
        near=shared(near, row.depth),
    )


def _near(row: Found) -> str:
    """County and township: enough to know whether it is far."""
    chain = [(row.level - 2, row.top), (row.level - 1, row.above), (row.level, row.here)]
    return " ".join(name for level, name in chain if level in (Level.COUNTY, Level.TOWNSHIP) and name)


def find_choices() -> Choices:
    """What one may filter by now, in two queries; the names of modes are in the reader's language."""
    today = clock.today()
    found: dict[str, list[tuple[str, str]]] = {"place": [], "occupation": [], "month": [], "mode": [], "trade": []}
    for kind, value, words in db.session.execute(_facets(today)):
        found[kind].append((value, words))
    return Choices(
        occupations=found["occupation"],
        places=found["place"],
        months=found["month"],
        modes=sorted(_mode_names(today, [value for value, _words in found["mode"]]).items()),
        trades=[value for value, _words in found["trade"]],
    )


def _facets(today: date) -> CompoundSelect[Any]:
    """Kind, value and words of every place, occupation, month, mode and trade that some open class has."""
    month = func.to_char(TrainingClass.start_on, "YYYY-MM").label("month")
    columns = (TrainingClass.region_code, Course.occupation_id, Course.mode, Course.trade, month)
    opened = (
        select(*columns).join(Course, Course.id == TrainingClass.course_id).where(_is_open(today)).distinct()
    ).cte("opened")
    here, above = aliased(Region), aliased(Region)
    near = select(here.code).where(here.code.in_(select(opened.c.region_code)))
    over = select(here.parent_code).where(here.code.in_(select(opened.c.region_code)))
    high = select(above.parent_code).where(above.code.in_(over))
    name = case((Region.level == Level.COUNTY, Region.name), else_=func.concat("\u3000", Region.name))
    places = select(literal("place").label("kind"), Region.code.label("value"), name.label("words")).where(
        Region.level.in_((Level.COUNTY, Level.TOWNSHIP)), or_(*(Region.code.in_(part) for part in (near, over, high)))
    )
    occupations = select(literal("occupation"), cast(Occupation.id, String), Occupation.name_zh).where(
        Occupation.id.in_(select(opened.c.occupation_id))
    )
    months = select(literal("month"), opened.c.month, opened.c.month).distinct()
    modes = select(literal("mode"), opened.c.mode, opened.c.mode).distinct()
    trades = select(literal("trade"), opened.c.trade, opened.c.trade).distinct()
    return union_all(places, occupations, months, modes, trades).order_by("kind", "value")


def _mode_names(today: date, keys: Iterable[str]) -> dict[str, str]:
    """The modes' names in the reader's language, from the packs in force."""
    packs = [pack_of(row) for row, _region in packs_in_force(today)]
    found = {key: words_of(mode.name) for pack in packs for key, mode in pack.modes.items()}
    return {key: found.get(key, key) for key in keys}


def find_wishes(filters: MenuFilters) -> Sequence[Wish]:
    """Courses on the menu that nobody can sign up for now, for the first page; place and month mean nothing here."""
    if filters.page > 1 or filters.only_free:
        return ()
    running = select(TrainingClass.course_id).where(_is_open(clock.today()))
    query = (
        select(
            Course.id,
            Course.title,
            Course.trade,
            Organization.name.label("school"),
            (Course.theory_hours + Course.practice_hours).label("hours"),
        )
        .join(Occupation, Occupation.id == Course.occupation_id)
        .join(Organization, Organization.id == Course.school_id)
        .join(School, School.id == Course.school_id)
        .where(
            Course.status == CourseStatus.LISTED,
            School.status == SchoolStatus.LISTED,
            Course.id.not_in(running),
            *_wanted(filters),
        )
        .order_by(Course.title_pinyin, Course.id)
        .limit(WISHES)
    )
    return [Wish(*row) for row in db.session.execute(query)]
