"""Folder -> workspace: find the files, read them, resolve their names."""

from __future__ import annotations

from pathlib import Path

from engine.model import Workspace
from engine.resolve import resolve
from grammar import Diagnostic, Source, Span, decode, parse
from grammar import syntax as s


def load(folder: str | Path) -> Workspace:
    """Read every `*.scorecard` file below a folder (hidden folders left out).

    Never raises for what the files say: `Workspace.diagnostics` tells. A folder that does not
    exist, or holds no scorecard file, is such a diagnostic too.
    """
    root = Path(folder)
    documents: list[s.Document] = []
    diagnostics: list[Diagnostic] = []
    unread: list[str] = []
    paths = _files(root)
    if not paths:
        diagnostics.append(Diagnostic("K0110", None, {"folder": root.name or str(root)}))
    for path in paths:
        document, faults = _read(root, path)
        diagnostics.extend(faults)
        if document is None:
            unread.append(path.relative_to(root).as_posix())
        else:
            documents.append(document)
    return resolve(root, tuple(documents), tuple(diagnostics), tuple(unread))


def _files(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    found = (path for path in root.rglob("*.scorecard") if path.is_file())
    visible = (p for p in found if not any(q.startswith(".") for q in p.relative_to(root).parts))
    return sorted(visible)


def _read(root: Path, path: Path) -> tuple[s.Document | None, tuple[Diagnostic, ...]]:
    name = path.relative_to(root).as_posix()
    try:
        source = decode(name, path.read_bytes())
    except OSError as error:
        span = Span(Source(name, ""), 0, 0)
        return None, (Diagnostic("K0103", span, {"reason": error.strerror or "it is locked"}),)
    if isinstance(source, Diagnostic):
        return None, (source,)
    parsed = parse(source)
    return parsed.document, parsed.diagnostics
