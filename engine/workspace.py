"""Folder -> workspace: find the files, read them, resolve their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from engine.model import Workspace
from engine.resolve import resolve
from grammar import Diagnostic, Parsed, Source, Span, decode
from grammar import syntax as s

Parse = Callable[[Source], Parsed]


def load(folder: str | Path, parse: Parse | None = None) -> Workspace:
    """Read every `*.scorecard` file below a folder (hidden folders left out).

    `parse` may be another way to read a text than `grammar.parse`, with the same result. Never
    raises for what the files say: `Workspace.diagnostics` tells. A folder that does not exist, or
    holds no scorecard file, is such a diagnostic too.
    """
    root = Path(folder)
    return workspace_of(root, [_source(root, path) for path in _files(root)], parse)


def workspace_of(
    root: Path, sources: Iterable[Source | Diagnostic], parse: Parse | None = None
) -> Workspace:
    """The workspace that a folder is with these files; in place of one that cannot be read stands
    the reason. Without any, that is a diagnostic."""
    if parse is None:
        from grammar import parse as afresh  # Lark is not needed by who brings another way

        parse = afresh
    documents: list[s.Document] = []
    diagnostics: list[Diagnostic] = []
    unread: list[str] = []
    for source in sources:
        if isinstance(source, Diagnostic):
            diagnostics.append(source)
            unread.append(source.span.file if source.span else "")
            continue
        parsed = parse(source)
        diagnostics.extend(parsed.diagnostics)
        if parsed.document is None:
            unread.append(source.name)
        else:
            documents.append(parsed.document)
    if not documents and not unread:
        diagnostics.append(Diagnostic("K0110", None, {"folder": root.name or str(root)}))
    return resolve(root, tuple(documents), tuple(diagnostics), tuple(unread))


def _files(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    found = (path for path in root.rglob("*.scorecard") if path.is_file())
    visible = (p for p in found if not any(q.startswith(".") for q in p.relative_to(root).parts))
    return sorted(visible)


def _source(root: Path, path: Path) -> Source | Diagnostic:
    name = path.relative_to(root).as_posix()
    try:
        return decode(name, path.read_bytes())
    except OSError as error:
        span = Span(Source(name, ""), 0, 0)
        return Diagnostic("K0103", span, {"reason": error.strerror or "it is locked"})
