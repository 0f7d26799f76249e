"""Every change of a person keeps who, when, by which door, and the old value; the second of two editors is stopped."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.people import queries
from app.people.models import ChangeSource, Person, PersonChange

PERSONAL = frozenset({"id_number", "phone", "address", "payee_account", "guardian_phone", "document_number"})
"""Fields whose old and new values are sealed."""
SEPARATOR = "、"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the person after the page was opened; `person` is as it stands now."""

    def __init__(self, person: Person, seen: int) -> None:
        last = queries.changes_since(person.id, seen)
        who, at = (last[-1].by_name, last[-1].at) if last else (_("别的人"), person.updated_at)
        when = clock.local(at).strftime("%m-%d %H:%M")
        super().__init__(
            _("您打开页面以后，%(who)s 在 %(when)s 改了这个人的登记。您填的还没有保存。", who=who, when=when)
        )
        self.person, self.seen = person, seen


def hold(person: Person, *, seen: int | None = None) -> Person:
    """Lock a person's row and read it afresh.

    Where it is no longer the version `seen`, raises `ChangedMeanwhile`; where another row stands for it, `Refused`.
    """
    db.session.flush()
    db.session.refresh(person, with_for_update={"of": Person, "key_share": True})
    if person.merged_into_id is not None:
        raise Refused(N_("这条登记已并入另一条，请改保留的那一条。"))
    if seen is not None and person.version != seen:
        raise ChangedMeanwhile(person, seen)
    return person


def keep(
    person: Person,
    before: Mapping[str, object],
    after: Mapping[str, object],
    *,
    by: Actor,
    source: ChangeSource = ChangeSource.OFFICER,
    reason: str = "",
    item: str = "",
) -> None:
    """Raise the person's version and append what each field was and is; `item` says which group or wish."""
    now = clock.now()
    person.version += 1
    person.updated_at = now
    for field, value in after.items():
        row = PersonChange(
            person_id=person.id,
            field=field,
            item=item,
            source=source,
            version=person.version,
            reason=reason,
            by_key=by.key,
            by_name=by.name,
            at=now,
        )
        old, new = as_text(before.get(field)), as_text(value)
        if field in PERSONAL:
            row.old_personal, row.new_personal = old, new
        else:
            row.old_value, row.new_value = old, new
        db.session.add(row)
    db.session.flush()


def as_text(value: object) -> str | None:
    """A value as the history writes it down; nothing is None."""
    if value is None or value in ("", []):
        return None
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return SEPARATOR.join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def reveal_change(change: PersonChange, *, by: Actor) -> tuple[str, str]:
    """What a sealed value was before and after a change, whole, on the record."""
    person = db.session.get_one(Person, change.person_id)
    audit.record(person, "unmask", by=by, facts={"field": change.field, "change": change.id})
    return change.old_personal or "", change.new_personal or ""
