"""Base classes of all tables, the session, and `writing()`, the only way to change the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, TypeDecorator, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, registry

from campaign_actions.errors import Busy
from campaign_actions.infra.database import locks

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


POSTGRES_SETTINGS = (
    "statement_timeout=30000",
    "lock_timeout=5000",
    "idle_in_transaction_session_timeout=60000",
    "timezone=UTC",
)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, UTC in the database, refused when naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware moment to UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Stored moment to aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


STORED_BY_VALUE = Enum(
    StrEnum,
    native_enum=False,
    create_constraint=False,
    length=32,
    values_callable=lambda members: [member.value for member in members],
)


class Base(DeclarativeBase):
    """Carries names of constraints and Python types of columns; given to Flask-SQLAlchemy."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: UTCDateTime, StrEnum: STORED_BY_VALUE},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
session = db.session


class Model(MappedAsDataclass, Base, kw_only=True, repr=False, eq=False):
    """Base of every table. `repr` stays off, so that no column reaches a log."""

    __abstract__ = True


class UnsavedChanges(RuntimeError):
    """`writing()` was entered while the session held changes made outside of it."""


@contextmanager
def writing() -> Iterator[Connection]:
    """One transaction that commits at the end and rolls back on any error.

    Gives the Core connection that the ORM session uses too. On SQLite it first takes
    the machine's writer lock and begins IMMEDIATE. Raises Busy (503) when the lock or
    the database cannot be had in time; nothing is stored then.
    """
    if session.new or session.dirty or session.deleted:
        raise UnsavedChanges("changes made before writing()")
    session.rollback()  # ends the read that went before: reading, then writing in one is refused by SQLite
    try:
        with locks.writer_lock(db.engine):
            try:
                connection = session.connection(execution_options={"writing": True})
                yield connection
                session.commit()
            except BaseException:
                session.rollback()
                raise
    except PoolTimeout as error:
        raise Busy from error
    except OperationalError as error:
        if locks.is_busy(error):
            raise Busy from error
        raise


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees one moment of the database, however long it reads; nothing can be written."""
    # SQLite gives one by itself.
    engine = db.engine
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.connect() as connection, connection.begin():
        yield connection


def configure(app_config: dict[str, Any], url: str) -> None:
    """Engine options for `url` into a Flask configuration."""
    # What somebody typed stays out of the texts of errors; `_without_the_row` does the driver's part.
    options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": 2.0, "check_same_thread": False}
        options["pool_size"] = 16
        options["pool_timeout"] = 2.0
    else:
        options["pool_size"] = 10
        options["max_overflow"] = 0
        options["pool_timeout"] = 2.0
        options["connect_args"] = {
            "connect_timeout": 5,
            "prepare_threshold": None,
            "options": " ".join(f"-c {setting}" for setting in POSTGRES_SETTINGS),
        }
    app_config["SQLALCHEMY_DATABASE_URI"] = url
    app_config["SQLALCHEMY_ENGINE_OPTIONS"] = options


@event.listens_for(Engine, "handle_error")
def _without_the_row(context: ExceptionContext) -> None:
    # PostgreSQL quotes the key, or the whole row, in the lines after the first.
    error, wrapped = context.original_exception, context.sqlalchemy_exception
    if getattr(getattr(error, "diag", None), "message_detail", None):
        for one in (error, wrapped):
            if one is not None:
                one.args = (str(one.args[0]).split("\n", 1)[0],)
