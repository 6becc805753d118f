"""`steelyard diff`: what is different in the meaning of two workspaces, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.opened import beside, language_of, opened
from api.commands.options import Folder, Language, TextOrJson
from api.streams import note, put_json, show

if TYPE_CHECKING:
    from api.sides import Side

_HELP = "A folder, a file, or a revision of git in which the workspace is looked at"


def diff(
    context: typer.Context,
    old: Annotated[
        str, typer.Argument(metavar="[A]", help=f"{_HELP}; HEAD if left out.", show_default=False)
    ] = "HEAD",
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[B]", help=f"{_HELP}; the workspace as it is if left out.", show_default=False
        ),
    ] = None,
    output: TextOrJson = "text",
    language: Language = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit code 1 if a score can change.")
    ] = False,
    folder: Folder = None,
) -> None:
    """Show what is different in meaning: weights, targets, curves, formulas, who is scored.

    Formatting, order, comments, the file that a section stands in and the language it is written
    in are no differences. A path is taken before a revision of the same name.
    """
    with opened(context, folder, as_json=output == "json", language=language) as session:
        from api.sides import Side, side
        from engine import diff as differences

        spoken = language or language_of(session)
        sides = [side(old, session.folder)]
        if new is None:
            sides.append(Side(str(session.folder), session.workspace))
        else:
            sides.append(side(new, session.folder))
        _refuse_unread(sides, spoken, as_json=output == "json")
        changes = differences(sides[0].workspace, sides[1].workspace, spoken)
        if output == "json":
            from engine.diff_document import changes_document

            put_json(changes_document(changes))
        else:
            from api.render.differences import differences_text

            show(differences_text(changes, spoken))
        if exit_code and any(each.can_change_scores for each in changes):
            raise typer.Exit(1)


def _refuse_unread(sides: list[Side], language: str, *, as_json: bool) -> None:
    """A side that was not read whole would show differences that are none."""
    if not any(each.faults for each in sides):
        return
    if as_json:
        from engine.documents import diagnostics_document

        found = [
            {**fault, "side": name}
            for name, each in zip(("old", "new"), sides, strict=True)
            for fault in diagnostics_document(each.faults, language)["diagnostics"]
        ]
        put_json({"diagnostics": found})
    else:
        from api.render.words import say

        for each in sides:
            if each.faults:
                note(say("{side} cannot be read:", language, side=each.title))
                beside(each.faults, language)
    raise typer.Exit(1)
