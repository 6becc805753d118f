"""What a text says that its author cannot mean, wherever in a workspace it stands."""

from __future__ import annotations

import re
from itertools import pairwise

from engine.facts import Problems
from engine.finding import find_kpi
from engine.implication import contradiction
from engine.mends import Fixes
from engine.model import Workspace
from engine.walk import Walked
from grammar import Edit, Fix, Span
from grammar import syntax as s

_THOUSANDS = re.compile(r"\d{1,3}(?:[,，]\d{3})+")


def check_texts(workspace: Workspace, walked: Walked, problems: Problems) -> None:
    """Report conditions that never hold, numbers split by a comma, and `drives` of no KPI."""
    for _, nodes in walked:
        for node in nodes:
            match node:
                case s.And():
                    _check_condition(node, problems)
                case s.Call(_, arguments, _):
                    _check_commas(arguments, problems)
                case s.Among(_, options, _):
                    _check_commas(options, problems)
                case s.Drives(name):
                    find_kpi(workspace, name, problems)


def _check_condition(condition: s.And, problems: Problems) -> None:
    found = contradiction(condition)
    if found is not None:
        first, second = found
        labels = [(first.span, "never together with")]
        problems.report("K0324", second.span, labels=labels, first=first.span.text)


def _check_commas(items: tuple[s.Expression, ...], problems: Problems) -> None:
    """`1,200` among other values is two of them: 1 and 200."""
    for first, second in pairwise(items):
        if isinstance(first, s.Number) and isinstance(second, s.Number):
            whole = Span(first.span.source, first.span.start, second.span.end)
            if _THOUSANDS.fullmatch(whole.text):
                number = re.sub(r"[,，]", "", whole.text)
                fix: Fixes = (Fix(f"write `{number}`", (Edit(whole, number),)),)
                parts = {"first": first.span.text, "second": second.span.text}
                problems.report("K0325", whole, parts, fixes=fix, found=whole.text)
