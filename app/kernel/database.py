"""The database: typed base, column habits as words, and the one place that commits."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import psycopg
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    ForeignKey,
    MetaData,
    String,
    any_,
    bindparam,
    event,
    func,
    literal,
    literal_column,
    text,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from app.kernel.errors import Conflict, Refused, constraint_message
from app.kernel.marking import N_

E = TypeVar("E", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; only aware ones are taken, all come back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102  # SQLAlchemy's signature
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102  # SQLAlchemy's signature
        return value.astimezone(UTC) if value is not None else None


class Base(DeclarativeBase):
    """Every table's base; names of constraints are stable so that a broken one can be told in words."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class RequestSession(Session):
    """Flask-SQLAlchemy's session, which also takes a connection of the caller's (a test inside one transaction)."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **more: Any) -> Engine | Connection:
        """The connection given to the session, else the engine of the app."""
        return self.bind if self.bind is not None else super().get_bind(mapper=mapper, clause=clause, bind=bind, **more)


db = SQLAlchemy(model_class=Base, session_options={"class_": RequestSession, "expire_on_commit": False})

if TYPE_CHECKING:

    class Model(Base):
        """What the type checker sees of `db.Model`."""

        __abstract__ = True
else:
    Model = db.Model

Id = Annotated[int, mapped_column(BigInteger, primary_key=True)]
Fen = Annotated[int, mapped_column(BigInteger)]
UtcTime = Annotated[datetime, mapped_column(UtcDateTime)]
RegionCode = Annotated[str, mapped_column(String(12), ForeignKey("regions.code"), index=True)]


def fk(target: str, *, nullable: bool = False, index: bool = True, **more: Any) -> Mapped[Any]:
    """A foreign key column to a big integer id, indexed."""
    return mapped_column(BigInteger, ForeignKey(target), nullable=nullable, index=index, **more)


def enum_column(enum: type[E], **more: Any) -> Mapped[E]:
    """An enumeration stored as checked text."""
    kind = Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=f"{enum.__name__.lower()}_known",
        values_callable=lambda members: [member.value for member in members],
    )
    return mapped_column(kind, **more)


IDLE = 1.0
"""Seconds after which a connection that nobody used may have died unnoticed."""


def ping_idle_connections(engine: Engine) -> None:
    """Ask a connection that lay idle whether it lives before it is used; a dead one is replaced.

    A busy one is not asked: SQLAlchemy's own `pool_pre_ping` would, a round trip before every request, in a rush too.
    """

    @event.listens_for(engine, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ping(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", 0) > IDLE:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error


def one_of(column: Any, members: Iterable[StrEnum]) -> ColumnElement[bool]:
    """The condition that a column holds one of these, which are written into the statement.

    For statements that are made once and asked often: nothing is filled in each time, and the database sees by any
    plan that a partial index fits.
    """
    return column.in_([literal_column(f"'{member.value}'") for member in members])  # type: ignore[no-any-return]  # a column's own comparison


def among(column: Any, numbers: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a column holds one of these ids, however many: they travel as one list."""
    return column == any_(literal(list(numbers), ARRAY(BigInteger)))  # type: ignore[no-any-return]  # a column's own comparison


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that a statement broke; `table.column` where that one may not be empty."""
    told = getattr(error.orig, "diag", None)
    name: str | None = getattr(told, "constraint_name", None)
    if name is None and told is not None and told.column_name:
        return f"{told.table_name}.{told.column_name}"
    return name


def as_told_elsewhere(statement: str, error: psycopg.Error) -> Exception:
    """What the driver raised, as SQLAlchemy would have raised it: for what is asked of the driver itself."""
    return DBAPIError.instance(statement, None, error, psycopg.Error, hide_parameters=True)


ALONE = "statements stand alone"
"""In a session's notes: nothing was begun, each statement is committed with its end."""


def read_alone() -> None:
    """From here to the first `transaction` every statement stands alone: nothing is begun and ended around reading.

    Each sees what is committed then, as it would in a transaction of ours; but whatever locks belongs inside one.
    """
    session = db.session()
    if not isinstance(session.bind, Connection) and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        session.info[ALONE] = True


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what happened inside, all or nothing; the only committer.

    The commit asks the deferred laws; a broken one is a `Refused` in plain words. Where it only ends a savepoint (in a
    test) they are asked by name, so that they hold there alike.
    """
    if db.session.info.pop(ALONE, False):
        db.session.commit()
    with _committed():
        yield


@contextmanager
def _committed() -> Iterator[None]:
    session = db.session
    try:
        yield
        session.flush()
        if isinstance(session.bind, Connection):
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        session.commit()
    except IntegrityError as error:
        session.rollback()
        message = constraint_message(constraint_of(error))
        if message is None:
            raise
        raise Refused(message) from error
    except StaleDataError as error:
        session.rollback()
        raise Conflict(N_("这条记录刚刚被别人改过。请看清现在的内容后再决定。")) from error
    except BaseException:
        session.rollback()
        raise


def _wait_for_disk(connection: Connection) -> None:
    """Asked of the driver itself: in a rush each waits here, and SQLAlchemy's own part would be half of the cost."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(_ON_DISK)
    except psycopg.Error as error:
        raise as_told_elsewhere(_ON_DISK, error) from error


@contextmanager
def by_one_statement() -> Iterator[None]:
    """As `transaction`, for what writes by a single statement, which needs none: it is committed with its end.

    A row that thousands want is then locked only while the database works on it, and nobody's turn waits for a word
    from here. What was read before belongs to an earlier transaction.

    A statement that asks for `LOCKED_BRIEFLY` gives its locks back before the disk has it, and this waits for the disk
    afterwards, together with all others who wait: nobody is answered before what was written is safe (ADR 0016).
    """
    session = db.session
    if isinstance(session.bind, Connection):  # in a test the savepoint stays
        with transaction():
            yield
        return
    if not session.info.pop(ALONE, False):
        session.commit()
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
    with _committed():
        token = _durability.set("off")
        try:
            yield
        finally:
            _durability.reset(token)
        _wait_for_disk(session.connection())


_durability: ContextVar[str | None] = ContextVar("durability", default=None)
LOCKED_BRIEFLY = func.set_config(
    "synchronous_commit",
    func.coalesce(
        bindparam("durability", type_=String, callable_=_durability.get),
        func.current_setting("synchronous_commit"),
    ),
    literal(value=True),
)
"""Selected by a statement that claims what thousands want; without effect outside `by_one_statement`."""
_ON_DISK = "SELECT pg_logical_emit_message(true, 'sidan', '')"
"""A commit of its own, waited for: the log is written in order, so all that was committed before is on disk with it."""
