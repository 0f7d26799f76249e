"""Whether a school's licence covers a class, where a place can lie, whether somebody went to look. Pure."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.policies.rules.said import Said

MOST_SEATS = 500
LEAST_RADIUS, MOST_RADIUS = 20, 5000
"""Meters."""
LATITUDES = (Decimal(3), Decimal(54))
LONGITUDES = (Decimal(73), Decimal(136))
"""Between which degrees the country lies."""


def coordinate_problem(latitude: Decimal | None, longitude: Decimal | None) -> DomainError | None:
    """What is wrong with a place's coordinates: half of them, or outside the country; None where nothing is."""
    if latitude is None and longitude is None:
        return None
    if latitude is None or longitude is None:
        return DomainError(N_("经度和纬度要一起填，或者都不填。"), "latitude" if latitude is None else "longitude")
    if _inside(latitude, LATITUDES) and _inside(longitude, LONGITUDES):
        return None
    if _inside(longitude, LATITUDES) and _inside(latitude, LONGITUDES):
        return DomainError(N_("经度和纬度填反了：纬度小（例如 28.8），经度大（例如 113.1）。"), "latitude")
    return DomainError(
        N_("这个坐标不在中国境内，请再看一遍。"), "longitude" if _inside(latitude, LATITUDES) else "latitude"
    )


def _inside(value: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return bounds[0] <= value <= bounds[1]


def is_fresh(checked_on: date, days: int, on: date) -> bool:
    """Whether a place check is at most so many days old on a local date."""
    return checked_on <= on <= checked_on + timedelta(days=days)


class Check(Protocol):
    """What a place check says, as far as this rule asks."""

    checked_on: date

    @property
    def good(self) -> bool:
        """Whether the place exists and is fit."""


def check_fault(name: str, newest: Check | None, days: int, on: date) -> Said | None:
    """What is wrong with the newest check of a village's place on a local date; None where it is good and fresh."""
    if newest is None:
        return Said(N_("“%(site)s”是村里的场地，还没有人到现场核实过。"), {"site": name})
    words = {"site": name, "day": newest.checked_on, "days": days}
    if not newest.good:
        return Said(N_("“%(site)s”%(day)s 核实不合格，请换地方，或者整改后再核实。"), words)
    if not is_fresh(newest.checked_on, days, on):
        return Said(N_("“%(site)s”上次核实是 %(day)s，超过 %(days)s 天了，要再核实一次。"), words)
    return None


def licence_problems(valid_from: date, valid_to: date, starts_on: date, ends_on: date) -> tuple[Said, ...]:
    """Why a school's licence does not cover a class from its first to its last day; empty when it does (F10)."""
    if starts_on < valid_from:
        return (
            Said(N_("办学许可证 %(day)s 才生效，晚于开课日期 %(start)s。"), {"day": valid_from, "start": starts_on}),
        )
    if valid_to < ends_on:
        return (Said(N_("办学许可证到 %(day)s 到期，班要上到 %(end)s。"), {"day": valid_to, "end": ends_on}),)
    return ()
