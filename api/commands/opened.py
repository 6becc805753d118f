"""What every command does first and last: open the workspace; say why where there is no answer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from api.streams import put_json, show_aside

if TYPE_CHECKING:
    from api.session import Session
    from grammar import Diagnostic


@contextmanager
def opened(
    context: typer.Context, folder: Path | None, *, as_json: bool, language: str | None = None
) -> Iterator[Session]:
    """The session of the workspace that is meant: by the command, else before it, else from here.

    Whatever refuses an answer ends the command with exit code 1 and its diagnostics: on standard
    output as the one JSON document, else on standard error; in the language of the workspace, if
    none is given.
    """
    from api.session import Session

    session = Session(_folder(folder or context.obj))
    with closing(session), _answering(session, as_json, language):
        yield session


def with_cards(session: Session) -> Session:
    """Refuse a workspace that holds no card, with what is wrong with it, where anything is."""
    from grammar import Refused

    workspace = session.workspace
    faults = [each for each in workspace.diagnostics if each.is_error]
    if faults and not workspace.cards:
        raise Refused(faults)
    return session


def language_of(session: Session) -> str:
    """The language of the workspace; English where its settings cannot be read."""
    from grammar import Refused

    try:
        return session.settings.language
    except Refused:
        return "en"


def beside(diagnostics: Sequence[Diagnostic], language: str) -> None:
    """Say to standard error what comes with a result, or in place of one."""
    if not diagnostics:
        return
    from api.render.diagnostics import diagnostics_text

    show_aside(diagnostics_text(diagnostics, language))


@contextmanager
def _answering(session: Session, as_json: bool, language: str | None) -> Iterator[None]:
    from grammar import Refused

    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except Refused as refusal:
        reasons: Sequence[Diagnostic] = refusal.diagnostics
    except OSError as error:
        reasons = [_unusable(error)]
        as_json = as_json and error.filename is not None  # else it is the output that failed
    except Exception as error:  # a fault of the program must not show as a traceback either
        if os.environ.get("STEELYARD_DEBUG"):
            raise
        reasons = [_internal(error)]
    else:
        return
    _refuse(reasons, language or language_of(session), as_json)
    raise typer.Exit(1)


def _refuse(reasons: Sequence[Diagnostic], language: str, as_json: bool) -> None:
    if not as_json:
        beside(reasons, language)
        return
    from engine.documents import diagnostics_document

    put_json(diagnostics_document(tuple(reasons), language))


def _unusable(error: OSError) -> Diagnostic:
    from grammar import Diagnostic

    path = "the output" if error.filename is None else Path(str(error.filename)).name
    return Diagnostic("K0911", None, {"path": path, "reason": error.strerror or str(error)})


def _internal(error: Exception) -> Diagnostic:
    from grammar import Diagnostic

    reason = f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0]
    return Diagnostic("K0913", None, {"reason": reason})


def _folder(asked: Path | None) -> Path:
    from api.session import find_workspace

    try:
        return find_workspace(asked, Path.cwd())
    except OSError:  # the current folder was deleted, or one above it cannot be read
        return asked or Path("scorecards")
