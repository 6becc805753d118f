"""`steelyard dev`: what each stage of the path from text to SQL makes of its input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.cards import card_of
from api.commands.opened import beside, language_of, opened
from api.commands.options import Card, Day, Folder, MaybePeriodName, PeriodName
from api.commands.sql import dialect_of, planned, readable_queries
from api.streams import put

if TYPE_CHECKING:
    from api.session import Session
    from grammar import Diagnostic, Source

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE]...",
        help="Files; those of the workspace if left out.",
        exists=True,
        dir_okay=False,
        show_default=False,
    ),
]

dev = typer.Typer(no_args_is_help=True, help="Print what each stage makes of its input.")


@dev.callback()
def _before(context: typer.Context, folder: Folder = None) -> None:
    context.obj = folder or context.obj


@dev.command()
def tokens(context: typer.Context, files: Files = None, folder: Folder = None) -> None:
    """Print the words that the parser reads, with line and column."""
    with opened(context, folder, as_json=False) as session:
        for source in _sources(session, files):
            put("".join(_tokens(source)))
        _end(session, files)


@dev.command()
def tree(context: typer.Context, files: Files = None, folder: Folder = None) -> None:
    """Print the syntax tree."""
    with opened(context, folder, as_json=False) as session:
        from api.render.stages import outline
        from grammar import parse

        for source in _sources(session, files):
            put(f"# {source.name}\n{outline(parse(source).document)}")
        _end(session, files)


@dev.command()
def card(
    context: typer.Context, name: Card, period: MaybePeriodName = None, folder: Folder = None
) -> None:
    """Print a card as it holds on the first day of a period, or today."""
    with opened(context, folder, as_json=False) as session:
        from api.render.stages import outline
        from engine.model import CardVersion

        found, warnings = card_of(session, name, period)
        put(outline(found, without=(CardVersion,)))
        beside(warnings, language_of(session))


@dev.command()
def plan(
    context: typer.Context,
    name: Card,
    period: PeriodName,
    as_of: Day = None,
    folder: Folder = None,
) -> None:
    """Print the plan of a card for a period: what is computed of which rows."""
    with opened(context, folder, as_json=False) as session:
        from api.render.stages import outline
        from engine.card import Card as EffectiveCard

        put(outline(planned(session, name, period, as_of), without=(EffectiveCard,)))


@dev.command()
def sql(
    context: typer.Context,
    name: Card,
    period: PeriodName,
    dialect: Annotated[str | None, typer.Option(metavar="D", show_default=False)] = None,
    as_of: Day = None,
    folder: Folder = None,
) -> None:
    """Print the statement of each level, and what its columns are."""
    with opened(context, folder, as_json=False) as session:
        from api.render.stages import outline
        from engine.lower import lower

        made = planned(session, name, period, as_of)
        with readable_queries():
            levels = lower(made, dialect_of(session, dialect))
        for level in levels:
            columns = outline({alias: cell for cell, alias in level.cells.items()})
            put(f"-- level {level.level}\n{_commented(columns)}{level.sql};\n\n")


@dev.command()
def errors(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where docs/errors is.")],
) -> None:
    """Write the pages of the error index, English and Chinese, as Markdown files."""
    from api.error_index import codes, index_text, page, page_text

    for language in ("en", "zh"):
        below = folder / language
        below.mkdir(parents=True, exist_ok=True)
        for old in below.glob("*.md"):
            old.unlink()
        (below / "README.md").write_text(index_text(language), "utf-8")
        for code in codes():
            (below / f"{code}.md").write_text(page_text(page(code, language)), "utf-8")


def _commented(text: str) -> str:
    return "".join(f"-- {line}\n" for line in text.splitlines())


def _sources(session: Session, files: list[Path] | None) -> Iterator[Source]:
    """Every file that is text."""
    from grammar import Source, decode

    for name, path in _paths(session, files):
        source = decode(name, path.read_bytes())
        if isinstance(source, Source):
            yield source


def _paths(session: Session, files: list[Path] | None) -> list[tuple[str, Path]]:
    if files:
        return [(str(path), path) for path in files]
    workspace = session.workspace
    names = sorted([*(each.source.name for each in workspace.documents), *workspace.unread])
    return [(name, session.folder / name) for name in names]


def _tokens(source: Source) -> Iterator[str]:
    """A line for each token, up to the first that no rule takes."""
    from lark import UnexpectedInput

    from grammar.parser import lark_parser

    yield f"# {source.name}\n"
    parser = lark_parser().parse_interactive(f"{source.text}\n")
    try:
        for token in parser.iter_parse():
            yield f"{token.line}:{token.column} {token.type} {str(token)!r}\n"
    except UnexpectedInput:
        return


def _end(session: Session, files: list[Path] | None) -> None:
    """What reading found; exit code 1 if that is an error."""
    found = list(_faults(session, files))
    beside(found, language_of(session))
    if any(each.is_error for each in found):
        raise typer.Exit(1)


def _faults(session: Session, files: list[Path] | None) -> Iterator[Diagnostic]:
    from grammar import Diagnostic, decode, parse

    for name, path in _paths(session, files):
        source = decode(name, path.read_bytes())
        yield from (source,) if isinstance(source, Diagnostic) else parse(source).diagnostics
