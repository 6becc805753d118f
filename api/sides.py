"""The two sides of a comparison: a folder, a file, a revision, or the workspace as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from api.revisions import NoRevision, Repository
from engine.model import Workspace
from engine.workspace import load, workspace_of
from grammar import Diagnostic, Refused, decode, parse_kept

_UNCOMPUTED = "K0109"  # it was read, and can be compared


@dataclass(frozen=True)
class Side:
    """A workspace, and what the user calls it."""

    title: str
    workspace: Workspace

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """Why it was not read whole; empty if it was."""
        return tuple(
            each
            for each in self.workspace.diagnostics
            if each.is_error and each.code.startswith("K01") and each.code != _UNCOMPUTED
        )


def side(asked: str, folder: Path) -> Side:
    """A path, if there is one of this name, else a revision of the workspace in `folder`.

    Raises Refused where it is neither, OSError where a file cannot be opened.
    """
    path = Path(asked)
    if asked and path.is_dir():
        return Side(asked, load(path, parse_kept))
    if asked and path.exists():
        source = decode(path.name, path.read_bytes())
        return Side(asked, workspace_of(path.parent, [source], parse_kept))
    try:
        files = Repository(folder).files(asked)
    except NoRevision as error:
        data = {"found": asked, "folder": str(folder), "reason": str(error)}
        raise Refused([Diagnostic("K0916", None, data)]) from None
    sources = [decode(name, content) for name, content in files]
    return Side(asked, workspace_of(folder, sources, parse_kept))
