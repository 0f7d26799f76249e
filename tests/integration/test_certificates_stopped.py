"""A batch that dies goes on where it was; what is broken stops it in words, nothing half-issued, until it is mended."""

import os
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.queries import events_of
from app.certificates import queries
from app.certificates import service as certificates
from app.certificates.models import CertificateBatch
from app.certificates.rules import BatchStatus, CertificateStatus
from app.certificates.tasks import try_again
from app.classes.queries import active_seats, training_class
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.errors import Forbidden, Refused
from app.kernel.tasks import tasks
from app.papers import service as papers
from app.papers.archival_binding import Binder
from app.papers.models import Paper
from app.papers.printing import Printer
from app.papers.signing import Signatory
from tests.makers import make_user
from tests.making.classes import clerk_of, officer
from tests.making.designs import make_seal
from tests.making.results import issue, make_assessed_class, make_taster, mark_all
from tests.racing import committed
from tests.worker import ended, started

PEOPLE, DIES_AT = 50, 37


# --- killed ---------------------------------------------------------------------------------------------------------


def print_and_die(batch_id: int) -> None:
    """Print a batch, killed by -9 when the file of one item is in the store and its row not committed yet."""
    keep, begun = papers.keep, []

    def dying(*given: Any, **more: Any) -> Paper:
        begun.append(given)
        kept = keep(*given, **more)
        if len(begun) == DIES_AT:
            os.kill(os.getpid(), signal.SIGKILL)
        return kept

    papers.keep = dying
    certificates.print_batch(batch_id)


def test_killed_at_item_37_of_50_it_goes_on_there_with_the_same_numbers_and_no_second_paper(raced: Flask) -> None:
    batch: CertificateBatch = committed(raced, lambda: issue(make_assessed_class(PEOPLE)))
    batch_id, class_id = batch.id, batch.class_id
    with raced.app_context():
        numbers = [one.number for one in queries.certificates_of(class_id)]
    assert len(set(numbers)) == PEOPLE
    assert ended(started(raced, print_and_die, batch_id)) == -signal.SIGKILL
    with raced.app_context():
        issued = queries.certificates_of(class_id)
        before = {one.number: one.paper_id for one in issued if one.paper_id is not None}
        assert list(before) == numbers[: DIES_AT - 1]
        assert queries.batches_of(class_id)[0].status is BatchStatus.PRINTING
        certificates.print_batch(batch_id)
    with raced.app_context():
        issued = queries.certificates_of(class_id)
        assert [one.number for one in issued] == numbers
        assert {one.number: one.paper_id for one in issued if one.number in before} == before
        assert queries.batches_of(class_id)[0].status is BatchStatus.READY
        assert len({one.paper_id for one in issued}) == PEOPLE
        papers_of = select(func.count()).select_from(Paper).where(Paper.kind == "certificate")
        assert db.session.scalar(papers_of) == PEOPLE, [(one.serial, one.paper_id) for one in issued]
        for one in issued:
            assert one.paper is not None
            assert papers.open_paper(one.paper).startswith(b"%PDF")


def test_the_command_prints_every_unfinished_batch_and_tells_how_far_it_is(raced: Flask) -> None:
    ids = committed(raced, lambda: [issue(make_assessed_class(2)).id for _number in range(2)])
    done = raced.test_cli_runner().invoke(args=["certificates", "print", "--processes", "2"])
    assert done.exit_code == 0, done.output
    assert "4 printed, 0 left" in done.output
    with raced.app_context():
        assert {db.session.get_one(CertificateBatch, number).status for number in ids} == {BatchStatus.READY}


# --- broken -------------------------------------------------------------------------------------------------------


@contextmanager
def store_away(app: Flask, folder: Path) -> Iterator[None]:
    """The folder of files is no folder any more."""
    store = app.extensions["papers.store"]
    kept, gone = store.folder, folder / "gone"
    gone.write_text("nothing is mounted here")
    store.folder = gone
    try:
        yield
    finally:
        store.folder = kept


@contextmanager
def store_renamed(app: Flask, folder: Path) -> Iterator[None]:
    """The disk of files is not mounted any more: an empty folder is in its place, and nothing may be put there."""
    kept: Path = app.extensions["papers.store"].folder
    kept.rename(folder / "papers")
    kept.mkdir()
    try:
        yield
        assert list(kept.iterdir()) == []
    finally:
        kept.rmdir()
        (folder / "papers").rename(kept)


