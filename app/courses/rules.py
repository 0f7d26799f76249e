"""A course's flow, how it is delivered, and what it must say. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.errors import DomainError
from app.kernel.flow import Flow
from app.kernel.marking import N_
from app.policies.rules.facts import CourseFacts
from app.policies.rules.modes import Mode


class CourseStatus(StrEnum):
    """Where a course stands."""

    DRAFT = "draft"
    OFFERED = "offered"
    RETURNED = "returned"
    LISTED = "listed"
    WITHDRAWN = "withdrawn"


class CourseStep(StrEnum):
    """What happens to a course."""

    OFFER = "offer"
    RETURN = "return"
    LIST = "list"
    WITHDRAW = "withdraw"


REVISED = "revised"
"""What is recorded about a course beside the steps of its flow."""

COURSE_FLOW = Flow(
    "course",
    CourseStatus.DRAFT,
    [
        (CourseStep.OFFER, [CourseStatus.DRAFT, CourseStatus.RETURNED], CourseStatus.OFFERED),
        (CourseStep.RETURN, [CourseStatus.OFFERED], CourseStatus.RETURNED),
        (CourseStep.LIST, [CourseStatus.OFFERED], CourseStatus.LISTED),
        (
            CourseStep.WITHDRAW,
            [CourseStatus.DRAFT, CourseStatus.OFFERED, CourseStatus.RETURNED, CourseStatus.LISTED],
            CourseStatus.WITHDRAWN,
        ),
    ],
)


class Delivery(StrEnum):
    """Where a course can be given."""

    SITE = "site"
    VILLAGE = "village"
    BOTH = "both"
    ONLINE = "online"


OPEN_TO_CHANGE = frozenset({CourseStatus.DRAFT, CourseStatus.RETURNED})
LOWEST_LEVEL = 5
FIELD_OF = {"R16": "theory_hours", "R17": "practice_hours"}
"""The field of the form that a rule of the policy speaks about."""


@dataclass(frozen=True, slots=True)
class CourseText:
    """What a course says; hours are standard hours of 45 minutes, level 5 (lowest) to 1, or 0 without a level."""

    mode: str
    title: str
    occupation_id: int
    level: int
    theory_hours: int
    practice_hours: int
    delivery: Delivery
    syllabus: str
    benefits: str = ""
    base_mode: str = ""
    rate_class: str = ""
    """The pack's category, where an officer has set it; "" means what the pack derives from the occupation."""
    trade: str = ""
    """The key of the picture; "" means the occupation's."""

    def policy_facts(self, occupation_code: str) -> CourseFacts:
        """The course as policy sees it."""
        return CourseFacts(
            mode=self.mode,
            occupation_code=occupation_code,
            level=self.level,
            theory_hours=self.theory_hours,
            practice_hours=self.practice_hours,
            base_mode=self.base_mode,
            category=self.rate_class,
        )


def text_problems(text: CourseText, mode: Mode) -> Iterator[DomainError]:
    """What stands against a course as written, apart from the policy's figures; each names its field."""
    if min(text.theory_hours, text.practice_hours) < 0:
        yield DomainError(N_("学时不能是负数。"), "theory_hours")
    elif text.theory_hours + text.practice_hours == 0:
        yield DomainError(N_("理论和实操学时合起来要大于 0。"), "theory_hours")
    if not 0 <= text.level <= LOWEST_LEVEL:
        yield DomainError(N_("请选等级；不分等级的选“不分等级”。"), "level")
    online = mode.as_course_mode
    if online and text.delivery not in (Delivery.ONLINE, Delivery.VILLAGE):
        yield DomainError(N_("线上培训请选“线上”或“送教进村”（在村里的电脑室集中上网课）。"), "delivery")
    if not online and text.delivery == Delivery.ONLINE:
        yield DomainError(N_("只有线上培训才能选“线上”。"), "delivery")
