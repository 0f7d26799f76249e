"""A phone's bottom bar: each role states its doors, they open, and they come first."""

from itertools import combinations

import pytest
from flask import Flask

from app.desk.frame import BARS
from app.kernel.access import Actor, Role
from app.kernel.navigation import ON_PHONE, nav, on_phone


def shown(app: Flask, *roles: Role) -> tuple[list[str], list[str]]:
    """The addresses in the bar and behind "more"."""
    with app.test_request_context("/home"):
        useful, others = on_phone(nav(Actor(key="user:1", name="某人", roles=frozenset(roles))))
        return [one.url for one in useful], [one.url for one in others]


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_its_most_useful_doors_under_the_thumb(app: Flask, role: Role) -> None:
    useful, others = shown(app, role)
    with app.test_request_context("/home"):
        wanted = [app.url_for(endpoint) for endpoint in BARS[role]]
    assert useful[: len(wanted)] == wanted, others
    assert len(useful) <= ON_PHONE
    assert not set(useful) & set(others)


def test_a_reviewer_has_the_claims_first_and_a_teacher_the_roll(app: Flask) -> None:
    assert shown(app, Role.FIRST_REVIEWER)[0][:2] == ["/home", "/claims"]
    assert shown(app, Role.TEACHER)[0][:2] == ["/home", "/attendance"]


def test_two_roles_share_the_bar_and_lose_no_door(app: Flask) -> None:
    for one, other in combinations((Role.TRAINING_OFFICER, Role.SIGNER, Role.SCHOOL_CLERK), 2):
        useful, others = shown(app, one, other)
        with app.test_request_context("/home"):
            assert {app.url_for(BARS[role][1]) for role in (one, other)} <= set(useful)
            every = {one.url for one in nav(Actor(key="user:1", name="某人", roles=frozenset((one, other))))}
        assert every == set(useful) | set(others)
