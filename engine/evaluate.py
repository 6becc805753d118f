"""Values and conditions over the atoms of all entities of a level at once.

Missing is NaN and carries its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from engine import scalars as r
from engine import values as v
from engine.arithmetic import applied, operation
from engine.atom_values import filled, made_of, repeats
from engine.atoms import Atoms, LevelData, claimed_days
from engine.descendants import Descendants, descendants, mean_total
from engine.exemptions import counted_days
from engine.facts import Problems
from engine.grain import Cell, cells_of
from engine.least_squares import series
from engine.numbers import Flags, Floats, compare, snap
from engine.peer_groups import active_within, among_peers, groups_of, population
from engine.periods import Range
from engine.plan import Plan
from engine.plan_values import plan_value
from engine.reasons import code
from engine.results import Result, choose, missing, present

if TYPE_CHECKING:
    from engine.sheet import Sheet


@dataclass(frozen=True)
class Verdict:
    """A condition: where it holds, and where it could be evaluated at all."""

    holds: Flags
    known: Flags


Known = Mapping[str, Result]
_NOTHING: Known = {}


class Evaluator:
    """Evaluates values of one plan; results are kept, since KPIs share parts.

    `scored`: whom of its own level the card scores, who are peers of each other; `inner`: the
    sheets of the cards whose totals the plan takes.
    """

    def __init__(
        self,
        plan: Plan,
        atoms: Atoms,
        problems: Problems,
        scored: Flags,
        inner: Mapping[str, Sheet] = MappingProxyType({}),
    ) -> None:
        self.plan = plan
        self.scored = scored
        self.inner = inner
        self.atoms = atoms
        self.problems = problems
        self._kept: dict[tuple[str, v.Value], Result] = {}

    # ── values ───────────────────────────────────────────────────────────────────────────────

    def value(self, value: v.Value, level: str, known: Known = _NOTHING) -> Result:
        """The value for every entity of a level."""
        if known:
            return self._value(value, level, known)
        kept = self._kept.get((level, value))
        if kept is None:
            kept = self._kept[(level, value)] = self._value(value, level, known)
        return kept

    def _value(self, value: v.Value, level: str, known: Known) -> Result:
        data = self.atoms.levels[level]
        match value:
            case v.Literal(number):
                return present(np.full(len(data), number))
            case v.Aggregate():
                return self._aggregate(value, data)
            case v.PlanValue():
                parts = [data.cells[cell] for cell in cells_of(value)]
                return Result(*plan_value(value, parts, data, self.plan, self.problems))
            case v.ScoreOf():
                return Result(*mean_total(self.descendants(value), len(data)))
            case v.AttributeOf(_, scalar, _):
                found = data.attributes[scalar]
                numbers = found if found.dtype != object else np.full(len(data), np.nan)
                return _with_reason(numbers, "no_values")
            case v.Known(name):
                return known[name] if name in known else self._days_active(data)
            case v.Operation(left, operator, right):
                a, b = self.value(left, level, known), self.value(right, level, known)
                return operation(a, operator, b)
            case v.Applied(name, arguments):
                return applied(name, [self.value(each, level, known) for each in arguments])
            case v.Either(condition, then, otherwise):
                holds = self.predicate(condition, level, known).holds
                a = self.value(then, level, known)
                return choose(holds, a, self.value(otherwise, level, known))
            case v.Growth():
                return self._growth(value, level, known, data)
            case v.Series():
                return self._series(value, level, known, data)
            case v.Peers():
                return self._among_peers(value, data)
            case v.KpiValue(value=inner):
                result = self.value(inner, level)
                return Result(snap(result.values), result.reasons)
            case v.AtLevel(other, inner):
                result = self.value(inner, other)  # what is known is that of this level
                return result.take(self._index(data, other))

    def descendants(self, value: v.ScoreOf) -> Descendants:
        """Whose totals a value is made of."""
        return descendants(value, self.inner[value.card], self.atoms.levels[value.level].keys)

    def _index(self, data: LevelData, other: str) -> np.ndarray:
        if other in data.parents:
            return data.parents[other]
        return np.zeros(len(data), dtype=np.intp)  # `everything`: its one row

    def _days_active(self, data: LevelData, measure: str | None = None) -> Result:
        """Days of the period on which each entity of a level is active, and claimed by the card
        where it is scored."""
        days = claimed_days(self.plan, data, self.plan.period.end)
        if data.level.name == self.plan.home:
            days, _ = counted_days(self.plan.card, data, days, measure)
        return present(days.days.astype(np.float64))

    def part_active(self, level: str, measure: str) -> Floats:
        """Active days of each entity for a measure over the days of the period."""
        days = self._days_active(self.atoms.levels[level], measure)
        part: Floats = days.values / self.plan.period.days
        return part

    def _growth(self, value: v.Growth, level: str, known: Known, data: LevelData) -> Result:
        """(current - base) / |base|."""
        current, base = (
            self.value(value.current, level, known),
            self.value(value.base, level, known),
        )
        difference = operation(current, "-", base)
        size = Result(np.abs(base.values), base.reasons)
        result = operation(difference, "/", size, zero="zero_base")
        if value.allow_partial or data.since is None:
            return result
        return choose(_partly(data, value.base_range), missing(len(data), "partial_base"), result)

    def _series(self, value: v.Series, level: str, known: Known, data: LevelData) -> Result:
        """A period before the data begin, or in which an entity was not active throughout, has no
        value; the current one counts as it is."""
        points = []
        for point, span in zip(value.points, value.ranges, strict=True):
            found = self.value(point, level, known).values
            current = value.name != "forecast" and point is value.points[-1]
            if not current:
                absent = _partly(data, span) | self._before_data(point)
                found = np.where(absent, np.nan, found)
            points.append(found)
        return _with_reason(series(value.name, points, len(points)), "no_earlier_data")

    def _among_peers(self, value: v.Peers, data: LevelData) -> Result:
        found = self.value(value.value, value.level)
        result = among_peers(value, found, groups_of(data, value.within), self.peers(value))
        if value.pooled is None:
            return result
        few = np.isnan(result.values)
        return choose(few, result, self.value(value.pooled, value.level))

    def peer_group(self, value: v.Peers, place: int) -> tuple[int, str | None]:
        """How many peers of an entity have a value, and the name of their group."""
        groups = groups_of(self.atoms.levels[value.level], value.within)
        found = self.value(value.value, value.level).values
        own = groups.number == groups.number[place]
        size = own & self.peers(value) & ~np.isnan(found)
        return (int(size.sum()) if groups.number[place] >= 0 else 0), groups.name[place]

    def peers(self, value: v.Peers) -> Flags:
        """Whose values a peer function takes, where they have one."""
        data, home = self.atoms.levels[value.level], self.atoms.levels[self.plan.home]
        return population(self.plan, home, self.scored, data) & active_within(value, data)

    def _before_data(self, value: v.Value) -> bool:
        """Whether a value is of days before the first row of its data."""
        for node in v.aggregates(value):
            feed = self.atoms.feeds.get(node.data)
            if feed is None or node.range is None:
                continue
            if feed.first is None or feed.first >= node.range.end:
                return True
        return False

    # ── aggregates ───────────────────────────────────────────────────────────────────────────

    def _aggregate(self, node: v.Aggregate, data: LevelData) -> Result:
        gap = self._gap(node)
        if gap is not None:
            return missing(len(data), gap)
        cells = [data.cells[cell] for cell in cells_of(node)]
        several = repeats(node, cells)
        if several is not None and several.any():
            shown = ", ".join(map(str, data.keys[several][:5]))
            count, written = int(several.sum()), node.origin.text
            self.problems.report("K0335", node.origin, found=written, count=count, keys=shown)
        return made_of(node, cells)

    def _gap(self, node: v.Aggregate) -> str | None:
        """Why nobody has a value: a feed that is read has a gap, or there are no earlier data."""
        if any(not self.atoms.whole(self.plan, each) for each in r.tallies_of(node)):
            return "data_incomplete"
        feed = self.atoms.feeds.get(node.data)
        if feed is None:
            return None
        if node.base is not None and (feed.first is None or feed.first >= node.base.end):
            return "no_earlier_data"
        every = self.plan.workspace.data[node.data].expects
        if every is None:
            return None
        asked = [s for s in (node.range, node.base) if s is not None and s.start > date.min]
        calendar = self.plan.workspace.calendar
        whole = all(calendar.complete(span, every, feed.days) for span in asked)
        return None if whole else "data_incomplete"

    def rows(self, node: v.Aggregate, level: str) -> tuple[Floats, Floats]:
        """Rows counted and, of them, rows skipped because their value is missing."""
        data = self.atoms.levels[level]
        if node.groups is not None:
            counted, without = (filled(data.cells[cell]) for cell in cells_of(node)[-2:])
            return counted, without
        cells = {cell.part: cell for cell in cells_of(node)}

        def part(name: str) -> Floats:
            cell: Cell | None = cells.get(name)
            return filled(data.cells[cell]) if cell is not None else np.zeros(len(data))

        if "key_rows" in cells:
            found = [filled(data.cells[cell]) for cell in cells_of(node)[1:3]]
            return found[0], found[1]
        rows = part("rows")
        return rows, rows - part("values") if "values" in cells else np.zeros(len(data))

    # ── conditions ───────────────────────────────────────────────────────────────────────────

    def predicate(self, node: v.Predicate, level: str, known: Known = _NOTHING) -> Verdict:
        """Where a condition holds. About a missing KPI it cannot be evaluated and never holds."""
        match node:
            case v.Compares(left, operator, right):
                a, b = self.value(left, level, known), self.value(right, level, known)
                holds = compare(a.values, operator, b.values)
                there = ~(np.isnan(a.values) | np.isnan(b.values))
                if operator == "<>":
                    holds = holds | ~there
                measured = any(_is_measured(x) for side in (left, right) for x in v.walk(side))
                known_at = there if measured else np.ones(len(there), dtype=bool)
                return Verdict(holds & known_at, known_at)
            case v.TextIs(attribute, how, options):
                holds = self._text_is(attribute, how, options)
                return Verdict(holds, np.ones(len(holds), dtype=bool))
            case v.DayIs(attribute, operator, day):
                holds = self._day_is(attribute, operator, day)
                return Verdict(holds, np.ones(len(holds), dtype=bool))
            case v.Lacks(value):
                holds = np.isnan(self.value(value, level, known).values)
                return Verdict(holds, np.ones(len(holds), dtype=bool))
            case v.Denied(inner):
                verdict = self.predicate(inner, level, known)
                return Verdict(verdict.known & ~verdict.holds, verdict.known)
            case v.Every(terms) | v.Some(terms):
                verdicts = [self.predicate(term, level, known) for term in terms]
                every = isinstance(node, v.Every)
                return _all(verdicts) if every else _any(verdicts)

    def _day_is(self, attribute: v.AttributeOf, operator: str, day: date) -> Flags:
        found = self.atoms.levels[attribute.level].attributes[attribute.scalar]
        bound = np.datetime64(day, "D")
        tests: dict[str, Flags] = {
            "=": found == bound,
            "<>": found != bound,  # also where there is none: `<>` is exactly `not =`
            "<": found < bound,
            "<=": found <= bound,
            ">": found > bound,
            ">=": found >= bound,
        }
        return tests[operator]

    def _text_is(self, attribute: v.AttributeOf, how: str, options: tuple[str, ...]) -> Flags:
        found = self.atoms.levels[attribute.level].attributes[attribute.scalar]
        tests: dict[str, Callable[[str], bool]] = {
            "is": lambda text: text in options,
            "contains": lambda text: options[0] in text,
            "starts_with": lambda text: text.startswith(options[0]),
        }
        test = tests[how]
        shown = [None if x is None or x != x else x for x in found]
        return np.array([x is not None and test(_as_text(x)) for x in shown], dtype=bool)


def _partly(data: LevelData, span: Range) -> Flags:
    """Where an entity was not active throughout a range of days."""
    partial = np.zeros(len(data), dtype=bool)
    if data.since is not None:  # NaT compares as no: always active
        partial |= data.since > np.datetime64(span.start, "D")
    if data.until is not None:
        partial |= data.until < np.datetime64(span.end - timedelta(days=1), "D")
    return partial


def _as_text(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _is_measured(node: object) -> bool:
    if isinstance(node, v.Known):
        return node.measured
    return isinstance(node, v.Aggregate | v.KpiValue | v.Growth | v.Series | v.Peers | v.ScoreOf)


def _all(verdicts: list[Verdict]) -> Verdict:
    holds = np.logical_and.reduce([each.holds for each in verdicts])
    refuted = np.logical_or.reduce([each.known & ~each.holds for each in verdicts])
    return Verdict(holds, holds | refuted)


def _any(verdicts: list[Verdict]) -> Verdict:
    holds = np.logical_or.reduce([each.holds for each in verdicts])
    known = np.logical_and.reduce([each.known for each in verdicts])
    return Verdict(holds, holds | known)


def _with_reason(values: Floats, reason: str) -> Result:
    return Result(values, np.where(np.isnan(values), code(reason), 0).astype(np.int8))
