"""Write events; change statuses. The only place where a status changes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    bindparam,
    cast,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.orm.attributes import set_committed_value

from app.audit.models import Event
from app.audit.queries import events_of
from app.audit.words import words_of
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.copying import copy_rows
from app.kernel.database import db
from app.kernel.errors import Conflict
from app.kernel.flow import Flow
from app.kernel.i18n import _

R = TypeVar("R")
_SAID = ("at", "actor_key", "actor_name", "stands_for")


class Row(Protocol):
    """What an event can be about."""

    __tablename__: str
    id: Any


def record(
    subject: Row,
    action: str,
    *,
    by: Actor,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Event:
    """Append an event about a row; facts hold ids, figures and reasons, never personal data."""
    event = Event(
        at=clock.now(),
        actor_key=by.key,
        actor_name=by.name,
        stands_for=by.stands_for,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        action=action,
        status_before=before,
        status_after=after,
        note=note,
        facts=dict(facts or {}),
        region_code=getattr(subject, "region_code", None),
        organization_id=getattr(subject, "organization_id", None) or getattr(subject, "school_id", None),
    )
    db.session.add(event)
    return event


def record_many(
    table: str,
    rows: Iterable[tuple[int, str | None]],
    action: str,
    *,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Append the same event about many rows of a table, each (id, region code); how many. As `record`, by COPY."""
    at, told = clock.now(), json.dumps(dict(facts or {}), ensure_ascii=False)
    columns = (
        "at", "actor_key", "actor_name", "stands_for", "subject_type", "subject_id", "action", "note", "facts",
        "region_code",
    )  # fmt: skip
    return copy_rows(
        Event.__tablename__,
        columns,
        ((at, by.key, by.name, by.stands_for, table, number, action, "", told, region) for number, region in rows),
    )


def born(row: Any, *, by: Actor, note: str = "", facts: Mapping[str, Any] | None = None) -> Event:
    """Flush a new row with the first status of its flow, and record that."""
    db.session.add(row)
    db.session.flush()
    return record(row, "created", by=by, note=note, facts=facts, after=row.status)


def born_many(rows: Sequence[tuple[Any, Mapping[str, Any]]], *, by: Actor) -> None:
    """As `born` for many new rows, each with the facts of its event: flushed together."""
    db.session.add_all(row for row, _facts in rows)
    db.session.flush()
    _append_all([(row, "created", None, facts) for row, facts in rows], by=by)


def take_many(rows: Sequence[tuple[Any, Mapping[str, Any]]], flow: Flow, step: Any, *, by: Actor) -> None:
    """As `take` for many rows of one table, each with the facts of its event: a statement a status they stand in.

    Raises `Refused` where one may not take the step, `Conflict` where somebody changed one meanwhile.
    """
    db.session.flush()
    standing: dict[Any, list[Any]] = {}
    for row, _facts in rows:
        standing.setdefault(row.status, []).append(row)
    for before, some in standing.items():
        change_many(some, status=flow.after(before, step))
    befores = {row.id: before for before, some in standing.items() for row in some}
    _append_all([(row, str(step), befores[row.id], facts) for row, facts in rows], by=by)


def change_many(rows: Sequence[Any], **values: Any) -> None:
    """Give many flushed rows of one table the same values in one statement, counting their versions.

    Values stand for every row alike; `Conflict` where somebody changed one meanwhile.
    """
    if not rows:
        return
    kind = type(rows[0])
    seen = (
        func.unnest(
            cast([row.id for row in rows], ARRAY(BigInteger)), cast([row.version for row in rows], ARRAY(BigInteger))
        )
        .table_valued("id", "version", name="seen")
        .render_derived()
    )
    change = update(kind).where(kind.id == seen.c.id, kind.version == seen.c.version)
    change = change.values(**values, version=kind.version + 1).execution_options(synchronize_session=False)
    done: Any = db.session.execute(change)
    if done.rowcount != len(rows):
        raise Conflict(_("有人刚刚改过其中的内容，请刷新后再办。"))
    for row in rows:
        for name, value in {**values, "version": row.version + 1}.items():
            set_committed_value(row, name, value)


def _append_all(told: Sequence[tuple[Any, str, str | None, Mapping[str, Any]]], *, by: Actor) -> None:
    """Append the events of many rows by COPY, each (row, action, status before, facts), with the status now."""
    at = clock.now()
    columns = (
        "at", "actor_key", "actor_name", "stands_for", "subject_type", "subject_id", "action", "status_before",
        "status_after", "note", "facts", "region_code", "organization_id",
    )  # fmt: skip
    rows = (
        (
            at, by.key, by.name, by.stands_for, row.__tablename__, row.id, action, before, row.status, "",
            json.dumps(dict(facts), ensure_ascii=False), getattr(row, "region_code", None),
            getattr(row, "organization_id", None) or getattr(row, "school_id", None),
        )
        for row, action, before, facts in told
    )  # fmt: skip
    copy_rows(Event.__tablename__, columns, list(rows))


def born_in(rows: CTE, table: str, facts: ColumnElement[Any]) -> CTE:
    """The first events of rows that the same statement inserts; execute it with `said_by(by)` among its parameters."""
    blanks = [bindparam(f"event_{name}", type_=getattr(Event, name).type) for name in _SAID]
    about = [literal(table), rows.c.id, literal("created"), rows.c.status, literal(""), facts]
    columns = [*_SAID, "subject_type", "subject_id", "action", "status_after", "note", "facts"]
    where = [rows.c.get("region_code", null()), rows.c.get("school_id", null())]
    names = [*columns, "region_code", "organization_id"]
    return insert(Event).from_select(names, select(*blanks, *about, *where)).cte("events")


def said_by(by: Actor) -> dict[str, Any]:
    """What `born_in` leaves blank: when, and by whom."""
    said = (clock.now(), by.key, by.name, by.stands_for)
    return {f"event_{name}": value for name, value in zip(_SAID, said, strict=True)}


def take(
    row: Any, flow: Flow, step: Any, *, by: Actor, note: str = "", facts: Mapping[str, Any] | None = None
) -> Event:
    """Take a step of a flow: check it is open, change the status, append the event. Raises `Refused`."""
    before = row.status
    row.status = flow.after(before, step)
    return record(row, str(step), by=by, note=note, facts=facts, before=before, after=row.status)


def hold(row: R, *, seen: int | None = None) -> R:
    """Lock a row and read it afresh before a decision.

    `seen` is the version that the person had on the page; where somebody changed the row since, raises `Conflict`
    saying who did what and when.
    """
    kind: Any = type(row)
    held: Any = db.session.get_one(kind, row.id, with_for_update={"of": kind}, populate_existing=True)  # type: ignore[attr-defined]  # every table has an id
    if seen is not None and held.version != seen:
        last = events_of(held)[-1]
        action = words_of(last)
        when = clock.local(last.at).strftime("%m-%d %H:%M")
        raise Conflict(
            _(
                "您打开页面以后，%(who)s 在 %(when)s 做了“%(action)s”。请看清现在的内容，再决定要不要办。",
                who=last.actor_name,
                when=when,
                action=action,
            )
        )
    return held  # type: ignore[no-any-return]  # the same row, locked
