"""What a home is made of: plain rows that its template draws."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import url_for


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a worklist: what, how many, where it opens; `tone` "bad" for what is late."""

    label: str
    url: str
    count: int | None = None
    note: str = ""
    due: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of how things stand."""

    number: int | str
    label: str
    url: str | None = None
    tone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """What to do now, what waits for others, how things stand."""

    now: tuple[Item, ...] = ()
    waiting: tuple[Item, ...] = ()
    standing: tuple[Figure, ...] = ()

    def __add__(self, other: "Home") -> "Home":
        """Two roles' homes as one; what both name stands once."""
        return Home(
            _once(self.now + other.now), _once(self.waiting + other.waiting), _figures(self.standing + other.standing)
        )


def _once(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple({(item.label, item.url): item for item in items}.values())


def _figures(figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    return tuple({figure.label: figure for figure in figures}.values())


def way(endpoint: str, **values: Any) -> str:
    """The address of a page of a lower room."""
    return url_for(endpoint, **values)


@dataclass(frozen=True, slots=True)
class Room:
    """Where a kind of row is listed and where one of it opens."""

    listing: str
    row: str
    parameter: str

    def list_url(self, **filters: Any) -> str:
        """The list, narrowed."""
        return way(self.listing, **filters)

    def at(self, status: StrEnum) -> str | None:
        """The list of one status, for a figure."""
        return self.list_url(status=status.value) or None

    def row_url(self, number: int) -> str:
        """The row's own page."""
        return way(self.row, **{self.parameter: number})


ORDERS = Room("orders.list_orders", "orders.show_order", "order_id")
COURSES = Room("courses.list_courses", "courses.show_course", "course_id")
PLANS = Room("rosters.list_plans", "rosters.show_plan", "plan_id")
CLASSES = Room("classes.list_classes", "classes.show_class", "class_id")
VARIATIONS = Room("classes.list_open_variations", "classes.show_variation", "variation_id")
ENROLLMENTS = Room("enrollments.list_enrollments", "enrollments.show_enrollment", "enrollment_id")
DENIALS = Room("enrollments.list_denials", "enrollments.show_denial", "denial_id")
INSPECTIONS = Room("inspections.list_inspections", "inspections.show_inspection", "inspection_id")
RECORDING_DOUBTS = Room("recordings.list_doubts", "recordings.show_doubt", "recording_doubt_id")
OWN_ENROLLMENTS = Room("enrollments.list_own", "enrollments.show_own", "enrollment_id")
CERTIFICATES = Room("certificates.list_certificates", "certificates.show_certificate", "certificate_id")
ISSUING = Room("certificates.list_certificates", "certificates.show_class", "class_id")
PLACEMENTS = Room("placements.list_placements", "placements.show_placement", "placement_id")
CLAIMS = Room("funding.list_claims", "funding.show_claim", "claim_id")
OBJECTIONS = Room("funding.list_objections", "funding.show_objection", "objection_id")
BATCHES = Room("funding.list_batches", "funding.show_batch", "batch_id")
CARDS = Room("funding.list_batches", "funding.show_transfer", "transfer_id")
GUARDIANS = Room("funding.list_batches", "funding.show_guardian", "person_id")
BANK_ROWS = Room("funding.list_batches", "funding.show_row", "row_id")
RECOVERIES = Room("funding.list_recoveries", "funding.show_recovery", "recovery_id")
TRANSFERS = Room("funding.list_batches", "funding.show_transfer", "transfer_id")
SCHOOLS = Room("schools.list_schools", "schools.show_school", "school_id")
ORGANIZATIONS = Room("accounts.list_organizations", "accounts.show_organization", "organization_id")
ACCOUNTS = Room("accounts.list_accounts", "accounts.show_account", "user_id")
PEOPLE = Room("people.list_people", "people.show_person", "person_id")
BUDGETS = Room("ledger.list_budgets", "ledger.show_budget", "budget_id")
QUOTAS = Room("ledger.list_budgets", "ledger.show_quota", "quota_id")
YEAR_ENDS = Room("ledger.list_budgets", "ledger.review_carry_over", "budget_id")
