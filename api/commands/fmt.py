"""`steelyard fmt`: write files in canonical form, in English or Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.catalog import rewrite
from api.commands.opened import beside, language_of, opened
from api.commands.options import Folder
from api.render.words import counted, say
from api.streams import note, put

if TYPE_CHECKING:
    from api.session import Session
    from grammar import Formatted


def fmt(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Files and folders; the workspace if left out.",
            exists=True,
            show_default=False,
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit code 1 if a file would change."),
    ] = False,
    language: Annotated[
        Literal["en", "zh"] | None,
        typer.Option(help="Of the keywords; that of the workspace if left out."),
    ] = None,
    folder: Folder = None,
) -> None:
    """Write files in canonical form: indentation, order of facts, words, numbers.

    What they mean is compared before anything is written. A file with syntax errors is left as it
    is.
    """
    with opened(context, folder, as_json=False) as session:
        wanted = language or session.settings.language
        spoken = language_of(session)
        files = _files(session, paths)
        changed = failed = 0
        for name, path in files:
            formatted, is_new = _formatted(name, path, wanted)
            beside(formatted.diagnostics, spoken)
            failed += formatted.text is None
            if is_new and formatted.text is not None:
                changed += 1
                done = "would change {name}" if check else "formatted {name}"
                put(f"{say(done, spoken, name=name)}\n")
                if not check:
                    rewrite(path, formatted.text)
        note(_summary(len(files), changed, failed, check, spoken))
        if failed or (check and changed):
            raise typer.Exit(1)


def _files(session: Session, paths: list[Path] | None) -> list[tuple[str, Path]]:
    """The files that are meant, each once, with the names they are shown by."""
    from grammar import Refused

    if not paths:
        workspace = session.workspace
        names = sorted([*(each.source.name for each in workspace.documents), *workspace.unread])
        if not names:
            raise Refused(workspace.diagnostics)
        return [(name, session.folder / name) for name in names]
    found = {file: str(file) for path in paths for file in _below(path)}
    return [(name, file) for file, name in found.items()]


def _below(path: Path) -> list[Path]:
    return sorted(path.rglob("*.scorecard")) if path.is_dir() else [path]


def _formatted(name: str, path: Path, language: str) -> tuple[Formatted, bool]:
    """The canonical text, and whether the file has another one."""
    from grammar import Diagnostic, Formatted, decode, format

    data = path.read_bytes()
    source = decode(name, data)
    if isinstance(source, Diagnostic):
        return Formatted(None, (source,)), False
    formatted = format(source, language)
    return formatted, formatted.text is not None and formatted.text.encode() != data


def _summary(files: int, changed: int, failed: int, check: bool, language: str) -> str:
    said = "{changed} of {files} would change" if check else "{changed} of {files} changed"
    found = [say(said, language, changed=changed, files=counted(files, "file", language))]
    if failed:
        found.append(say("{failed} could not be formatted", language, failed=failed))
    return say("{sentence}.", language, sentence=say(", ", language).join(found))
