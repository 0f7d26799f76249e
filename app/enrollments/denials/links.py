"""Tell somebody who was signed up by an officer, with a link to say no; only the hash of its token is kept."""

import secrets
from datetime import timedelta

from flask import current_app

from app.accounts.models import User
from app.audit import service as audit
from app.enrollments.denials.models import LINK_SENT, DenialLink
from app.enrollments.denials.queries import hash_of, link_of
from app.enrollments.denials.rules import link_ends
from app.enrollments.models import Enrollment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.sealing import mask_name
from app.messages import service as messages
from app.messages.models import MessageKind
from app.people.models import Person

TOKEN_BYTES = 16
LONGEST_NOTE = 200


def answers_at(person: Person) -> str | None:
    """The phone at which a person answers for themselves: the guardian's where there is one, else their own."""
    phone: str | None = person.guardian_phone if person.guardian_name else person.phone
    return phone


def consent_words(person: Person, note: str, *, by: Actor) -> str:
    """The note on a consent that an officer took: where there is a guardian, that it was theirs."""
    if by.user_id is None or not person.guardian_name:
        return note.strip()
    who = {"name": person.guardian_name, "relation": person.guardian_relation or "—"}
    words = _("监护人 %(name)s（%(relation)s）同意", **who)
    return "；".join(filter(None, (words, note.strip())))[:LONGEST_NOTE]


def send_link(row: Enrollment, *, by: Actor) -> DenialLink | None:
    """Tell the person who signed them up for what, with a link to say no; a newer link ends the older one.

    None where no phone of theirs is known, or the only one is the officer's own: they are asked aloud instead.
    """
    phone = answers_at(row.person)
    if not phone or phone == _own_phone(by):
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now, class_ = clock.now(), row.training_class
    over = clock.moment_of(class_.end_on + timedelta(days=1), 0)
    link = link_of(row.id) or DenialLink(enrollment_id=row.id)
    link.token_hash, link.made_at, link.expires_at, link.used_at = hash_of(token), now, link_ends(now, over), None
    db.session.add(link)
    facts = {
        "officer": by.name,
        "name": mask_name(row.person.name),
        "what": class_.name,
        "day": class_.start_on.isoformat(),
        "link": f"{current_app.config['SETTINGS'].PUBLIC_URL}/no/{token}",
    }
    text = _("%(officer)s替%(name)s报了“%(what)s”，%(day)s 开班。不是本人的意思，点 %(link)s 说一声，不花钱。", **facts)
    messages.tell(MessageKind.ENROLLMENT, recipient=f"person:{row.person_id}", phone=phone, text=text)
    audit.record(row, LINK_SENT, by=by)
    return link


def _own_phone(by: Actor) -> str | None:
    user = db.session.get(User, by.user_id) if by.user_id is not None else None
    return user.phone if user is not None else None
