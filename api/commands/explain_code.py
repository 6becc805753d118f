"""`steelyard explain-code`: what a message means, why it is given, and how it is done right."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.opened import language_of, opened
from api.commands.options import Folder, Language
from api.streams import console, put, show

_MOST = 5  # codes of a family that are named

Code = Annotated[
    str | None,
    typer.Argument(
        metavar="[CODE]",
        help="As it stands in brackets before a message, like K0401; all codes if left out.",
        show_default=False,
    ),
]


def explain_code(
    context: typer.Context, code: Code = None, language: Language = None, folder: Folder = None
) -> None:
    """Show the page of a code: what it means, why it matters, a wrong and a right example."""
    with opened(context, folder, as_json=False) as session:
        from rich.markdown import Markdown

        from api.error_index import codes, page, page_text

        spoken = language or language_of(session)
        if code is None:
            put("".join(f"{each}  {page(each, spoken).title}\n" for each in codes()))
            return
        text = page_text(page(_known(code), spoken))
        # A file gets the Markdown itself, which people and programs can go on with.
        if console().is_terminal:
            show(Markdown(text, code_theme="ansi_dark"))
        else:
            put(text)


def _known(written: str) -> str:
    """The code that is meant. Raises Refused where there is none."""
    from api.error_index import codes
    from grammar import Diagnostic, Refused
    from grammar.suggest import suggest

    code = written.strip().strip("[]").upper()
    if code in codes():
        return code
    near = [each for each in codes() if each.startswith(code)][:_MOST] or suggest(code, codes())
    hint = f"Did you mean {' or '.join(near)}?" if near else ""
    raise Refused([Diagnostic("K0919", None, {"code": written, "hint": hint})])
