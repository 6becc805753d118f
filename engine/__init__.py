"""Meaning: check, compile, score, explain, compare.

The path of a score, one module an arrow: `workspace` (folder → workspace), `effective` (→ card),
`plan` (→ plan), `lower` (→ SQL), `atoms` (→ arrays), `scoring` (→ sheet), `explanation` (→ tree),
`sentences` and `documents` (→ words and JSON).

The verbs are imported at their first use: checking a file needs neither numpy nor sqlglot.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.checks import check
    from engine.diff_workspaces import diff
    from engine.explanation import explain
    from engine.model import Workspace
    from engine.sheet import Sheet
    from engine.verbs import score
    from engine.workspace import load

__all__ = ["Sheet", "Workspace", "check", "diff", "explain", "load", "score"]


def __getattr__(name: str) -> object:
    found: object
    match name:
        case "Sheet":
            from engine.sheet import Sheet as found
        case "Workspace":
            from engine.model import Workspace as found
        case "check":
            from engine.checks import check as found
        case "diff":
            from engine.diff_workspaces import diff as found
        case "explain":
            from engine.explanation import explain as found
        case "load":
            from engine.workspace import load as found
        case "score":
            from engine.verbs import score as found
        case _:
            raise AttributeError(name)
    globals()[name] = found
    return found
