"""Meaning: check, compile, score, explain.

The path of a score, one module an arrow: `workspace` (folder → workspace), `effective` (→ card),
`plan` (→ plan), `lower` (→ SQL), `atoms` (→ arrays), `score` (→ sheet), `explain` (→ tree),
`sentences` and `documents` (→ words and JSON).
"""

from engine.check import check
from engine.explain import explain
from engine.model import Workspace
from engine.sheet import Sheet
from engine.verbs import plan, score
from engine.workspace import load

__all__ = ["Sheet", "Workspace", "check", "explain", "load", "plan", "score"]
