"""Meaning: check, compile, score, explain.

The path of a score, one module an arrow: `workspace` (folder → workspace), `effective` (→ card),
`plan` (→ plan), `lower` (→ SQL), `atoms` (→ arrays), `scoring` (→ sheet), `explanation` (→ tree),
`sentences` and `documents` (→ words and JSON).

The verbs are imported at their first use: checking a file needs neither numpy nor sqlglot.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.checks import check
    from engine.explanation import explain
    from engine.model import Workspace
    from engine.sheet import Sheet
    from engine.verbs import score
    from engine.workspace import load

__all__ = ["Sheet", "Workspace", "check", "explain", "load", "score"]

_HOME = {
    "Sheet": "engine.sheet",
    "Workspace": "engine.model",
    "check": "engine.checks",
    "explain": "engine.explanation",
    "load": "engine.workspace",
    "score": "engine.verbs",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(name)
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
