"""Where rows are -> a FROM item: a table, a declared file, or a checked read-only query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from engine.errors import BadQuery
from grammar import syntax as s


@dataclass(frozen=True)
class UsedFile:
    """A file (or glob) that SQL reads under the name of a view, with the options of its reader."""

    name: str
    pattern: str
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)


_ENDINGS = (".csv", ".tsv", ".txt", ".parquet")
_READERS = ("read_csv", "read_csv_auto", "read_parquet")
_FORBIDDEN = (exp.Insert, exp.Update, exp.Delete, exp.Into, exp.Command, exp.DDL, exp.Merge)


def relation(where: s.Relation, dialect: str, alias: str) -> exp.Expr:
    """The relation under an alias. Raises BadQuery."""
    match where:
        case s.Table(path):
            table = _table([part.text for part in path.parts])
            return exp.alias_(table, alias, table=True)
        case s.File(pattern):
            return exp.alias_(_table([pattern.value]), alias, table=True)
        case s.Query(text):
            query = read_query(text.value, dialect)
            return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def relation_sql(where: s.Relation, dialect: str) -> str:
    """`SELECT * FROM …`, to ask a database for the columns. Raises BadQuery."""
    select = exp.Select().select("*").from_(relation(where, dialect, "q"))
    return select.sql(dialect=dialect)


def columns_sql(where: s.Relation, columns: Sequence[str], dialect: str) -> str:
    """`SELECT "a", "b" FROM …`. Raises BadQuery."""
    wanted = [exp.column(exp.to_identifier(each, quoted=True)) for each in columns]
    return exp.Select().select(*wanted).from_(relation(where, dialect, "q")).sql(dialect=dialect)


def read_query(text: str, dialect: str) -> exp.Expr:
    """The tree of one SELECT in the dialect of the database. Raises BadQuery."""
    try:
        statements = [each for each in sqlglot.parse(text, dialect=dialect) if each is not None]
    except SqlglotError as error:
        raise BadQuery(str(error).split("\n", maxsplit=1)[0]) from None
    if len(statements) != 1:
        raise BadQuery("it must be exactly one SELECT")
    query = statements[0]
    if not isinstance(query, exp.Query) or any(query.find(each) for each in _FORBIDDEN):
        raise BadQuery("only a SELECT is allowed")
    return query.transform(_file_as_view)


def files_used(where: s.Relation, dialect: str) -> tuple[UsedFile, ...]:
    """The files that a relation reads, also by name or reader inside a query. Raises BadQuery."""
    match where:
        case s.File(pattern):
            return (UsedFile(pattern.value, pattern.value),)
        case s.Query(text):
            statements = (
                sqlglot.parse(text.value, dialect=dialect) if _parses(text.value, dialect) else []
            )
            found = [
                f for each in statements if each is not None for f in map(_used, each.walk()) if f
            ]
            return tuple({file.name: file for file in found}.values())
    return ()


def _parses(text: str, dialect: str) -> bool:
    try:
        return bool(sqlglot.parse(text, dialect=dialect))
    except SqlglotError:
        return False


def _file_as_view(node: exp.Expr) -> exp.Expr:
    """`read_csv('x.csv', …)` becomes the view that is declared for it."""
    used = _used(node)
    if used is None or isinstance(node, exp.Table):
        return node
    return exp.to_identifier(used.name, quoted=True)


def _used(node: exp.Expr) -> UsedFile | None:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        name = node.name
        return UsedFile(name, name) if name.lower().endswith(_ENDINGS) and not node.db else None
    reader = node.name if isinstance(node, exp.Anonymous) else getattr(node, "key", "")
    plain = {"readcsv": "read_csv", "readparquet": "read_parquet"}.get(reader, reader).lower()
    if plain not in _READERS:
        return None
    arguments = [*([node.this] if isinstance(node.this, exp.Expr) else []), *node.expressions]
    first, *options = arguments or [None]
    if not isinstance(first, exp.Literal) or not first.is_string:
        raise BadQuery(f"{plain} must name its file as a text")
    read = dict(map(_option, options))
    return UsedFile(node.sql(dialect="duckdb"), first.name, read)


def _option(node: exp.Expr) -> tuple[str, str | int | float | bool]:
    value = node.args.get("expression")
    if isinstance(value, exp.Boolean):
        return node.this.name, bool(value.this)
    if not isinstance(value, exp.Literal):
        raise BadQuery(f"the option {node.sql()} of a file must be a plain value")
    if value.is_string:
        return node.this.name, value.name
    return node.this.name, float(value.name) if "." in value.name else int(value.name)


def _table(parts: list[str]) -> exp.Table:
    names = [exp.to_identifier(part, quoted=True) for part in parts]
    keys = ("this", "db", "catalog")
    return exp.Table(**dict(zip(keys, reversed(names), strict=False)))
