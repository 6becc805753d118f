"""The unit of an expression, from its syntax alone; KPIs and columns have the unit they declare.

Faults are reported where they are written, and what is at fault is of unknown unit from there on,
so that one fault is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.clauses import clause_of
from engine.constants import constant_of
from engine.facts import Problems
from engine.holders import paths_in
from engine.model import Constant, DataSet, Entity, Workspace, key_of
from engine.reach import reachable
from engine.unit_names import worded
from engine.units import (
    NUMBER,
    PERCENT,
    POINTS,
    RATIO,
    TIME,
    UNKNOWN,
    Unit,
    average_of,
    count_of,
    declared,
    money,
)
from grammar import Diagnostic, Edit, Fix
from grammar import syntax as s

Holder = DataSet | Entity

_QUANTITIES = {"points": POINTS, "pp": PERCENT}  # all others are durations
_COUNTING = ("unique", "retained", "lost", "new", "returned")
_MEANS = ("average", "median", "percentile")
_KEEPING = "sum min max deviation first last".split()
_SERIES = "forecast moving_average peer_total peer_average peer_median peer_best".split()
_SHARES = ("growth", "top_share")
_CHOOSING = ("min", "max", "coalesce")
_KNOWN = {"days_active": TIME, "coverage": PERCENT, "attainment": PERCENT}


class Inference:
    """Units of the expressions of one workspace.

    `known`: units of names that only some places understand (`target` in a target line).
    """

    def __init__(
        self, workspace: Workspace, problems: Problems, known: Mapping[str, Unit] | None = None
    ) -> None:
        self.workspace = workspace
        self.problems = problems
        self.known = {**_KNOWN, **(known or {})}
        self._columns: list[s.Column] = []  # those being read: a column may name itself

    # ── values ───────────────────────────────────────────────────────────────────────────────

    def unit(self, node: s.Expression, rows: Holder | None = None) -> Unit:
        """The unit of a value of an entity or, inside an aggregate, of one of its `rows`."""
        match node:
            case s.Number():
                return NUMBER
            case s.Percent():
                return PERCENT
            case s.Money(currency, _):
                return money(currency)
            case s.Quantity(_, name):
                return _QUANTITIES.get(name, TIME)
            case s.PartScore():
                return POINTS
            case s.Path():
                constant = constant_of(self.workspace, node)
                if constant is not None:
                    return self._constant(constant)
                return self._path(node, rows)
            case s.Sign(_, operand) | s.Windowed(operand, _) | s.AtEntity(operand, _):
                return self.unit(operand, rows)
            case s.Arithmetic(_, "+" | "-", _):
                return self._sum(node, rows)
            case s.Arithmetic(_, "*", _):
                return self._product(node, rows)
            case s.Arithmetic():
                return self._quotient(node, rows)
            case s.If(condition, then, otherwise):
                self.condition(condition, rows)
                return self._choice("if", (then, otherwise), rows)
            case s.Call():
                return self._call(node, rows)
        self.condition(node, rows)
        return UNKNOWN

    def _constant(self, constant: Constant) -> Unit:
        """That of all its values; unknown where they are of different kinds (said elsewhere)."""
        units = [self.unit(each.value) for each in constant.values]
        alike = units and all(units[0].goes_with(each) for each in units)
        return units[-1] if alike else UNKNOWN

    def _sum(self, node: s.Arithmetic, rows: Holder | None) -> Unit:
        a, b = self.unit(node.left, rows), self.unit(node.right, rows)
        if not self._bare_beside_percent((node.left, node.right), (a, b)):
            return UNKNOWN
        if not a.goes_with(b):
            self.problems.report(
                "K0310",
                node.right.span,
                labels=[(node.left.span, worded(a))],
                left=worded(a),
                operator=node.operator,
                right=worded(b),
            )
            return UNKNOWN
        # 100% - x and 1 + x are what is left, or what it grows to: a factor, no longer a share.
        if _is_whole(node.left) or _is_whole(node.right):
            return RATIO if (a.is_percent or b.is_percent) else _common(a, b)
        return _common(a, b)

    def _product(self, node: s.Arithmetic, rows: Holder | None) -> Unit:
        tens = _tens(node.left) + _tens(node.right)
        whole = self.unit(node.left, rows) * self.unit(node.right, rows)
        return replace(whole, tens=whole.tens + tens)

    def _quotient(self, node: s.Arithmetic, rows: Holder | None) -> Unit:
        above, below = self.unit(node.left, rows), self.unit(node.right, rows)
        if isinstance(node.right, s.Percent):
            below = NUMBER
        if above.bare and below.is_ratio:
            return NUMBER  # 1 / (1 - retention): how many periods a customer stays
        whole = above / below
        return replace(whole, tens=whole.tens - _tens(node.right))

    def _choice(self, name: str, nodes: Iterable[s.Expression], rows: Holder | None) -> Unit:
        """One of several values: they must be alike."""
        found: Unit | None = None
        first: s.Expression | None = None
        for node in nodes:
            unit = self.unit(node, rows)
            if found is None or first is None:
                found, first = unit, node
            elif not self._alike(name, (first, node), (found, unit)):
                found = UNKNOWN
            else:
                found = _common(found, unit)
        return found or UNKNOWN

    def _alike(
        self, name: str, nodes: tuple[s.Expression, s.Expression], units: tuple[Unit, Unit]
    ) -> bool:
        if not self._bare_beside_percent(nodes, units):
            return False
        first, second = units
        if not first.goes_with(second):
            self.problems.report(
                "K0311",
                nodes[1].span,
                labels=[(nodes[0].span, worded(first))],
                name=name,
                left=worded(first),
                right=worded(second),
            )
            return False
        return True

    def _bare_beside_percent(
        self, nodes: tuple[s.Expression, s.Expression], units: tuple[Unit, Unit]
    ) -> bool:
        """`0.85` beside a percent is reported; 0, and 1 for the whole, cannot be misread."""
        first, second = units
        if second.is_percent and not self.percent(nodes[0]):
            return False
        return not first.is_percent or self.percent(nodes[1])

    def percent(self, node: s.Expression) -> bool:
        """Reports a bare number that stands where a percent is meant; False where it did."""
        if not isinstance(node, s.Number) or node.value in (0, 1):
            return True
        text = node.span.text
        small = abs(node.value) < 2
        meant = f"{_plain(node.value * 100 if small else node.value)}%"
        other = f"{_plain(node.value if small else node.value * 100)}%"
        fix = Fix(f"write `{meant}`", (Edit(node.span, meant),))
        data = {"found": text, "meant": meant, "other": other}
        self.problems.found.append(Diagnostic("K0312", node.span, data, fixes=(fix,)))
        return False

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def _path(self, path: s.Path, rows: Holder | None) -> Unit:
        if rows is not None:
            return self._column(path, rows)
        name = key_of(path.parts[0].text)
        if len(path.parts) > 1:
            return UNKNOWN
        kpi = self.workspace.kpis.get(name)
        if kpi is not None and name not in self.known:
            return declared(kpi.unit)
        return self.known.get(name, UNKNOWN)

    def _column(self, path: s.Path, rows: Holder) -> Unit:
        parts = path.parts
        if len(parts) > 1 and key_of(parts[0].text) == key_of(rows.name):
            parts = parts[1:]
        column = rows.columns.get(key_of(parts[0].text)) if isinstance(rows, DataSet) else None
        if len(parts) > 1 or column is None or column in self._columns:
            return UNKNOWN
        name = key_of(parts[0].text)
        if name in self.workspace.entities and name in reachable(self.workspace, rows):
            return UNKNOWN  # the key of an entity
        if column.unit is not None:
            return declared(column.unit)
        if column.formula is None:
            return UNKNOWN
        return self.derived(column, rows, Problems())

    def derived(self, column: s.Column, rows: Holder, problems: Problems) -> Unit:
        """The unit that the formula of a derived column yields."""
        if column.formula is None:
            return UNKNOWN
        inner = Inference(self.workspace, problems)
        inner._columns = [*self._columns, column]
        return inner.unit(column.formula, rows)

    # ── calls ────────────────────────────────────────────────────────────────────────────────

    def _call(self, call: s.Call, rows: Holder | None) -> Unit:
        name = call.function.parts[-1].text.lower()
        arguments = call.arguments
        if not arguments:
            return UNKNOWN
        if name in _CHOOSING and (len(arguments) > 1 or name == "coalesce"):
            return self._choice(name, arguments, rows)
        if name in ("round", "ceiling", "abs"):
            return self.unit(arguments[0], rows)
        if name in ("hours", "days", "minutes"):
            return TIME
        if name == "growth":
            return self._growth(call)
        if name in _SERIES or name == "trend":
            unit = self.unit(arguments[0], rows)
            return average_of(unit, "period") if name == "trend" else unit
        return self._aggregate(name, call, rows)

    def _growth(self, call: s.Call) -> Unit:
        """Relative: of a percent that is rarely what is meant."""
        measured = call.arguments[0]
        if self.unit(measured).is_percent:
            over = clause_of(call, s.Over)
            window = over.window.span.text if over else "previous period"
            text = measured.span.text
            instead = f"{text} - {text} for {window}"
            fixes: tuple[Fix, ...] = ()
            if isinstance(measured, s.Path | s.Call):
                fixes = (Fix(f"write `{instead}`", (Edit(call.span, f"({instead})"),)),)
            data = {"found": text, "instead": instead}
            self.problems.found.append(Diagnostic("K0320", call.span, data, fixes=fixes))
        return PERCENT

    def _aggregate(self, name: str, call: s.Call, rows: Holder | None) -> Unit:
        holder = self.holder(call.arguments) or rows
        self._clauses(call, holder)
        argument = call.arguments[0]
        if name == "count" or name in _COUNTING:
            return count_of(argument.parts[-1].text) if isinstance(argument, s.Path) else UNKNOWN
        if name == "top_share":
            return PERCENT
        if holder is None or name not in (*_KEEPING, *_MEANS):
            return UNKNOWN
        unit = self.unit(argument, holder)
        if name in _KEEPING:
            return unit
        group = _group(call) or (_group(argument) if isinstance(argument, s.Call) else None)
        return average_of(unit, group or holder.name)

    def holder(self, node: object) -> Holder | None:
        """The data set (or counted entity) that an argument names first."""
        for path in paths_in(node):
            name = key_of(path.parts[0].text)
            if name in self.workspace.data:
                return self.workspace.data[name]
            if len(path.parts) == 1 and name in self.workspace.entities:
                return self.workspace.entities[name]
        return None

    def _clauses(self, call: s.Call, holder: Holder | None) -> None:
        for clause in call.clauses:
            if isinstance(clause, s.Where | s.Having) and holder is not None:
                self.condition(clause.condition, holder)
            elif isinstance(clause, s.WeightedBy) and holder is not None:
                self.unit(clause.expression, holder)

    # ── conditions ───────────────────────────────────────────────────────────────────────────

    def condition(self, node: s.Expression, rows: Holder | None = None) -> None:
        """Both sides of every comparison must be alike."""
        match node:
            case s.And(terms) | s.Or(terms):
                for term in terms:
                    self.condition(term, rows)
            case s.Not(operand):
                self.condition(operand, rows)
            case s.Comparison(left, operator, right):
                self._compared(operator, left, (right,), rows)
            case s.Between(item, low, high):
                self._compared("between", item, (low, high), rows)
            case s.Among(item, options, _):
                self._compared("in", item, options, rows)
            case s.IsMissing(item, _):
                self.unit(item, rows)

    def _compared(
        self,
        name: str,
        item: s.Expression,
        others: Iterable[s.Expression],
        rows: Holder | None,
    ) -> None:
        unit = self.unit(item, rows)
        for other in others:
            self._alike(name, (item, other), (unit, self.unit(other, rows)))


def _common(a: Unit, b: Unit) -> Unit:
    """The unit of two that go together: what is known and said most plainly."""
    if not (a.known and b.known):
        return UNKNOWN
    if a.bare or b.bare:
        found = b if a.bare else a
    else:
        found = min(a, b, key=lambda unit: (-unit.shares, len(unit.things) + len(unit.per)))
    return replace(found, tens=max(a.tens, b.tens))


def _is_whole(node: s.Expression) -> bool:
    return isinstance(node, s.Number | s.Percent) and node.value == 1


def _tens(node: s.Expression) -> int:
    """The power of ten that a bare number is, from 100 on; 0 for every other."""
    if not isinstance(node, s.Number) or node.value < 100:
        return 0
    power = node.value.log10()
    return int(power) if power == power.to_integral_value() else 0


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _group(call: s.Call) -> str | None:
    per = clause_of(call, s.Per)
    return per.path.parts[-1].text if per is not None else None
