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
def opened(context: typer.Context, folder: Path | None, *, as_json: bool) -> Iterator[Session]:
    """The session of the workspace that is meant.

    Whatever refuses an answer ends the command with exit code 1 and its diagnostics: on standard
    output as the one JSON document, else on standard error.
    """
    from api.session import Session, find_workspace
    from grammar import Refused

    try:
        found = find_workspace(folder or context.find_root().obj, Path.cwd())
        with closing(Session(found)) as session:
            yield session
    except (typer.Exit, typer.BadParameter):
        raise
    except Refused as refusal:
        _report(refusal.diagnostics, as_json)
        raise typer.Exit(1) from None
    except OSError as error:
        _report([_unwritable(error)], as_json)
        raise typer.Exit(1) from None
    except Exception as error:
        if os.environ.get("STEELYARD_DEBUG"):
            raise
        _report([_internal(error)], as_json)
        raise typer.Exit(1) from None


def some_card(session: Session) -> None:
    """Refuse a workspace in which there is nothing to ask for, with what is wrong with it."""
    from grammar import Refused

    workspace = session.workspace
    if not workspace.cards and any(each.is_error for each in workspace.diagnostics):
        raise Refused(each for each in workspace.diagnostics if each.is_error)


def beside(diagnostics: Sequence[Diagnostic], language: str = "en") -> None:
    """Warnings that come with a result."""
    from api.render.diagnostics import diagnostics_text

    if diagnostics:
        show_aside(diagnostics_text(diagnostics, language))


def _report(diagnostics: Sequence[Diagnostic], as_json: bool, language: str = "en") -> None:
    if as_json:
        from engine.documents import diagnostics_document

        put_json(diagnostics_document(tuple(diagnostics), language))
    else:
        beside(diagnostics, language)


def _unwritable(error: OSError) -> Diagnostic:
    from grammar import Diagnostic

    path = Path(os.fsdecode(error.filename)).name if error.filename else "the result"
    return Diagnostic("K0911", None, {"path": path, "reason": error.strerror or str(error)})


def _internal(error: Exception) -> Diagnostic:
    from grammar import Diagnostic

    reason = f"{type(error).__name__}: {error}".strip().split("\n")[0]
    return Diagnostic("K0913", None, {"reason": reason})
