"""Where rows are -> a FROM item: a table, a declared file, or a checked read-only query."""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from grammar import syntax as s


class BadQuery(ValueError):
    """A `query` that is not one read-only SELECT; the text says why."""


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
    return query


def _table(parts: list[str]) -> exp.Table:
    names = [exp.to_identifier(part, quoted=True) for part in parts]
    keys = ("this", "db", "catalog")
    return exp.Table(**dict(zip(keys, reversed(names), strict=False)))
