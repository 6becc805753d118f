"""The kind of a KPI, read from its formula: how its value behaves over time.

A flow adds up over periods; a distinct count, an average and a ratio are computed again from the
rows; a stock is a level at a moment. Where kinds meet, the one that adds up least decides.
"""

from __future__ import annotations

from typing import Literal

from engine.clauses import clause_of
from engine.holders import paths_in
from engine.model import DataSet, Entity, Kpi, Workspace, key_of
from grammar import syntax as s

Kind = Literal["flow", "distinct", "stock", "average", "ratio"]

_ORDER: tuple[Kind, ...] = ("flow", "distinct", "stock", "average", "ratio")
_DISTINCT = ("unique", "retained", "lost", "new", "returned")
_AVERAGES = "average median percentile deviation min max trend forecast moving_average".split()
_PEERS = ("peer_average", "peer_median", "peer_best")
_RATIOS = ("growth", "top_share")
_SHAPING = ("round", "ceiling", "abs", "min", "max", "coalesce")
_STRETCHES = s.LastStretch | s.YearToDate | s.AllTime


def kind_of(workspace: Workspace, kpi: Kpi) -> Kind:
    """The kind of a KPI; a formula of numbers alone, or one that goes in circles, is a stock."""
    return _Kinds(workspace).of_kpi(kpi, ())


def kind_of_formula(workspace: Workspace, formula: s.Expression) -> Kind:
    """The kind of a formula that no KPI has as its own."""
    return _Kinds(workspace).of(formula, ()) or "stock"


def adds_up(workspace: Workspace, kpi: str) -> bool:
    """Whether the values, and so the targets, of several periods make that of all of them."""
    found = workspace.kpis.get(key_of(kpi))  # none: the totals of a card
    return found is not None and kind_of(workspace, found) == "flow"


class _Kinds:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def of_kpi(self, kpi: Kpi, within: tuple[str, ...]) -> Kind:
        name = key_of(kpi.name)
        if kpi.formula is None or name in within:
            return "stock"
        return self.of(kpi.formula, (*within, name)) or "stock"

    def of(self, node: s.Expression, within: tuple[str, ...]) -> Kind | None:
        """None for what is a number whatever the period, which decides nothing."""
        match node:
            case s.Path(parts):
                return self._path(parts, within)
            case s.Sign(_, operand) | s.AtEntity(operand, _):
                return self.of(operand, within)
            case s.Windowed(operand, window):
                return _over(self.of(operand, within), window)
            case s.Arithmetic(left, operator, right):
                a, b = self.of(left, within), self.of(right, within)
                return _of_operation(a, operator, b, left, right)
            case s.If(_, then, otherwise):
                return _least_additive(self.of(then, within), self.of(otherwise, within))
            case s.Call():
                return self._call(node, within)
        return None

    def _path(self, parts: tuple[s.Name, ...], within: tuple[str, ...]) -> Kind:
        name = key_of(parts[0].text)
        kpi = self.workspace.kpis.get(name) if len(parts) == 1 else None
        if kpi is not None:
            return self.of_kpi(kpi, within)
        return "flow" if name == "days_active" else "stock"

    def _call(self, call: s.Call, within: tuple[str, ...]) -> Kind | None:
        name = call.function.parts[-1].text.lower()
        if name in _SHAPING and (name not in ("min", "max") or len(call.arguments) > 1):
            kinds = [self.of(each, within) for each in call.arguments]
            return _least_additive(*kinds)
        if name in ("sum", "count"):
            return self._sum(call)
        if name in _DISTINCT:
            return "distinct"
        if name in ("first", "last", "hours", "days"):
            return "stock"
        if name in _RATIOS:
            return "ratio"
        if name in _AVERAGES or name in _PEERS:
            return "average"
        if name == "peer_total" and call.arguments:
            return self.of(call.arguments[0], within)
        return None

    def _sum(self, call: s.Call) -> Kind:
        """Rows without a date, and entities, are there in every period: a level, not a flow."""
        if clause_of(call, s.Per) is not None or any(map(_is_level, call.arguments)):
            return "stock"
        for path in paths_in(call.arguments):
            holder = self._holder(path)
            if holder is not None:
                dated = isinstance(holder, DataSet) and holder.date is not None
                return "flow" if dated else "stock"
        return "flow"

    def _holder(self, path: s.Path) -> DataSet | Entity | None:
        name = key_of(path.parts[0].text)
        return self.workspace.data.get(name) or self.workspace.entities.get(name)


def _is_level(argument: s.Expression) -> bool:
    """`sum(last(d.x) per product)` adds up levels."""
    return isinstance(argument, s.Call) and argument.function.parts[-1].text in ("first", "last")


def _over(kind: Kind | None, window: s.Window) -> Kind | None:
    """`for last 12 months` reaches beyond the period: such sums overlap and do not add up."""
    return "stock" if kind == "flow" and isinstance(window, _STRETCHES) else kind


def _of_operation(
    a: Kind | None, operator: str, b: Kind | None, left: s.Expression, right: s.Expression
) -> Kind | None:
    if a is None and b is None:
        return None
    if operator == "/":
        return a if b is None else "ratio"
    if operator == "*":
        return (a or b) if a is None or b is None else "ratio"
    # A constant that is added is added once a period, however long that is.
    for kind, other in ((a, right), (b, left)):
        if kind == "flow" and None in (a, b) and not _is_zero(other):
            return "stock"
    return _least_additive(a, b)


def _is_zero(node: s.Expression) -> bool:
    return isinstance(node, s.Number | s.Money | s.Percent | s.Quantity) and not node.value


def _least_additive(*kinds: Kind | None) -> Kind | None:
    present = [kind for kind in kinds if kind is not None]
    return max(present, key=_ORDER.index) if present else None
