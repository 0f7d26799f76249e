"""Several workers find at once that a list of revocations is due: real threads."""

from flask import Flask

from app.certificates.verifying.models import RevocationList
from app.certificates.verifying.service import list_revocations
from app.kernel.database import db
from tests.racing import race


def test_of_four_workers_one_signs_the_list(raced: Flask) -> None:
    got = race(raced, [lambda: getattr(list_revocations(), "number", None) for _worker in range(4)])
    assert sorted(got, key=str) == [1, None, None, None]
    with raced.app_context():
        assert [row.number for row in db.session.scalars(db.select(RevocationList))] == [1]
