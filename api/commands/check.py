"""`steelyard check`: everything that is wrong with a workspace, in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.opened import language_of, opened
from api.commands.options import Folder
from api.render.words import counted
from api.streams import note, put, put_json, show
from api.version import version

if TYPE_CHECKING:
    from api.session import Session
    from engine.catalog import Catalog
    from engine.model import Workspace
    from grammar import Diagnostic

Format = Literal["text", "json", "github", "sarif"]
Fixes = Literal["none", "safe", "suggested"]


def check(
    context: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no database; use catalog.json if it is there.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Make the safe fixes in the files, then check.")
    ] = False,
    suggested: Annotated[
        bool, typer.Option("--suggested", help="With --fix: make the suggested fixes, too.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again each time a file is saved, until Ctrl-C.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say what was checked, too.")
    ] = False,
    output: Annotated[
        Format,
        typer.Option(
            "--format", help="For people, programs, annotations of GitHub, or code scanning."
        ),
    ] = "text",
    folder: Folder = None,
) -> None:
    """Check the scorecards: names, units, weights, curves, targets, dates, columns.

    Exit code 1 if there is an error; warnings alone are 0.
    """
    if suggested and not fix:
        raise typer.BadParameter("--suggested says which fixes --fix makes; give both.")
    if watch and (fix or output != "text"):
        raise typer.BadParameter("--watch only looks, and prints text: no --fix, no --format.")
    fixes: Fixes = "suggested" if suggested else "safe" if fix else "none"
    once = partial(_check, context, folder, offline, verbose, output, fixes)
    if watch:
        _watch(context, folder, once)
    else:
        once()


def _check(
    context: typer.Context,
    folder: Path | None,
    offline: bool,
    verbose: bool,
    output: Format,
    fixes: Fixes,
) -> None:
    with opened(context, folder, as_json=output == "json") as session:
        unanswered = "" if offline else _why_no_database(session)
        offline = offline or bool(unanswered)
        if fixes != "none":
            session = _mended(session, offline, fixes, aside=output != "text")
        diagnostics, catalog = _checked(session, offline)
        _say_catalogue(catalog, unanswered)
        if verbose:
            _inventory(session)
        _print(session, diagnostics, output)
        if any(each.is_error for each in diagnostics):
            raise typer.Exit(1)


def _watch(context: typer.Context, folder: Path | None, once: Callable[[], None]) -> None:
    """Check now and after every save; Ctrl-C is how it ends."""
    from api.watching import saves

    with opened(context, folder, as_json=False) as session:
        place = session.folder
    with suppress(KeyboardInterrupt):
        for _ in saves(place):
            note(f"── {datetime.now():%H:%M:%S} ──")
            with suppress(typer.Exit):  # errors are what one looks for
                once()


def _mended(session: Session, offline: bool, fixes: Fixes, *, aside: bool) -> Session:
    """Make the fixes, write the files and say what changed."""
    from api.fixes import mend, write
    from api.render.characters import visible

    def diagnostics_of(workspace: Workspace) -> Sequence[Diagnostic]:
        return _checked(session.reading(workspace), offline)[0]

    mended = mend(session.workspace, diagnostics_of, suggested=fixes == "suggested")
    write(session.workspace, mended.workspace)
    for each in mended.changes:
        line = visible(str(each))
        note(line) if aside else put(f"{line}\n")
    made = len(mended.changes)
    note(f"Changed {counted(made, 'place')}." if made else "Nothing to change.")
    offered = sum(bool(f.edits) for d in mended.diagnostics for f in d.fixes[:1])
    if offered and fixes == "safe":
        note(f"Look at what is suggested below; --fix --suggested makes up to {offered} more.")
    return session.reading(mended.workspace)


def _checked(session: Session, offline: bool) -> tuple[tuple[Diagnostic, ...], Catalog]:
    """What files and settings say, and, as far as columns are known, what does not fit them."""
    from engine import check as check_workspace
    from engine.catalog import NOTHING_KNOWN
    from grammar import Refused, in_order

    faults: list[Diagnostic] = []
    catalog = NOTHING_KNOWN
    try:
        _ = session.settings
        catalog = session.catalog(offline=offline)
    except Refused as refusal:
        faults.extend(refusal.diagnostics)
    return in_order([*faults, *check_workspace(session.workspace, catalog)]), catalog


def _why_no_database(session: Session) -> str:
    """Why the database does not answer; empty if it does, and where settings do not name one."""
    from grammar import Refused

    try:
        _ = session.settings
    except Refused:
        return ""  # reported with the rest
    try:
        _ = session.source
    except Refused as refusal:
        return refusal.diagnostics[0].message(language_of(session))
    return ""


def _say_catalogue(catalog: Catalog, unanswered: str) -> None:
    from engine.catalog import NOTHING_KNOWN

    if unanswered:
        note(f"The database does not answer: {unanswered}.")
    if catalog is NOTHING_KNOWN:
        note("Checked without a catalogue: no table, column or type was compared.")
    else:
        note(f"Checked with the tables and columns of {catalog.origin}.")


def _inventory(session: Session) -> None:
    """The files, cards and KPIs that were found."""
    from engine.explanation import unit_text

    workspace = session.workspace
    for document in workspace.documents:
        note(f"file {document.source.name}")
    for versions in workspace.cards.values():
        for each in versions:
            since, through = each.since or "always", f" through {each.through}" * bool(each.through)
            note(f"scorecard {each.name} from {since}{through} ({each.span})")
    for kpi in workspace.kpis.values():
        unit = f" in {unit_text(kpi.unit)}" if kpi.unit else ""
        note(f"kpi {kpi.name}{unit} ({kpi.span})")


def _print(session: Session, diagnostics: Sequence[Diagnostic], output: Format) -> None:
    language = language_of(session)
    match output:
        case "json":
            from engine.documents import diagnostics_document

            put_json(diagnostics_document(tuple(diagnostics), language))
        case "github":
            from api.render.annotations import workflow_commands

            put(workflow_commands(diagnostics, session.folder, language))
        case "sarif":
            from api.render.sarif import sarif

            put_json(sarif(diagnostics, session.folder, version(), language))
        case "text":
            _print_text(session, diagnostics, language)


def _print_text(session: Session, diagnostics: Sequence[Diagnostic], language: str) -> None:
    if not diagnostics:
        put(f"{_all_well(session)}\n")
        return
    from api.render.diagnostics import count, diagnostics_text

    show(diagnostics_text(diagnostics, language), f"\n{count(diagnostics)}")


def _all_well(session: Session) -> str:
    workspace = session.workspace
    found = (
        counted(len(workspace.documents), "file"),
        counted(len(workspace.cards), "scorecard"),
        counted(len(workspace.kpis), "KPI"),
    )
    return f"No problems in {', '.join(found)}."
