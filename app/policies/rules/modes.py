"""Modes of training 培训模式: each says which order, which fixes, which certificate and which claim apply. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from app.policies.rules.said import Named


class OrderKind(StrEnum):
    """Kinds of order 订单 that a mode may ask for."""

    HIRING = "hiring"
    PIECEWORK = "piecework"
    JOINT_PRODUCTION = "joint_production"
    PUBLIC_WELFARE = "public_welfare"
    PROJECT = "project"


OWN_LIVELIHOOD = "own_livelihood"
PLACEMENTS = (*(kind.value for kind in OrderKind), OWN_LIVELIHOOD)
"""Kinds of post that a line's placement may have."""


class Direction(StrEnum):
    """What 定向 means in a mode."""

    EMPLOYER = "employer"
    WORKSHOP_OR_BUYER = "workshop_or_buyer"
    BUYER = "buyer"
    VILLAGE = "village"
    INDUSTRY = "industry"
    OWN_LIVELIHOOD = "own_livelihood"
    NONE = "none"


class PostKind(StrEnum):
    """What 定岗 means in a mode."""

    ORDER_POST = "order_post"
    WORKPLACE_OR_HOME = "workplace_or_home"
    CONTRACT = "contract"
    WELFARE_POST = "welfare_post"
    OPTIONAL = "optional"
    OWN_PLOT = "own_plot"
    NONE = "none"


class CertificateKind(StrEnum):
    """What the trainee is given at the end."""

    COMPLETION = "completion"
    ATTENDANCE_NOTE = "attendance_note"


class ClaimKind(StrEnum):
    """How the training is claimed for."""

    PER_TRAINEE = "per_trainee"
    BY_EMPLOYER = "by_employer"
    NONE = "none"


class PlacementProof(StrEnum):
    """Who confirms that the post or livelihood was taken up."""

    EMPLOYER_CONFIRMS = "employer_confirms"
    OFFICER_CONFIRMS = "officer_confirms"
    NONE = "none"


class Fix(StrEnum):
    """The four things a class fixes 四定."""

    PLACE = "place"
    PEOPLE = "people"
    DIRECTION = "direction"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Mode:
    """One mode as the pack declares it; `category` is the standards' category where the mode decides it."""

    key: str
    name: Named
    paid: bool
    order_kinds: tuple[OrderKind, ...]
    direction: Direction
    post: PostKind
    certificate: CertificateKind
    claim: ClaimKind
    placement: PlacementProof
    as_course_mode: bool = False
    category: str = ""
    note: Named = Named("")  # noqa: RUF009  # frozen, so it may be shared
    source: str = ""
    fund: str = ""

    @property
    def needs_order(self) -> bool:
        """Whether a class in this mode needs a verified order."""
        return bool(self.order_kinds)

    def takes_order(self, kind: OrderKind | str | None) -> bool:
        """Whether an order of this kind serves this mode."""
        return kind in self.order_kinds

    @property
    def has_claim(self) -> bool:
        """Whether money may be claimed at all."""
        return self.paid and self.claim is not ClaimKind.NONE

    @property
    def counts_in_record(self) -> bool:
        """Whether a training takes from the person's record of subsidies used."""
        return self.paid

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """Which of the four must be fixed before approval; place and people in every paid mode."""
        wanted = {
            Fix.PLACE: self.paid,
            Fix.PEOPLE: self.paid,
            Fix.DIRECTION: self.direction is not Direction.NONE,
            Fix.POST: self.post not in (PostKind.NONE, PostKind.OPTIONAL),
        }
        return tuple(fix for fix, needed in wanted.items() if needed)