@contextmanager
def disk_full(_app: Flask, _folder: Path) -> Iterator[None]:
    """No file may grow beyond a few bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def design_broken(app: Flask, folder: Path) -> Iterator[None]:
    """Somebody saved a template half-way."""
    kept, broken = dict(app.extensions), folder / "certificates"
    shutil.copytree(kept["papers.printer"].folder, broken)
    (broken / "completion" / "template.html").write_text("{% extends 'page.html' %}{% block paper %}{{ nobody }}")
    app.extensions["papers.printer"] = Printer(broken, kept["papers.printer"].fonts)
    app.extensions["papers.binder"] = Binder(app.extensions["papers.printer"])
    try:
        yield
    finally:
        app.extensions.update(kept)


@contextmanager
def border_lost(app: Flask, folder: Path) -> Iterator[None]:
    """A drawing that the design lays under its paper is gone."""
    kept, broken = dict(app.extensions), folder / "certificates"
    shutil.copytree(kept["papers.printer"].folder, broken)
    (broken / "completion" / "border.svg").unlink()
    app.extensions["papers.printer"] = Printer(broken, kept["papers.printer"].fonts)
    app.extensions["papers.binder"] = Binder(app.extensions["papers.printer"])
    try:
        yield
    finally:
        app.extensions.update(kept)


@contextmanager
def key_away(app: Flask, folder: Path) -> Iterator[None]:
    """The key's file is gone."""
    kept = app.extensions["papers.signatory"]
    app.extensions["papers.signatory"] = Signatory(replace(app.config["SETTINGS"], SIGNING_KEY=folder / "key.pem"))
    try:
        yield
    finally:
        app.extensions["papers.signatory"] = kept


Broken = Callable[[Flask, Path], AbstractContextManager[None]]
BROKEN: list[tuple[Broken, str]] = [
    (store_away, "存放文件的地方现在用不了"),
    (store_renamed, "文件夹不在原处"),
    (border_lost, "证书样式有问题"),
    (disk_full, "磁盘满了"),
    (design_broken, "证书样式有问题"),
    (key_away, "签名密钥的文件"),
]


@pytest.mark.usefixtures("session")
class TestBroken:
    """Whatever is broken, the page says so, and the batch goes on once it is mended."""

    @pytest.mark.parametrize(("broken", "words"), BROKEN, ids=[one.__name__ for one, _words in BROKEN])
    def test_it_stops_in_words_and_goes_on_when_mended(
        self, app: Flask, tmp_path: Path, broken: Broken, words: str
    ) -> None:
        class_ = make_assessed_class(2)
        batch = issue(class_)
        numbers = [one.number for one in queries.certificates_of(class_.id)]
        with broken(app, tmp_path):
            tasks.run_pending()
            assert batch.status is BatchStatus.STOPPED
            assert words in batch.stopped_because
            assert str(tmp_path) not in batch.stopped_because
            assert all(one.paper_id is None for one in queries.certificates_of(class_.id))
            with pytest.raises(Refused, match="还在生成"):
                certificates.archive(class_, by=clerk_of(class_))
            try_again()
            tasks.run_pending()
            assert batch.status is BatchStatus.STOPPED
        certificates.go_on(batch, by=clerk_of(class_))
        assert (batch.status, batch.stopped_because) == (BatchStatus.PRINTING, "")
        tasks.run_pending()
        assert batch.status is BatchStatus.READY
        after = queries.certificates_of(class_.id)
        assert [one.number for one in after] == numbers
        assert all(one.paper_id is not None and one.status is CertificateStatus.VALID for one in after)
        acts = [event.action for event in sorted(events_of(batch), key=lambda event: event.id)]
        assert acts == ["created", "stop", "go_on", "finish"]

    def test_a_seal_whose_file_is_lost_stops_it_until_the_same_seal_is_uploaded_again(self, app: Flask) -> None:
        class_ = make_assessed_class(2)
        manager = make_user(Role.SCHOOL_CLERK, organization=class_.course.organization).as_actor()
        seal = make_seal(class_.course.organization, by=manager)
        batch = issue(class_)
        numbers = [one.number for one in queries.certificates_of(class_.id)]
        assert seal.upload is not None
        app.extensions["papers.store"].remove(seal.upload.store_key)
        tasks.run_pending()
        assert batch.status is BatchStatus.STOPPED
        assert "印章图样在存储中缺失或已损坏" in batch.stopped_because
        assert all(one.paper_id is None for one in queries.certificates_of(class_.id))
        make_seal(class_.course.organization, by=manager)
        certificates.go_on(batch, by=clerk_of(class_))
        tasks.run_pending()
        assert batch.status is BatchStatus.READY
        after = queries.certificates_of(class_.id)
        assert [one.number for one in after] == numbers
        assert all(one.facts["seal"] == f"sha256:{seal.upload.store_key}" for one in after)

    def test_with_a_seal_that_is_lost_already_nothing_is_issued(self, app: Flask) -> None:
        class_ = make_assessed_class(1)
        manager = make_user(Role.SCHOOL_CLERK, organization=class_.course.organization).as_actor()
        seal = make_seal(class_.course.organization, by=manager)
        assert seal.upload is not None
        app.extensions["papers.store"].remove(seal.upload.store_key)
        with pytest.raises(Refused, match="印章图样"):
            issue(class_)

    def test_mended_it_goes_on_by_itself(self, app: Flask, tmp_path: Path) -> None:
        batch = issue(make_assessed_class(1))
        with store_away(app, tmp_path):
            tasks.run_pending()
        try_again()
        tasks.run_pending()
        assert batch.status is BatchStatus.READY

    def test_a_taster_s_notes_stop_and_go_on_alike(self, app: Flask, tmp_path: Path) -> None:
        with transaction():
            class_ = make_taster(1)
            mark_all(class_)
            batch = certificates.note_of_attendance(class_, by=clerk_of(class_))
        with store_away(app, tmp_path):
            certificates.print_batch(batch.id)
            assert batch.status is BatchStatus.STOPPED
        certificates.print_unfinished()
        assert batch.status is BatchStatus.READY
        assert len(active_seats(class_.id)) == len(queries.notes_of(class_.id))

    def test_one_broken_batch_does_not_hold_up_the_others(self) -> None:
        first, second = issue(make_assessed_class(1)), issue(make_assessed_class(1))
        lost = queries.certificates_of(first.class_id)[0]
        kept = dict(lost.facts)
        lost.facts.pop("course")
        certificates.print_unfinished()
        assert (first.status, second.status) == (BatchStatus.STOPPED, BatchStatus.READY)
        lost.facts.update(kept)
        certificates.print_unfinished()
        assert first.status is BatchStatus.READY

    def test_only_the_class_s_school_presses_on(self) -> None:
        batch = issue(make_assessed_class(1))
        with pytest.raises(Refused):
            certificates.go_on(batch, by=clerk_of(training_class(batch.class_id)))
        with pytest.raises(Forbidden):
            certificates.go_on(batch, by=officer())


