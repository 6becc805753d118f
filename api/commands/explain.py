"""`steelyard explain`: why somebody has their score."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.opened import beside, language_of, opened
from api.commands.options import Card, Day, Folder, Language, PeriodName, TextOrJson
from api.commands.scored import only_known, scored
from api.streams import put_json, show


def explain(
    context: typer.Context,
    card: Card,
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The key of who was scored.", show_default=False)
    ],
    period: PeriodName,
    as_of: Day = None,
    language: Language = None,
    output: TextOrJson = "text",
    folder: Folder = None,
) -> None:
    """Explain a score: sentences, and the tree whose points add up to the total."""
    with opened(context, folder, as_json=output == "json", language=language) as session:
        from engine import explain as explain_sheet
        from engine.documents import explanation_document

        sheet = scored(session, card, period, as_of)
        (known,) = only_known(sheet, [key])
        spoken = language or language_of(session)
        explanation = explain_sheet(sheet, known, spoken)
        assert explanation is not None  # the key is known
        if output == "json":
            put_json(explanation_document(explanation, spoken))
        else:
            from api.render.explained import explained

            show(*explained(explanation, spoken))
        beside(sheet.diagnostics, spoken)
