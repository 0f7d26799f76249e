"""Bind a book: its facts from the parts, its hash, the paper that is kept, and the books that were bound before."""

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from app.audit import service as audit
from app.audit.words import action_words
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class
from app.funding.book.of_claim import claim_parts
from app.funding.book.of_class import class_parts
from app.funding.book.parts import Facts, Part, Reader
from app.funding.models import Claim
from app.funding.queries.claimed import classes_of
from app.funding.queries.claims import claims_of_class_for
from app.funding.queries.sheets import bureau_name, class_code
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import DEFAULT, _l
from app.kernel.labels import label
from app.kernel.money import yuan
from app.papers.changes import snapshot_sha256
from app.papers.designs import checked
from app.papers.models import PrintedForm
from app.papers.printing import printer
from app.papers.returns import About, forms_about, print_form

DESIGN = "book"
BOUND = "book bound"
action_words({BOUND: _l("一键成册")})


def reader_of(by: Actor) -> Reader:
    """The bureau's people who may see whole numbers get them, whoever else masked ones."""
    return Reader(whole=by.may(Can.PERSON_UNMASK) and bool(by.area) and by.organization_id is None)


def about(row: TrainingClass | Claim) -> About:
    """What a book speaks of."""
    return (row.__tablename__, row.id)


def bind(row: TrainingClass | Claim, *, by: Actor) -> PrintedForm:
    """Print the book of a class or of a claim from how things stand now, keep it, and record it."""
    with force_locale(DEFAULT):
        facts = class_book(row, by=by) if isinstance(row, TrainingClass) else claim_book(row, by=by)
        drawn = printer().design(DESIGN)
        facts["sha256"] = snapshot_sha256(drawn, checked(drawn, facts))
        form = print_form(DESIGN, facts, about=about(row), by=by)
    told = {"paper_id": form.paper_id, "code": form.code, "sha256": form.snapshot_sha256}
    audit.record(row, BOUND, by=by, facts={**told, "whole_numbers": facts["whole_numbers"]})
    db.session.flush()
    return form


def class_book(row: TrainingClass, *, by: Actor) -> Facts:
    """The facts of a class's book: the class first, then its claims."""
    reader, claims = reader_of(by), claims_of_class_for(by, row.id)
    cover = [
        *_of_class(row),
        ("申领", "、".join(f"{one.number}（{label(one.status)}）" for one in claims)),
        ("已支付（元）", yuan(sum(one.paid_fen for one in claims))),
    ]
    parts = [*class_parts(row, reader, by), *claim_parts(claims, reader)]
    named = ("培训班档案", f"DA{class_code(row.id)}", row.name)
    return _facts(named, row, cover, parts, reader, by)


def claim_book(claim: Claim, *, by: Actor) -> Facts:
    """The facts of a claim's book: the claim first, then each of its classes."""
    reader, classes = reader_of(by), classes_of(claim)
    cover: list[tuple[str, object]] = [
        ("状态", label(claim.status)),
        ("核定（元）", yuan(claim.amount_fen)),
        ("已支付（元）", yuan(claim.paid_fen)),
        ("班次", "、".join(f"{row.name}（{class_code(row.id)}）" for row in classes)),
        ("申领快照的指纹", claim.snapshot_sha256 or "未提交"),
    ]
    parts = claim_parts([claim], reader)
    for row in classes:
        before = f"{row.name} · " if len(classes) > 1 else ""
        parts += [
            Part(f"{before}{part.title}", part.pairs, part.tables, part.said) for part in class_parts(row, reader, by)
        ]
    named = ("补贴申领档案", f"DA-{claim.number}", claim.number)
    return _facts(named, classes[0], cover, parts, reader, by)


def _of_class(row: TrainingClass) -> list[tuple[str, object]]:
    return [
        ("班级编号", class_code(row.id)),
        ("培训项目", row.course.title),
        ("培训时间", f"{row.start_on} 至 {row.end_on}"),
        ("状态", label(row.status)),
    ]


def _facts(
    named: tuple[str, str, str],
    row: TrainingClass,
    cover: Sequence[tuple[str, object]],
    parts: Sequence[Part],
    reader: Reader,
    by: Actor,
) -> dict[str, Any]:
    heading, number, name = named
    return {
        "heading": heading,
        "number": number,
        "name": name,
        "authority": bureau_name(row.region_code),
        "school": row.school.name,
        "about": [{"label": words, "value": str(value)} for words, value in cover],
        "sections": [part.facts() for part in parts],
        "whole_numbers": reader.whole,
        "example_rates": row.policy_pack_id is not None and pack_of_class(row).is_example,
        "printed_on": clock.today(),
        "printed_by": by.name,
    }


def books_of(row: TrainingClass | Claim, by: Actor) -> list[PrintedForm]:
    """The books bound so far that this person may open, newest first."""
    whole = reader_of(by).whole
    found = [form for form in forms_about(about(row)) if form.design == DESIGN]
    return [form for form in found if whole or not _has_whole_numbers(form)]


def book_of(row: TrainingClass | Claim, paper_id: int, by: Actor) -> PrintedForm:
    """One book of a class or a claim; raises `NotFound`, also for one with whole numbers that are not for everybody."""
    for form in books_of(row, by):
        if form.paper_id == paper_id:
            return form
    raise NotFound


def _has_whole_numbers(form: PrintedForm) -> bool:
    facts = form.paper.facts
    return bool(isinstance(facts, dict) and facts.get("whole_numbers"))
