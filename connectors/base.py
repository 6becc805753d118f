"""What every database offers: a `Connection`, and the little that each kind has to supply."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from connectors.errors import ConnectorError, Rule, explain
from connectors.interruptible import run_interruptibly
from connectors.kinds import Kind
from connectors.readonly import require_select

if TYPE_CHECKING:
    from sqlalchemy import Connection as Session
    from sqlalchemy import Engine

Result = TypeVar("Result")

Name = tuple[str, ...]
"""A table or view in full, outermost part first: (schema, table) or (catalog, schema, table)."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or of a query; `type` is what the database calls it."""

    name: str
    type: str
    kind: Kind
    nullable: bool


@dataclass(frozen=True, slots=True)
class File:
    """Files that SQL may read under one name.

    `pattern` is a path or a glob, relative to the workspace folder; `options` go to the reader as
    they are (`delim`, `header`, `all_varchar`, `union_by_name`, …).
    """

    name: str
    pattern: str
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)


class Connection(ABC):
    """A database opened for reading. Every method may be called from several threads at once.

    All methods raise ConnectorError; each is stopped after `timeout` seconds or by a Ctrl-C, after
    which the connection is as usable as before.
    """

    dialect: ClassVar[str]
    """The name that sqlglot gives to this database's SQL."""

    driver_error: ClassVar[type[Exception]]
    """The driver's exception that all its others derive from."""

    rules: ClassVar[Sequence[Rule]]
    """What the driver's exceptions mean."""

    def __init__(self, engine: "Engine", name: str, timeout: float) -> None:
        self.name = name
        self._engine = engine
        self._timeout = timeout
        self._closed = False

    def fetch(self, sql: str) -> Mapping[str, Sequence[Any]]:
        """All rows of a read-only statement, column by column, in the statement's order.

        Two columns of one name are an error (`bad_sql`): one of them would be lost.
        """
        require_select(sql, self.dialect)
        return self._run(lambda session: self._read(session, sql))

    def describe(self, sql: str) -> tuple[Column, ...]:
        """The columns that a SELECT would yield."""
        require_select(sql, self.dialect)
        return self._run(lambda session: self._describe(session, sql))

    def columns(self, table: Sequence[str]) -> tuple[Column, ...] | None:
        """The columns of a table or view, or None if there is no such table.

        `table` has the parts as they are written in SQL, outermost first; case does not matter.
        """
        return self._run(lambda session: self._columns_of_written(session, table))

    def tables(self) -> tuple[str, ...]:
        """Tables and views, sorted: of the default schema by bare name, others qualified."""
        return tuple(sorted(self._shown(name) for name in self._run(self._names)))

    def catalog(self) -> dict[str, Any]:
        """Everything that `columns` knows, as plain JSON values in a stable order."""
        return {"dialect": self.dialect, "tables": self._run(self._all_tables)}

    def close(self) -> None:
        """Give the database free; closing twice is harmless."""
        self._closed = True
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def checked(self) -> Self:
        """This connection, after a first look at the database; closed if that fails."""
        try:
            self.tables()
        except BaseException:
            self.close()
            raise
        return self

    # Supplied by each kind of database

    @property
    @abstractmethod
    def _schemas(self) -> tuple[Name, ...]:
        """The schemas in which a bare table name is looked up, in that order."""

    @abstractmethod
    def _names(self, session: "Session") -> Sequence[Name]:
        """All tables and views in full, none of the system's own."""

    @abstractmethod
    def _columns_of(self, session: "Session", name: Name) -> tuple[Column, ...] | None:
        """The columns of one of `_names`; None for a view that is broken."""

    @abstractmethod
    def _describe(self, session: "Session", sql: str) -> tuple[Column, ...]: ...

    @abstractmethod
    def _interrupt(self, session: "Session") -> None:
        """End what runs in the session; called from another thread."""

    def _read(self, session: "Session", sql: str) -> Mapping[str, Sequence[Any]]:
        # Without parameters the driver takes the text as it is: % and : in literals survive.
        cursor = session.execution_options(no_parameters=True).exec_driver_sql(sql).cursor
        assert cursor is not None
        names = [str(column[0]) for column in cursor.description]
        require_distinct(names)
        rows = cursor.fetchall()  # plain tuples: a third of the time of SQLAlchemy's rows
        columns = [list(values) for values in zip(*rows, strict=True)] or [[] for _ in names]
        return dict(zip(names, columns, strict=True))

    # Shared

    def _run(self, work: "Callable[[Session], Result]") -> Result:
        """Do the work in a session that is this thread's alone, under the time limit."""
        from sqlalchemy.exc import SQLAlchemyError

        if self._closed:
            raise ConnectorError("unreachable", f"{self.name} is closed")
        try:
            with self._engine.connect() as session:
                return run_interruptibly(
                    lambda: work(session), lambda: self._interrupt(session), self._timeout
                )
        except (SQLAlchemyError, self.driver_error) as error:
            raise explain(error, self.rules) from error

    def _columns_of_written(
        self, session: "Session", written: Sequence[str]
    ) -> tuple[Column, ...] | None:
        names = self._names(session)
        folded = {_fold(name): name for name in names}
        for schema in self._schemas:
            wanted = (*schema[: len(schema) + 1 - len(written)], *written)
            name = wanted if wanted in names else folded.get(_fold(wanted))
            if name:
                return self._columns_of(session, name)
        return None

    def _all_tables(self, session: "Session") -> dict[str, list[dict[str, Any]]]:
        described = {
            self._shown(name): self._columns_of(session, name) for name in self._names(session)
        }
        return {
            name: [_plain(column) for column in columns]
            for name, columns in sorted(described.items())
            if columns is not None
        }

    def _shown(self, name: Name) -> str:
        """The shortest way to write a table: what is in a default schema goes bare."""
        return name[-1] if name[:-1] in self._schemas else ".".join(name[-2:])


def require_distinct(names: Iterable[str]) -> None:
    """Raise ConnectorError `bad_sql` if a result has two columns of one name."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ConnectorError(
                "bad_sql", f"two columns of the query are named {name}", "Give one an alias."
            )
        seen.add(name)


def _fold(name: Iterable[str]) -> Name:
    return tuple(part.lower() for part in name)


def _plain(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "kind": column.kind,
        "nullable": column.nullable,
    }
