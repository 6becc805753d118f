"""`needs CONDITION else over WINDOW`: a KPI over a longer window, where that is the same KPI.

An average or a ratio of a longer window is one of more rows. A sum or a count of it is larger, and
what compares periods compares other ones; both are refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine import values as v
from engine.clauses import clause_of
from engine.context import Context, days_of, moved, whole_count
from engine.facts import Problems
from engine.formula import Formulas
from engine.grain import SETS
from engine.holders import paths_in
from engine.model import DataSet, Kpi, Workspace, key_of
from engine.peers import PEERS
from engine.series import SERIES
from grammar import syntax as s
from grammar.phrases import Said

_SHAPING = ("round", "ceiling", "abs", "min", "max", "coalesce")
_COUNTING = ("count", "unique")
_STRETCHES = s.LastStretch | s.YearToDate | s.AllTime
_MOVES = Said(
    "this window is another period, and not a longer one", "这是另一个期间，不是更长的时间范围"
)
_NO_LONGER = Said("it is no longer than the period of the card", "它不比考核期间长")


@dataclass(frozen=True)
class Widened:
    """A KPI over its longer window, with the conditions of that window; as it is written."""

    value: v.KpiValue
    needs: v.Predicate
    representative: v.Predicate | None
    window: str

    @property
    def parts(self) -> tuple[object, ...]:
        """What is computed."""
        return self.value, self.needs, self.representative


def widen(kpi: Kpi, formulas: Formulas, context: Context) -> Widened | None:
    """The KPI over the window that its `needs` falls back to. None where there is none, or it is
    reported: K0539 (the value grows with the time), K0540 (no longer window, no such formula)."""
    needs, problems = kpi.needs, formulas.problems
    if needs is None or needs.widened is None or kpi.formula is None:
        return None
    window = needs.widened
    if not fits(formulas.workspace, kpi, problems) or not whole_count(window, problems):
        return None
    calendar = formulas.workspace.calendar
    wide = moved(calendar, context, window, window.span.text)
    assert wide is not None  # no window stands around a KPI of a card
    begins = days_of(calendar, wide).start
    if isinstance(window, s.LastStretch) and begins >= days_of(calendar, context).start:
        _report(problems, kpi, window, window, _NO_LONGER)
        return None
    value = formulas.kpi(kpi, wide, kpi.span)
    condition = formulas.predicate(needs.condition, wide)
    asks = kpi.representative
    represents = formulas.predicate(asks, wide) if asks is not None else None
    if value is None or condition is None or (represents is None) != (asks is None):
        return None
    return Widened(value, condition, represents, window.span.text)


def fits(workspace: Workspace, kpi: Kpi, problems: Problems) -> bool:
    """Whether a KPI may be taken over a longer window at all; reports why not."""
    window = kpi.needs.widened if kpi.needs is not None else None
    if window is None or kpi.formula is None:
        return True
    if not isinstance(window, _STRETCHES):
        _report(problems, kpi, window, window, _MOVES)
        return False
    try:
        grows = _Growth(workspace).of(kpi.formula, (key_of(kpi.name),))
    except _ComparesPeriods as found:
        place = found.args[0].span.text
        why = Said(
            f"`{place}` has days of its own, or compares those of others",
            f"`{place}` 有自己的时间范围，或与别的对象比较",
        )
        _report(problems, kpi, window, kpi.formula, why)
        return False
    except _Grows:
        grows = 1
    if grows:
        data = {"kpi": kpi.name, "window": window.span.text}
        labels = [(kpi.formula.span, "grows with the time")]
        problems.report("K0539", window.span, data, labels=labels)
    return not grows


def _report(problems: Problems, kpi: Kpi, window: s.Window, at: s.Node, why: Said) -> None:
    data = {"kpi": kpi.name, "window": window.span.text, "why": why}
    labels = [] if at is window else [(at.span, "formula")]
    problems.report("K0540", window.span, data, labels=labels)


class _ComparesPeriods(Exception):
    """A part of a formula whose days are not those of the window alone."""


class _Grows(Exception):
    """Parts that grow unlike each other are added, compared or chosen from."""


class _Growth:
    """With which power of the time a value grows: 1 for sums and counts, 0 for levels, means and
    their ratios, None for plain numbers."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def of(self, node: s.Expression, within: tuple[str, ...]) -> int | None:
        match node:
            case s.Path():
                return self._path(node, within)
            case s.Sign(_, operand) | s.AtEntity(operand, _):
                return self.of(operand, within)
            case s.Windowed():
                raise _ComparesPeriods(node)
            case s.Arithmetic(left, operator, right):
                a, b = self.of(left, within), self.of(right, within)
                if operator in ("+", "-"):
                    return _alike((a, b))
                if a is None and b is None:
                    return None
                return (a or 0) - (b or 0) if operator == "/" else (a or 0) + (b or 0)
            case s.If(_, then, otherwise):
                return _alike((self.of(then, within), self.of(otherwise, within)))
            case s.Call():
                return self._call(node, within)
        return None

    def _path(self, path: s.Path, within: tuple[str, ...]) -> int | None:
        name = key_of(path.parts[0].text)
        kpi = self.workspace.kpis.get(name) if len(path.parts) == 1 else None
        if kpi is not None and kpi.formula is not None and name not in within:
            return self.of(kpi.formula, (*within, name))
        return None if name in self.workspace.constants else 0

    def _call(self, call: s.Call, within: tuple[str, ...]) -> int | None:
        name = call.function.parts[-1].text.lower()
        if name in (*SETS, *SERIES, *PEERS, "growth"):
            raise _ComparesPeriods(call)
        if clause_of(call, s.Having) is not None:
            raise _Grows  # more keys reach a threshold in a longer time
        if name in _SHAPING and (name not in ("min", "max") or len(call.arguments) > 1):
            return _alike(self.of(each, within) for each in call.arguments)
        if name == "unique":
            return 1
        inner = next((a for a in call.arguments if isinstance(a, s.Call)), None)
        of_each = inner.function.parts[-1].text.lower() if inner is not None else ""
        if name in ("sum", "count"):
            return 0 if of_each in ("first", "last") else self._counted(call)
        if clause_of(call, s.Per) is not None and name != "top_share":
            return 1 if of_each in ("sum", *_COUNTING) else 0
        return 0

    def _counted(self, call: s.Call) -> int:
        """Rows without a date, and entities, are there at every time."""
        for path in paths_in(call.arguments):
            name = key_of(path.parts[0].text)
            holder = self.workspace.data.get(name) or self.workspace.entities.get(name)
            if holder is not None:
                return int(isinstance(holder, DataSet) and holder.date is not None)
        return 1


def _alike(grown: Iterable[int | None]) -> int | None:
    """What is added, compared or chosen from grows alike."""
    found = {each for each in grown if each is not None}
    if len(found) > 1:
        raise _Grows
    return found.pop() if found else None
