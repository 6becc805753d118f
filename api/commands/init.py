"""`steelyard init`: a new workspace, from the example's cards or from a database's tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.demo import DATA, called, last_closed
from api.commands.opened import beside, opened
from api.commands.options import Folder
from api.render.words import say
from api.streams import note, put, working

if TYPE_CHECKING:
    from api.templates import Role
    from grammar import Diagnostic

_LINES = 50_000  # sales lines of the example data

_IGNORED = ".steelyard/"
_WHY_IGNORED = {
    "en": "# Data and caches that steelyard makes, never policy.",
    "zh": "# steelyard 生成的数据和缓存，不含考核规则。",
}


def init(
    context: typer.Context,
    directory: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR", help="The new folder; this one if left out.", show_default=False
        ),
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE",
            help="Whose card: store, clerk, cashier and others; one that is not there lists them. "
            "May be given several times; store if left out.",
            show_default=False,
        ),
    ] = None,
    language: Annotated[
        Literal["en", "zh"], typer.Option(help="Of the files: English or Chinese.")
    ] = "en",
    url: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL",
            help="Guess the workspace from the tables of a database, like duckdb:///shop.duckdb.",
            show_default=False,
        ),
    ] = None,
    folder: Folder = None,
) -> None:
    """Make a new workspace that can be checked and scored at once.

    Cards, KPIs and data come from the example; with --from they are guessed from the tables of a
    database, and every guess is marked. Nothing that is there is overwritten.
    """
    if url is not None and role:
        raise typer.BadParameter("roles are those of the example", param_hint="'--role'")
    place = directory or folder or context.obj or Path()
    roles = _roles(role or ["store"])
    with opened(context, place, as_json=False, language=language) as session:
        made = (
            _from_template(session.folder, roles, language)
            if url is None
            else _from_database(session.folder, url, language)
        )
        _say(session.folder, made, language)


@dataclass(frozen=True)
class _Made:
    """What was made, and with which card and period to try it."""

    files: tuple[str, ...]
    card: str
    period: str
    has_examples: bool = False
    guesses: int = 0
    refusal: tuple[Diagnostic, ...] = ()


def _write(folder: Path, texts: Mapping[str, str], url: str, language: str) -> tuple[str, ...]:
    """Write the files of a workspace; their names."""
    from api.new_settings import settings_text
    from api.new_workspace import IGNORE_FILE
    from api.settings import SETTINGS_FILE

    own = {
        IGNORE_FILE: f"{_WHY_IGNORED[language]}\n{_IGNORED}\n",
        SETTINGS_FILE: settings_text(language, url),
    }
    for name, text in {**own, **texts}.items():
        (folder / name).write_text(text, "utf-8", newline="\n")
    return (*own, *texts)


# ── from the example ────────────────────────────────────────────────────────────────────────────


def _roles(names: Sequence[str]) -> list[Role]:
    from api.templates import ROLES

    known = {each.name: each for each in ROLES}
    for name in names:
        if name not in known:
            width = max(map(len, known))
            lines = (f"\n  {each.name:{width}}  {each.says}" for each in ROLES)
            says = f"there is no role {name}; there are{''.join(lines)}"
            raise typer.BadParameter(says, param_hint="'--role'")
    return [known[name] for name in dict.fromkeys(names)]


def _from_template(folder: Path, roles: Sequence[Role], language: str) -> _Made:
    from api.new_workspace import new_workspace
    from api.templates import template

    with new_workspace(folder) as scratch:
        files = _write(scratch, template(roles, language), f"duckdb:///{DATA}", language)
        _make_data(scratch)
        period = _period(scratch, roles[0].card)
    return _Made((*files, DATA), roles[0].card, period, has_examples=True)


def _make_data(folder: Path) -> None:
    from api.demo_data import build

    with working(f"Making {_LINES:,} sales lines"):
        build(folder / DATA, lines=_LINES)


def _period(folder: Path, card: str) -> str:
    """The last period of a card that is over in the data of a new workspace."""
    from api.session import Session
    from connectors import connect

    made = Session(folder)  # its own connection may be another one, by STEELYARD_URL
    with connect(f"duckdb:///{DATA}", folder=folder) as source:
        every = made.workspace.cards[card][-1].every or "quarter"
        return last_closed(made.workspace, source, made.today(), every).name


# ── from a database ─────────────────────────────────────────────────────────────────────────────


def _from_database(folder: Path, url: str, language: str) -> _Made:
    from datetime import date

    from api.database import refusing
    from api.new_settings import placed
    from api.new_workspace import new_workspace
    from api.skeleton import skeleton
    from connectors import connect

    with new_workspace(folder) as scratch:
        url = placed(url, folder, Path.cwd())
        with refusing(), connect(url, folder=folder) as source, working("Looking at the tables"):
            found = skeleton(source, language, date.today())
        files = _write(scratch, found.files, url, language)
    return _Made(files, found.card, found.period, guesses=found.guesses, refusal=found.refusal)


# ── what is said ────────────────────────────────────────────────────────────────────────────────


def _say(folder: Path, made: _Made, language: str) -> None:
    """What was made, and what to try with it."""
    from api.new_workspace import IGNORE_FILE

    command = called(folder)
    here = folder.resolve() if folder == Path() else folder
    put(f"{say('A new workspace: {folder}', language, folder=here)}\n")
    put("".join(f"  {name}\n" for name in made.files))
    tries = [(f"{command} check", "whether everything fits together")]
    if made.has_examples:
        why = "the examples below the card: what is given, what is expected"
        tries.append((f"{command} test", why))
    line = f"{command} score {made.card} --period {made.period}"
    tries.append((line, "the ranking of the last period that is over in the data"))
    put(f"\n{say('What to try next:', language)}\n")
    put("".join(f"  {line}\n      {say(why, language)}\n" for line, why in tries))
    if _IGNORED not in (folder / IGNORE_FILE).read_text("utf-8", "replace"):
        note(say("Add a line to your .gitignore: {line}", language, line=_IGNORED))
    if made.guesses:
        said = "{count} guesses are marked `confirm` in the files."
        put(f"\n{say(said, language, count=made.guesses)}\n")
    if made.refusal:
        note(say("The card cannot be scored yet:", language))
        beside(made.refusal, language)
