"""`steelyard sql`: the statements that scoring would run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.opened import language_of, opened, with_cards
from api.commands.options import Card, Day, Folder, Language, PeriodName
from api.streams import put

if TYPE_CHECKING:
    from api.session import Session
    from engine.plan import Plan

DEFAULT = "duckdb"


def sql(
    context: typer.Context,
    card: Card,
    period: PeriodName,
    dialect: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Write it for this database; for the connected one if left out.",
            show_default=False,
        ),
    ] = None,
    as_of: Day = None,
    language: Language = None,
    folder: Folder = None,
) -> None:
    """Print the SQL that scoring a card would run; nothing else is run."""
    with opened(context, folder, as_json=False, language=language) as session:
        spoken = language or language_of(session)
        plan = planned(session, card, period, as_of)
        from engine.lower_checks import statements
        from grammar.phrases import phrase

        with readable_queries():
            found = list(statements(plan, dialect_of(session, dialect)))
        asked = ((phrase("question", question, spoken), sql_) for question, sql_ in found)
        put("\n".join(f"-- {question}\n{sql_};\n" for question, sql_ in asked))


def planned(session: Session, card: str, period: str, as_of: str | None) -> Plan:
    """The plan, with the columns of the database or of catalog.json as far as they are known.

    Raises Refused.
    """
    from engine.request import find
    from engine.verbs import plan

    day = session.as_of(as_of)
    workspace = with_cards(session).dated
    find(workspace, card, period)  # before a database is asked
    return plan(workspace, card, period, day, session.catalog())


def dialect_of(session: Session, name: str | None) -> str:
    """The dialect asked for, else that of the database that answers, else DuckDB's.

    Raises Refused (K0910) for one that SQL cannot be written for.
    """
    from engine.dialects import known
    from grammar import Diagnostic, Refused

    if name is not None and name.lower() not in known():
        data = {"dialect": name, "known": ", ".join(known())}
        raise Refused([Diagnostic("K0910", None, data)])
    if name is not None:
        return name.lower()
    try:
        return session.source.dialect
    except Refused:
        return DEFAULT


@contextmanager
def readable_queries() -> Iterator[None]:
    """A `query` of the workspace that is none of the dialect as a diagnostic (K0611)."""
    from engine.errors import BadQuery
    from grammar import Diagnostic, Refused

    try:
        yield
    except BadQuery as error:
        raise Refused([Diagnostic("K0611", None, {"reason": str(error)})]) from None
