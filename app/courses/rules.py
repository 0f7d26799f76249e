"""A course's flow and how it is delivered."""

from enum import StrEnum

from app.kernel.flow import Flow


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
