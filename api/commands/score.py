"""`steelyard score`: scores and ranking of a card for a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.opened import beside, language_of, opened
from api.commands.options import Card, Day, Folder, PeriodName
from api.commands.scored import only_known, scored
from api.streams import console, note, put_json, put_utf8, show

if TYPE_CHECKING:
    from engine import Sheet
    from engine.documents import Document

Format = Literal["table", "json", "csv"]


def score(
    context: typer.Context,
    card: Card,
    period: PeriodName,
    more_keys: Annotated[
        list[str] | None, typer.Argument(metavar="KEY", help="More keys for --only.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="KEY…", help="Show only these; ranks stay those among all."),
    ] = None,
    as_of: Day = None,
    output: Annotated[
        Format, typer.Option("--format", help="For a terminal, a program, or a spreadsheet.")
    ] = "table",
    folder: Folder = None,
) -> None:
    """Score everybody a card is for, and rank them."""
    with opened(context, folder, as_json=output == "json") as session:
        sheet = scored(session, card, period, as_of)
        keys = only_known(sheet, [*(only or ()), *(more_keys or ())])
        _print(sheet, keys, output)
        beside(sheet.diagnostics, language_of(session))


def _print(sheet: Sheet, keys: tuple[str, ...], output: Format) -> None:
    from engine.documents import sheet_document

    document = sheet_document(sheet, keys)
    match output:
        case "json":
            put_json(document)
        case "csv":
            from api.render.spreadsheet import spreadsheet

            put_utf8(spreadsheet(document))
            note(_of_which_day(document))
        case "table":
            from api.render.ranking import ranking

            show(*ranking(sheet, document, console()))


def _of_which_day(document: Document) -> str:
    """What has no column of its own."""
    period = document["period"]
    running = ", provisional: the period is still running" if period["provisional"] else ""
    return f"{document['scorecard']}, {period['name']}, as of {document['as_of']}{running}"
