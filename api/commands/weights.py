"""`steelyard weights`: the weights of a card, and the consistency of its comparisons."""

from __future__ import annotations

import typer

from api.commands.cards import card_of
from api.commands.opened import beside, language_of, opened
from api.commands.options import Card, Folder, Language, MaybePeriodName, TextOrJson
from api.streams import put_json, show


def weights(
    context: typer.Context,
    card: Card,
    period: MaybePeriodName = None,
    language: Language = None,
    output: TextOrJson = "text",
    folder: Folder = None,
) -> None:
    """Show every group of weights. Needs no database.

    The version is the one that holds on the first day of the period; without a period the one of
    today, else the last.
    """
    with opened(context, folder, as_json=output == "json", language=language) as session:
        spoken = language or language_of(session)
        found, warnings = card_of(session, card, period)
        if output == "json":
            from engine.documents import weights_document

            put_json(weights_document(found))
        else:
            from api.render.weighed import weighed

            show(weighed(found, spoken))
        beside(warnings, spoken)
