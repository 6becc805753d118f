"""`steelyard check`: everything that is wrong with a workspace, in one go."""

from __future__ import annotations

from collections.abc import Sequence
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
    from grammar import Diagnostic

Format = Literal["text", "json", "github", "sarif"]


def check(
    context: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no database; use catalog.json if it is there.")
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
    with opened(context, folder, as_json=output == "json") as session:
        diagnostics = _checked(session, offline)
        if verbose:
            _inventory(session)
        _print(session, diagnostics, output)
        if any(each.is_error for each in diagnostics):
            raise typer.Exit(1)


def _checked(session: Session, offline: bool) -> tuple[Diagnostic, ...]:
    """What files and settings say, and, as far as columns are known, what does not fit them."""
    from engine import check as check_workspace
    from engine.catalog import NOTHING_KNOWN
    from grammar import Refused, in_order

    faults: list[Diagnostic] = []
    catalog = NOTHING_KNOWN
    unanswered = ""
    try:
        _ = session.settings
        unanswered = "" if offline else _why_no_database(session)
        catalog = session.catalog(offline=offline or bool(unanswered))
    except Refused as refusal:
        faults.extend(refusal.diagnostics)
    _say_catalogue(catalog, unanswered)
    return in_order([*faults, *check_workspace(session.workspace, catalog)])


def _why_no_database(session: Session) -> str:
    """Why the database does not answer; empty if it does."""
    from grammar import Refused

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
