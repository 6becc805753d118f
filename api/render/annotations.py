"""Diagnostics as workflow commands of GitHub, which shows them beside the lines of a change."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from grammar import Diagnostic, Severity, Span

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def workflow_commands(diagnostics: Iterable[Diagnostic], folder: Path, language: str = "en") -> str:
    """One line for each diagnostic; the paths are relative to the current folder."""
    return "".join(f"{_command(each, folder, language)}\n" for each in diagnostics)


def path_from_here(folder: Path, file: str) -> str:
    """The path of a file of the workspace from the current folder, with slashes."""
    path = folder / file
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on another drive
        return path.resolve().as_posix()


def _command(diagnostic: Diagnostic, folder: Path, language: str) -> str:
    properties = {**_place(diagnostic.span, folder), "title": diagnostic.code}
    written = ",".join(f"{name}={_escaped(str(value))}" for name, value in properties.items())
    text = "\n".join(filter(None, (diagnostic.message(language), diagnostic.help(language))))
    return f"::{_LEVEL[diagnostic.severity]} {written}::{_on_one_line(text)}"


def _place(span: Span | None, folder: Path) -> dict[str, object]:
    """Columns only where the span is within one line: otherwise they are not accepted."""
    if span is None:
        return {}
    place: dict[str, object] = {"file": path_from_here(folder, span.file), "line": span.line}
    if span.end_line != span.line:
        return {**place, "endLine": span.end_line}
    return {**place, "col": span.column, "endColumn": span.end_column}


def _escaped(value: str) -> str:
    return _on_one_line(value).replace(":", "%3A").replace(",", "%2C")


def _on_one_line(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
