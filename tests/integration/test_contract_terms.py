"""How long a labor contract runs is recorded with the post, and a policy that asks for it pays nothing without."""

from typing import Any

import pytest

from app.funding import service
from app.funding.models import Claim
from app.funding.rules import LineStatus
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.errors import DomainError
from app.placements import service as placements
from app.placements.queries import placement_of_seat
from app.policies import queries as policies
from app.policies.rules.parsing import parse_pack
from tests.makers import make_user
from tests.making import funding as made
from tests.making.classes import officer

pytestmark = pytest.mark.usefixtures("session")
BONUS = {
    "key": "year_bonus", "kind": "fixed", "name_zh": "一年以上合同奖补", "yuan": 100, "source": "示例",
    "when": {"contract_months_from": 12},
}  # fmt: skip


def bend(monkeypatch: pytest.MonkeyPatch, story: made.Story, step: dict[str, Any]) -> None:
    """The policy of the class with one more step."""
    row = policies.pack_row_by_id(story.row.policy_pack_id or 0)
    toml = row.content["toml"]
    bent = parse_pack({**row.content, "toml": {**toml, "formula": [*toml["formula"], step]}})
    monkeypatch.setattr(policies, "pack_by_id", lambda _id: bent)


def confirm(story: made.Story, *months: int | None) -> None:
    """Every trainee took up the order's post, with contracts of so many months."""
    assert story.row.order is not None
    by = make_user(Role.EMPLOYER, organization=story.row.order.organization).as_actor()
    with clock.at(made.day(story.claimed)):
        for seat, term in zip(story.seats, months, strict=True):
            post = placement_of_seat(seat.id)
            assert post is not None
            placements.confirm(
                post, took_up_on=clock.today(), pay_fen=None, proof="合同", by=by, contract_months=term
            )  # fmt: skip


def compiled(story: made.Story) -> Claim:
    """The draft."""
    with clock.at(made.day(story.claimed)):
        return service.compile_claim(story.row, by=story.at.by)


def test_a_step_pays_by_the_recorded_term_and_a_post_without_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    story = made.make_class_story(people_count=3, absent=0, order=True)
    bend(monkeypatch, story, BONUS)
    confirm(story, 12, 11, None)
    lines = {line.seat_id: line for line in compiled(story).lines}
    long, short, silent = (lines[seat.id] for seat in story.seats)
    assert long.asked_fen - short.asked_fen == 10_000
    assert long.quote["facts"]["line"]["contract_months"] == 12
    assert (silent.status, "劳动合同" in silent.reason) == (LineStatus.NOT_QUALIFIED, True)


def test_a_mark_that_is_recorded_nowhere_refuses_the_line_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    story = made.make_class_story(people_count=1, absent=0)
    bend(monkeypatch, story, {**BONUS, "when": {"tags": ["brand"]}})
    (line,) = compiled(story).lines
    assert (line.status, "brand" in line.reason) == (LineStatus.NOT_QUALIFIED, True)


def test_a_term_is_of_a_post_at_an_employers() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    post = placement_of_seat(story.seats[0].id)
    assert post is not None
    with clock.at(made.day(story.claimed)), pytest.raises(DomainError, match="合同月数"):
        placements.confirm(post, took_up_on=clock.today(), pay_fen=None, proof="看过", by=officer(), contract_months=12)
