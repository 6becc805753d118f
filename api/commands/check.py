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
from api.commands.options import Folder, Language
from api.render.words import counted, say
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
    language: Language = None,
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
    once = partial(_check, context, folder, offline, verbose, output, fixes, language)
    if watch:
        _watch(context, folder, language, once)
    else:
        once()


def _check(
    context: typer.Context,
    folder: Path | None,
    offline: bool,
    verbose: bool,
    output: Format,
    fixes: Fixes,
    language: str | None,
) -> None:
    with opened(context, folder, as_json=output == "json", language=language) as session:
        spoken = language or language_of(session)
        unanswered = "" if offline else _why_no_database(session, spoken)
        offline = offline or bool(unanswered)
        if fixes != "none":
            session = _mended(session, offline, fixes, spoken, aside=output != "text")
        diagnostics, catalog = _checked(session, offline)
        _say_catalogue(catalog, unanswered, spoken)
        if verbose:
            _inventory(session, spoken)
        _print(session, diagnostics, output, spoken)
        if any(each.is_error for each in diagnostics):
            raise typer.Exit(1)


def _watch(
    context: typer.Context, folder: Path | None, language: str | None, once: Callable[[], None]
) -> None:
    """Check now and after every save; Ctrl-C is how it ends."""
    from api.watching import saves

    with opened(context, folder, as_json=False, language=language) as session:
        place = session.folder
    with suppress(KeyboardInterrupt):
        for _ in saves(place):
            note(f"── {datetime.now():%H:%M:%S} ──")
            with suppress(typer.Exit):  # errors are what one looks for
                once()


def _mended(
    session: Session, offline: bool, fixes: Fixes, language: str, *, aside: bool
) -> Session:
    """Make the fixes, write the files and say what changed."""
    from api.fixes import mend, write
    from api.render.characters import visible

    def diagnostics_of(workspace: Workspace) -> Sequence[Diagnostic]:
        return _checked(session.reading(workspace), offline)[0]

    mended = mend(session.workspace, diagnostics_of, suggested=fixes == "suggested")
    write(session.workspace, mended.workspace)
    for each in mended.changes:
        line = visible(each.said(language))
        note(line) if aside else put(f"{line}\n")
    made = len(mended.changes)
    places = counted(made, "place", language)
    note(say("Changed {places}." if made else "Nothing to change.", language, places=places))
    offered = sum(bool(f.edits) for d in mended.diagnostics for f in d.fixes[:1])
    if offered and fixes == "safe":
        more = "Look at what is suggested below; --fix --suggested makes up to {offered} more."
        note(say(more, language, offered=offered))
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
    return in_order(
        [*faults, *check_workspace(session.workspace, catalog, session.today())]
    ), catalog


def _why_no_database(session: Session, language: str) -> str:
    """Why the database does not answer; empty if it does, and where settings do not name one."""
    from grammar import Refused

    try:
        _ = session.settings
    except Refused:
        return ""  # reported with the rest
    try:
        _ = session.source
    except Refused as refusal:
        return refusal.diagnostics[0].message(language)
    return ""


def _say_catalogue(catalog: Catalog, unanswered: str, language: str) -> None:
    from engine.catalog import NOTHING_KNOWN
    from grammar.phrases import phrase

    if unanswered:
        note(say("The database does not answer: {reason}.", language, reason=unanswered))
    if catalog is NOTHING_KNOWN:
        nothing = "Checked without a catalogue: no table, column or type was compared."
        note(say(nothing, language))
    else:
        origin = phrase("origin", catalog.origin, language)
        note(say("Checked with the tables and columns of {origin}.", language, origin=origin))


def _inventory(session: Session, language: str) -> None:
    """The files, cards and KPIs that were found."""
    from engine.explanation import unit_text
    from engine.kinds import kind_of
    from engine.unit_checks import assumed
    from engine.unit_names import unit_words

    workspace = session.workspace
    for document in workspace.documents:
        note(say("file {name}", language, name=document.source.name))
    for versions in workspace.cards.values():
        for each in versions:
            since = each.since or say("always", language)
            held = "scorecard {name} from {since} through {through} ({place})"
            said = held if each.through else "scorecard {name} from {since} ({place})"
            data = {"name": each.name, "since": since, "through": each.through, "place": each.span}
            note(say(said, language, **data))
    for kpi in workspace.kpis.values():
        unit = unit_text(kpi.unit)
        said = "kpi {name} in {unit}, {kind} ({place})" if unit else "kpi {name}, {kind} ({place})"
        if unit and assumed(workspace, kpi):
            said = "kpi {name} in {unit} (assumed), {kind} ({place})"
        unit, kind = unit_words(unit or "", language), say(kind_of(workspace, kpi), language)
        note(say(said, language, name=kpi.name, unit=unit, kind=kind, place=kpi.span))


def _print(
    session: Session, diagnostics: Sequence[Diagnostic], output: Format, language: str
) -> None:
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
        put(f"{_all_well(session, language)}\n")
        return
    from api.render.diagnostics import count, diagnostics_text

    show(diagnostics_text(diagnostics, language), f"\n{count(diagnostics, language)}")
    code = next((each.code for each in diagnostics if each.is_error), diagnostics[0].code)
    note(say("More about a code: `steelyard explain-code {code}`", language, code=code))


def _all_well(session: Session, language: str) -> str:
    workspace = session.workspace
    found = (
        counted(len(workspace.documents), "file", language),
        counted(len(workspace.cards), "scorecard", language),
        counted(len(workspace.kpis), "KPI", language),
    )
    return say("No problems in {found}.", language, found=say(", ", language).join(found))
