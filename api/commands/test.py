"""`steelyard test`: the examples that stand below the cards, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.opened import beside, language_of, opened, with_cards
from api.commands.options import Folder, Language, TextOrJson
from api.streams import put_json, show

if TYPE_CHECKING:
    from engine.examples import ExampleResult

MaybeCard = Annotated[
    str | None,
    typer.Argument(metavar="CARD", help="Only the examples of this card.", show_default=False),
]


def run_tests(
    context: typer.Context,
    card: MaybeCard = None,
    language: Language = None,
    output: TextOrJson = "text",
    folder: Folder = None,
) -> None:
    """Run the examples of the cards. Needs no database.

    Exit code 1 if one fails.
    """
    with opened(context, folder, as_json=output == "json", language=language) as session:
        spoken = language or language_of(session)
        from engine.examples import run_examples

        catalog = session.catalog(offline=True)
        results = run_examples(with_cards(session).workspace, card, catalog)
        if output == "json":
            from api.render.tested import as_document

            put_json(as_document(results, spoken))
        else:
            _print(results, spoken)
        if not all(each.passed for each in results):
            raise typer.Exit(1)


def _print(results: tuple[ExampleResult, ...], language: str) -> None:
    from api.render.tested import shown, summary

    for each in results:
        show(shown(each, language))
        beside(each.diagnostics, language)
    show(summary(results, language))
