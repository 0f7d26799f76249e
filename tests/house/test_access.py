"""Who may do what: the reviewed list of all addresses; every role tries each of them, from inside and outside."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from app.desk.cli import access_list
from app.kernel.access import PUBLIC, ROLE_CAN, SIGNED_IN, Can, Role, stamps_of
from tests.house.conftest import Stage

REVIEWED = Path(__file__).with_name("routes.txt")
HOW = "review the difference, then: .venv/bin/flask --app wsgi access-list > tests/house/routes.txt"
STANDARD: dict[str, Any] = {
    "field": "phone",
    "design": "roster",
    "trace.kind": "class",
    "variation.kind": "postpone",
    "sitting": 1,
    "number": 1,
    "point": "promise",
    "attachment_id": 1,
}
"""Parameters that name no row; of a list of choices the first is taken."""
OTHERWISE: dict[tuple[str, str], str] = {
    ("funding.show_board_photo", "photo_id"): "notice.photo_id",
    ("classes.new_variation", "kind"): "variation.kind",
    ("classes.ask_variation", "kind"): "variation.kind",
    ("desk.show_trace", "kind"): "trace.kind",
    ("desk.show_trace", "number"): "class_id",
    ("certificates.print_batch", "batch_id"): "certificates.batch_id",
    ("assessments.show_scan", "scan_id"): "result.scan_id",
    ("funding.show_class_book", "paper_id"): "class_book.paper_id",
    ("funding.show_claim_book", "paper_id"): "claim_book.paper_id",
    ("lessons.learn", "seat_id"): "online.seat_id",
    ("lessons.open_lesson", "seat_id"): "online.seat_id",
    ("lessons.beat", "seat_id"): "online.seat_id",
    ("lessons.read", "seat_id"): "online.seat_id",
    ("lessons.answer", "seat_id"): "online.seat_id",
    ("lessons.own_file", "seat_id"): "online.seat_id",
    ("lessons.repeat_form", "class_id"): "taster.class_id",
    ("lessons.repeat", "class_id"): "taster.class_id",
    ("lessons.show_taster", "class_id"): "taster.class_id",
    ("lessons.invite_to_class", "class_id"): "taster.class_id",
    ("lessons.invite_to_order", "class_id"): "taster.class_id",
    ("lessons.invite_to_class", "target_id"): "taster.target_id",
    ("lessons.invite_to_order", "target_id"): "taster.order_id",
    ("lessons.show_photo", "number"): "viewing.number",
    ("certificates.verify_token", "token"): "verify.token",
    ("certificates.show_name", "token"): "verify.token",
    ("accounts.open_link", "token"): "one_time_link.token",
    ("accounts.use_link", "token"): "one_time_link.token",
    ("inspections.show_number", "seat_id"): "called.seat_id",
    ("inspections.record_call", "seat_id"): "called.seat_id",
    ("enrollments.read_no", "token"): "denial.token",
    ("outreach.show_pool", "request_id"): "pool.request_id",
    ("outreach.propose_class", "request_id"): "pool.request_id",
    ("enrollments.say_no", "token"): "denial.token",
    ("attendance.show_code", "token"): "sign.token",
    ("attendance.say_who", "token"): "sign.token",
    ("attendance.sign", "token"): "sign.token",
    ("schools.check_form", "site_id"): "village.site_id",
    ("schools.check_place", "site_id"): "village.site_id",
    ("schools.show_photo", "site_id"): "village.site_id",
}
"""Parameters that mean another row than their name says."""
FOR_ALL: dict[str, str] = {
    "designs.show_design": "its parameter names a design, no row; what is shown are invented people",
    "designs.set_texts": "as above; the words set are those of the reader's own area or school",
    "designs.print_design": "as above",
    "designs.show_page": "as above",
    "outreach.list_duty": "its parameter names a kind of work, no row; the list holds the reader's own area",
    "enrollments.list_of_class": "a class on the public menu; the list holds only people the reader answers for",
    "enrollments.precheck_class": "any class on the menu, for people of the officer's own area",
    "enrollments.check_class": "as above",
    "enrollments.precheck_course": "any course on the menu, for people of the officer's own area",
    "enrollments.check_course": "as above",
    "enrollments.pick_people": "any class on the menu, for people of the officer's own area",
    "enrollments.ask_consent": "as above",
    "enrollments.enroll_others": "as above",
    "enrollments.confirm_own": "anybody may sign up for a class on the menu",
    "enrollments.enroll_self": "as above",
    "outreach.show_pool": "demand is shown by village and number, never by name, so that any school may answer it",
    "outreach.propose_class": "as above; a school without the course has nothing to propose",
    "outreach.new_own_request": "anybody may ask for a course on the menu",
    "outreach.ask_own_request": "as above",
}
"""Endpoints whose row is shown to everybody with the right, wherever they are, and why."""
HELD_BACK: dict[tuple[str, Role], str] = {
    ("inspections.show_check", Role.SCHOOL_CLERK): "a school does not see whom we call",
    ("inspections.show_draw", Role.SCHOOL_CLERK): "nor what is drawn",
    ("inspections.answer", Role.SCHOOL_CLERK): "the inspection is only planned: a school does not see it yet",
    ("inspections.show_inspection", Role.SCHOOL_CLERK): "as above",
    ("recordings.ask_offset", Role.TEACHER): "a file that somebody else is sending",
    ("recordings.ask_offset", Role.INSPECTOR): "as above",
    ("recordings.take_original", Role.SCHOOL_CLERK): "the original tells the place: for officers",
    ("recordings.take_original", Role.TEACHER): "as above",
    ("accounts.show_organization", Role.EMPLOYER): "a firm sees its own file; this one is a school's",
    ("orders.show_order", Role.TOWNSHIP_OFFICER): "the work is in the county's seat, not in this township",
    **dict.fromkeys(
        [
            (f"schools.{page}", Role.TOWNSHIP_OFFICER)
            for page in (
                "show_school",
                "list_listings",
                "list_sites",
                "show_site",
                "list_instructors",
                "show_ownership",
                "show_photo",
            )
        ],
        "the school's seat is the county, not this township",
    ),
    **{
        (f"funding.{page}", role): "the claim is the school's; a person and a firm see their own alone"
        for role in (Role.LABORER, Role.EMPLOYER)
        for page in (
            "show_claim",
            "print_sheet",
            "recompile",
            "submit",
            "withdraw_claim",
            "agree_cut",
            "contest_cut",
            "attach_paper",
            "show_paper",
            "record_invoice",
            "cancel_invoice",
            "compile_own",
            "show_long_step",
            "go_on_with_step",
        )
    },
    **{
        ("certificates.show_roll", role): "the school's seat is the county, not this village or township"
        for role in (Role.VILLAGE_OFFICER, Role.TOWNSHIP_OFFICER)
    },
    ("orders.place", Role.TRAINING_OFFICER): "officers send in the bureau's own orders; this one is a firm's",
}
"""Where a role has the right and yet not for the row inside, and why."""
WITHOUT_ROW: dict[str, str] = {
    "lessons.own_file": "the lesson is a text: there is no file",
    "lessons.show_file": "as above",
    "recordings.show_film": "the recording is a photo",
    "certificates.print_note": "the class is no taster: nobody has a note of attendance",
    "certificates.my_note": "as above",
    "funding.show_paper": "the policy asks for no paper beyond what is recorded",
    "attendance.show_paper": "the roll was called: no sheet was photographed",
}
"""Endpoints for which the little world has no row at all, and why."""
GONE = (403, 404)
ASKED_THE_PUBLIC_PAGES = (Role.LABORER, Role.AUDITOR)
"""Public pages answer everybody alike; two try them, one of each kind of sign-in."""


def rules(app: Flask) -> list[Rule]:
    """Every address but files."""
    return [rule for rule in app.url_map.iter_rules() if not rule.endpoint.endswith("static")]


def address(stage: Stage, rule: Rule) -> str:
    """The address with the parameters of the row inside; fails for a parameter that nobody gave a row."""
    values = {}
    for name in rule.arguments:
        key = OTHERWISE.get((rule.endpoint, name), name)
        choices = sorted(getattr(rule._converters[name], "items", ()))
        known = {**(dict.fromkeys([name], choices[0]) if choices else {}), **STANDARD, **stage.world.rows}
        assert key in known, f"{rule.endpoint} has a parameter {name} that the little world has no row for"
        values[name] = known[key]
    with stage.app.test_request_context():
        return url_for(rule.endpoint, **values)


def tries(stage: Stage, *, rows: bool) -> Iterator[tuple[Rule, str, str]]:
    """Every address with each of its methods; `rows` only those that name a row."""
    for rule in rules(stage.app):
        if rows and not rule.arguments:
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            yield rule, method, address(stage, rule)


def test_the_list_of_addresses_is_the_reviewed_one(app: Flask) -> None:
    with app.app_context():
        now = access_list()
    assert now == REVIEWED.read_text("utf-8").splitlines(), HOW


def test_every_permission_is_asked_somewhere(app: Flask) -> None:
    asked = {stamp for stamps in stamps_of(app).values() for stamp in stamps if isinstance(stamp, Can)}
    assert set(Can) - asked == set()


def test_a_passer_by_sees_only_what_is_public(stage: Stage) -> None:
    stamps, wrong = stamps_of(stage.app), []
    for rule, method, path in tries(stage, rows=False):
        status = stage.ask(None, method, path)
        public = PUBLIC in stamps[rule.endpoint]
        if status >= 500 or (status != 303 and not public) or (public and status == 403):
            wrong.append(f"{method} {path} ({rule.endpoint}): {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_does_only_what_it_may(stage: Stage, role: Role) -> None:
    """Inside: whoever has the right is answered, nobody else. An empty POST is refused by the form or the rules."""
    stamps, wrong = stamps_of(stage.app), []
    who = stage.world.inside[role].get_id()
    for rule, method, path in tries(stage, rows=False):
        needed = stamps[rule.endpoint]
        allowed = bool({PUBLIC, SIGNED_IN} & set(needed)) or bool(ROLE_CAN[role] & set(needed))
        if not allowed:
            if not stage.is_refused(who, method, path):
                wrong.append(f"{method} {path} ({rule.endpoint}) is open")
            continue
        if PUBLIC in needed and role not in ASKED_THE_PUBLIC_PAGES:
            continue
        status = stage.ask(who, method, path)
        if PUBLIC in needed or SIGNED_IN in needed:
            good = status < 500
        elif (rule.endpoint, role) in HELD_BACK or rule.endpoint in WITHOUT_ROW:
            good = status in GONE
        else:
            good = status < 500 and status not in GONE
        if not good:
            wrong.append(f"{method} {path} ({rule.endpoint}): {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_nothing_outside_its_area(stage: Stage, role: Role) -> None:
    """The same rows, tried by somebody of another county, school or firm, who has the right at home."""
    stamps, wrong = stamps_of(stage.app), []
    who = stage.world.outside[role].get_id()
    for rule, method, path in tries(stage, rows=True):
        needed = set(stamps[rule.endpoint])
        if not needed & ROLE_CAN[role] or rule.endpoint in FOR_ALL:
            continue
        status = stage.ask(who, method, path)
        if status not in GONE:
            wrong.append(f"{method} {path} ({rule.endpoint}): {status}")
    assert not wrong, "\n".join(wrong)


def test_exceptions_are_still_needed(app: Flask) -> None:
    known = {rule.endpoint for rule in rules(app)}
    named = {
        *FOR_ALL,
        *WITHOUT_ROW,
        *(endpoint for endpoint, _role in HELD_BACK),
        *(endpoint for endpoint, _name in OTHERWISE),
    }
    assert named <= known
    assert all(re.search(r"\w", why) for why in [*FOR_ALL.values(), *HELD_BACK.values()])
