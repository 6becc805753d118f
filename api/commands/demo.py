"""`steelyard demo`: the example workspace with data, a scored quarter, and why one store is where
it is."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.opened import language_of, opened
from api.commands.options import Folder
from api.render.words import say
from api.streams import console, note, put, show, working

if TYPE_CHECKING:
    from datetime import date

    from api.session import Session
    from connectors import Connection
    from engine import Sheet, Workspace
    from engine.documents import Document
    from engine.periods import Period

CARD = "store_quarterly"
DATA = ".steelyard/demo.duckdb"
_BEST = 3  # of each region are shown


def demo(
    context: typer.Context,
    rows: Annotated[int, typer.Option(help="Sales lines to make.")] = 200_000,
    folder: Folder = None,
) -> None:
    """Make data for the example scorecards, score the last closed quarter, explain one store.

    Without a workspace here, the example is first copied to ./scorecards. Only its folder
    .steelyard is ever written again.
    """
    with opened(context, folder, as_json=False) as found:
        from api.render.ranking import heading, ranked
        from engine.documents import sheet_document

        session = example(found, folder or context.obj)
        _make_data(session, rows)
        sheet = _scored(session)
        document = sheet_document(sheet)
        best, language = _best(document), language_of(session)
        show(heading(sheet, language), "", ranked(sheet, best, console(), language), "")
        _explain(sheet, best[0]["key"], language)
        _say_what_next(session, sheet, document)


# ── the workspace ───────────────────────────────────────────────────────────────────────────────


def example(found: Session, asked: Path | None) -> Session:
    """The workspace that was found if it is the example, else a copy of the example.

    Raises Refused where that place holds other scorecards.
    """
    from api.session import Session
    from grammar import Diagnostic, Refused

    if _is_example(found.workspace):
        return found
    session = found if asked else Session(Path("scorecards"))
    workspace = session.workspace
    if _is_example(workspace):
        return session
    if workspace.documents or workspace.unread:
        other = Diagnostic("K0914", None, {"folder": str(session.folder)})
        raise Refused([other, *(each for each in workspace.diagnostics if each.is_error)])
    copy_example(session.folder)
    where = "The example scorecards are in {folder}."
    note(say(where, language_of(session), folder=session.folder))
    return Session(session.folder)


def _is_example(workspace: Workspace) -> bool:
    return CARD in workspace.cards


def copy_example(folder: Path) -> None:
    """Copy what is installed as the example; a file that is there already stays as it is."""
    _copy(files("scorecards"), folder)


def _copy(given: Traversable, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in given.iterdir():
        if each.is_dir() and not each.name.startswith((".", "_")):
            _copy(each, folder / each.name)
        elif each.is_file() and not (folder / each.name).exists():
            (folder / each.name).write_bytes(each.read_bytes())


# ── data and scores ─────────────────────────────────────────────────────────────────────────────


def _make_data(session: Session, rows: int) -> None:
    from api.demo_data import MIN_LINES, build

    if rows < MIN_LINES:
        raise typer.BadParameter(f"at least {MIN_LINES}", param_hint="'--rows'")
    with working(say("Making {rows} sales lines", language_of(session), rows=f"{rows:,}")):
        made = build(session.folder / DATA, lines=rows)
    counted = (f"{count:,} {table.replace('_', ' ')}" for table, count in made.rows.items())
    note(f"{session.folder / DATA}: {', '.join(counted)}.")


def _scored(session: Session) -> Sheet:
    from api.database import refusing
    from connectors import connect
    from engine import score

    today = session.today()
    with (
        refusing(),
        connect(f"duckdb:///{DATA}", folder=session.folder) as source,
        working(say("Scoring the stores", language_of(session))),
    ):
        period = last_closed(session.workspace, source, today)
        return score(session.workspace, CARD, period, source, today)


def last_closed(
    workspace: Workspace, source: Connection, today: date, every: str = "quarter"
) -> Period:
    """The last period that is over, in the world and in the data."""
    from engine.atoms import days

    last = days(source.fetch("SELECT MAX(sold_at) AS last FROM sales")["last"])[0].astype(object)
    calendar = workspace.calendar
    running_in_data = calendar.containing(every, last)
    after_data = calendar.shift(running_in_data, int(last == _last_day(running_in_data)))
    running = calendar.containing(every, today)
    return calendar.shift(min(running, after_data, key=lambda period: period.start), -1)


def _last_day(period: Period) -> date:
    from datetime import timedelta

    return period.end - timedelta(days=1)


# ── what is shown ───────────────────────────────────────────────────────────────────────────────


def _best(document: Document) -> list[Document]:
    """The best of each region."""
    regions = groupby(document["items"], key=lambda item: item["rank_group"])
    return [item for _, region in regions for item in islice(region, _BEST)]


def _explain(sheet: Sheet, key: str, language: str) -> None:
    from api.render.explained import explained
    from engine import explain

    explanation = explain(sheet, key, language)
    assert explanation is not None  # the key is of this sheet
    show(*explained(explanation, language, depth=2))


def _say_what_next(session: Session, sheet: Sheet, document: Document) -> None:
    command, period = called(session.folder), f"--period {sheet.plan.period.name}"
    lines = [
        (f"score {CARD} {period}", "all stores, and why some are not ranked"),
        (f"weights {CARD}", "what the board's comparisons make of the perspectives"),
    ]
    if document["not_ranked"]:
        unranked = document["not_ranked"][0]
        lines.append((f"explain {CARD} {unranked['key']} {period}", "why this store has no rank"))
    language = language_of(session)
    put(f"\n{say('What to try next:', language)}\n")
    put("".join(f"  {command} {line}\n      {say(why, language)}\n" for line, why in lines))


def called(folder: Path) -> str:
    """How the program is called for a workspace from the current folder."""
    from api.session import find_workspace

    called = Path(sys.argv[0])
    name = "steelyard"
    if called.name == name and shutil.which(name) is None:
        name = os.path.relpath(called)
    if find_workspace(None, Path.cwd()).resolve() == folder.resolve():
        return name
    return f"{name} -w {folder}"