def test_one_reissued_paper_that_is_stuck_does_not_keep_the_class_from_being_printed(
    app: Flask, tmp_path: Path, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    with transaction():
        class_ = make_assessed_class(2)
        issue(class_)
        school = sign_in(make_user(Role.SCHOOL_CLERK, organization=class_.course.organization))
    tasks.run_pending()
    with transaction():
        certificates.reissue(queries.certificates_of(class_.id)[0], reason="丢了", by=clerk_of(class_))
    with store_away(app, tmp_path):
        tasks.run_pending()
    page = school.get(f"/certificates/classes/{class_.id}").text
    assert "生成停住了" in page
    assert "一张也没有生成，编号不变" in page
    assert f"/certificates/classes/{class_.id}/all.pdf" in page


def test_a_name_that_no_font_has_is_named_with_the_font_that_helps_and_nothing_is_issued(
    client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    with transaction():
        class_ = make_assessed_class(2)
        first, second = active_seats(class_.id)
        first.person.name, second.person.name = "欧阳\U0002a6a5", "\U00030003\ue000"
        school = sign_in(make_user(Role.SCHOOL_CLERK, organization=class_.course.organization))
    address = f"/certificates/classes/{class_.id}"
    refused = school.post(f"{address}/issue")
    assert refused.status_code in {409, 422}
    assert "欧阳\U0002a6a5：“\U0002a6a5”（U+2A6A5）" in refused.text
    assert "“\U00030003”（U+30003）、“\ue000”（U+E000）" in refused.text
    assert "安装字体 fonts-hanazono、fonts-babelstone-han" in refused.text
    assert "“\ue000”（U+E000） 没有现成的字体" in refused.text
    db.session.rollback()
    assert queries.certificates_of(class_.id) == []
    assert queries.batches_of(class_.id) == []


def test_the_page_says_why_it_stopped_and_has_the_button(
    app: Flask, tmp_path: Path, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    with transaction():
        class_ = make_assessed_class(1)
        batch = issue(class_)
        school = sign_in(make_user(Role.SCHOOL_CLERK, organization=class_.course.organization))
    with store_away(app, tmp_path):
        tasks.run_pending()
    address = f"/certificates/classes/{class_.id}"
    page = school.get(address).text
    assert "生成停住了" in page
    assert "存放文件的地方现在用不了" in page
    again = f"{address}/batches/{batch.id}/go-on"
    assert again in page
    assert 'http-equiv="refresh"' in school.post(again, follow_redirects=True).text
    tasks.run_pending()
    done = school.get(address).text
    assert "停住" not in done
    assert f"{address}/all.pdf" in done
