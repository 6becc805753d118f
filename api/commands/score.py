"""`steelyard score`: scores and ranking of a card for a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.opened import beside, language_of, opened
from api.commands.options import Card, Day, Folder, Language, PeriodName
from api.commands.scored import only_known, scored
from api.render.words import say
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
    language: Language = None,
    folder: Folder = None,
) -> None:
    """Score everybody a card is for, and rank them."""
    with opened(context, folder, as_json=output == "json", language=language) as session:
        spoken = language or language_of(session)
        sheet = scored(session, card, period, as_of)
        keys = only_known(sheet, [*(only or ()), *(more_keys or ())])
        _print(sheet, keys, output, spoken)
        beside(sheet.diagnostics, spoken)


def _print(sheet: Sheet, keys: tuple[str, ...], output: Format, language: str) -> None:
    from engine.documents import sheet_document

    document = sheet_document(sheet, keys)
    match output:
        case "json":
            put_json(document)
        case "csv":
            from api.render.spreadsheet import spreadsheet

            put_utf8(spreadsheet(document))
            note(_of_which_day(document, language))
        case "table":
            from api.render.ranking import ranking

            show(*ranking(sheet, document, console(), language))


def _of_which_day(document: Document, language: str) -> str:
    """What has no column of its own."""
    period = document["period"]
    running = "as of {day}, provisional: the period is still running"
    said = running if period["provisional"] else "as of {day}"
    day = say(said, language, day=document["as_of"])
    return say(", ", language).join((document["scorecard"], period["name"], day))
