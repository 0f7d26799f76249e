"""Whether a school's licence covers a class. Pure."""

from datetime import date

from app.kernel.marking import N_
from app.policies.rules.said import Said


def licence_problems(valid_from: date, valid_to: date, starts_on: date, ends_on: date) -> tuple[Said, ...]:
    """Why a school's licence does not cover a class from its first to its last day; empty when it does (F10)."""
    if starts_on < valid_from:
        return (
            Said(N_("办学许可证 %(day)s 才生效，晚于开课日期 %(start)s。"), {"day": valid_from, "start": starts_on}),
        )
    if valid_to < ends_on:
        return (Said(N_("办学许可证到 %(day)s 到期，班要上到 %(end)s。"), {"day": valid_to, "end": ends_on}),)
    return ()
