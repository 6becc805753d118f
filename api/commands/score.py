"""`steelyard score`: scores and ranking of a card for a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.opened import beside, language_of, opened
from api.commands.options import Day, Folder, Language, MaybeCard, PeriodName
from api.commands.scored import called, only_known, scored
from api.render.words import say
from api.streams import console, note, put_json, put_utf8, show

if TYPE_CHECKING:
    from api.session import Session
    from engine import Sheet
    from engine.documents import Document

Format = Literal["table", "json", "csv"]


def score(
    context: typer.Context,
    period: PeriodName,
    card: MaybeCard = None,
    more_keys: Annotated[
        list[str] | None, typer.Argument(metavar="KEY", help="More keys for --only.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="KEY…", help="Show only these; ranks stay those among all."),
    ] = None,
    everybody: Annotated[
        bool,
        typer.Option("--all", help="Every card: each one's results, overlaps, who has no card."),
    ] = False,
    as_of: Day = None,
    output: Annotated[
        Format, typer.Option("--format", help="For a terminal, a program, or a spreadsheet.")
    ] = "table",
    language: Language = None,
    folder: Folder = None,
) -> None:
    """Score everybody a card is for, and rank them."""
    if everybody != (card is None) or (everybody and only):
        raise typer.BadParameter("name one CARD, or write --all without any")
    with opened(context, folder, as_json=output == "json", language=language) as session:
        spoken = language or language_of(session)
        if card is None:
            _all(session, period, as_of, output, spoken)
            return
        sheet = scored(session, card, period, as_of)
        keys = only_known(sheet, [*(only or ()), *(more_keys or ())])
        _print(sheet, keys, output, spoken)
        beside(sheet.diagnostics, spoken)


def _all(session: Session, period: str, as_of: str | None, output: Format, language: str) -> None:
    """Everybody's results. Exit code 1 where a card could not be scored."""
    from engine.roll_document import roll_document

    roll = called(session, period, as_of)
    document = roll_document(roll)
    match output:
        case "json":
            put_json(document)
        case "csv":
            from api.render.spreadsheet import roll_spreadsheet

            put_utf8(roll_spreadsheet(document))
        case "table":
            from api.render.roll import roll_page

            show(*roll_page(roll, document, console(), language))
    beside(tuple(d for found in roll.refused.values() for d in found), language)
    if roll.refused:
        raise typer.Exit(1)


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
