"""Clauses inside the parentheses of a call: `where`, `per`, `having`, `over`, …"""

from __future__ import annotations

from typing import TypeVar

from engine.facts import Problems
from grammar import syntax as s

C = TypeVar("C", bound=s.Node)


def clause_of(call: s.Call, kind: type[C]) -> C | None:
    return next((clause for clause in call.clauses if isinstance(clause, kind)), None)


def refuse_clauses(
    problems: Problems, call: s.Call, allowed: tuple[type[s.Node], ...], name: str
) -> bool:
    """Name the clauses that mean nothing in a function; whether there are any."""
    refused = [clause for clause in call.clauses if not isinstance(clause, allowed)]
    for clause in refused:
        problems.report("K0334", clause.span, name=name, found=clause.span.text)
    return bool(refused)
