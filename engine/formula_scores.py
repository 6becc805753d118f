"""`curve formula` over all entities at once: the numbers of each put into the formula."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine import values as v
from engine.arithmetic import applied, operation
from engine.numbers import Flags, Floats, compare
from engine.reasons import code
from engine.results import Result, choose, missing, present


def formula_scores(
    formula: v.Value, values: Floats, roles: Mapping[str, Floats], attainment: Floats
) -> Result:
    """The score of every value before the limit, with the reason where there is none.

    `attainment`: value / target, missing where the target is not positive.
    """
    known = {"actual": present(values)}
    known |= {role: _with_reason(numbers, "no_target") for role, numbers in roles.items()}
    target = roles.get("target", np.full(len(values), np.nan))
    absent = np.where(np.isnan(target), code("no_target"), code("target_not_positive"))
    reasons = np.where(np.isnan(attainment), absent, 0).astype(np.int8)
    known["attainment"] = Result(attainment, reasons)
    found = _Scoring(known, len(values)).value(formula)
    # What is no number although nothing was missing (an infinite one less another) is no score.
    broken = np.isnan(found.values) & (found.reasons == 0)
    return choose(broken, missing(len(values), "no_values"), found)


class _Scoring:
    def __init__(self, known: Mapping[str, Result], count: int) -> None:
        self.known = known
        self.count = count

    def value(self, node: v.Value) -> Result:
        match node:
            case v.Literal(number):
                return present(np.full(self.count, number))
            case v.Known(name):
                return self.known.get(name, missing(self.count, "no_target"))
            case v.Operation(left, operator, right):
                with np.errstate(over="ignore", invalid="ignore"):
                    return operation(self.value(left), operator, self.value(right))
            case v.Applied(name, arguments):
                return applied(name, [self.value(each) for each in arguments])
            case v.Either(condition, then, otherwise):
                return choose(self.holds(condition), self.value(then), self.value(otherwise))
        raise TypeError(node)  # what a curve cannot say is refused where it is read

    def holds(self, node: v.Predicate) -> Flags:
        """Two-valued: a comparison with a missing number is no."""
        match node:
            case v.Compares(left, operator, right):
                a, b = self.value(left).values, self.value(right).values
                found = compare(a, operator, b)
                if operator == "<>":  # exactly `not =`
                    found |= np.isnan(a) | np.isnan(b)
                return found
            case v.Lacks(value):
                lacks: Flags = np.isnan(self.value(value).values)
                return lacks
            case v.Denied(inner):
                return ~self.holds(inner)
            case v.Every(terms):
                every: Flags = np.logical_and.reduce([self.holds(term) for term in terms])
                return every
            case v.Some(terms):
                some: Flags = np.logical_or.reduce([self.holds(term) for term in terms])
                return some
        raise TypeError(node)


def _with_reason(values: Floats, reason: str) -> Result:
    return Result(values, np.where(np.isnan(values), code(reason), 0).astype(np.int8))
