"""Numbers as they are written in a card: in the unit of a KPI, or as a score."""

from __future__ import annotations

from engine.facts import Problems
from engine.mends import as_percent
from engine.model import Kpi
from engine.unit_names import worded
from grammar import syntax as s


def fits_unit(value: s.Expression, kpi: Kpi, problems: Problems) -> bool:
    """A literal in the KPI's own unit: 8% where percent is measured and only there, `CNY 12` where
    CNY is, `3 hours` where hours are. Expressions are taken as they are."""
    if kpi.unit is None:
        return True
    unit = kpi.unit.name.text if kpi.unit.name else "percent"
    match value:
        case s.Number() if unit == "percent":
            found, fixes = value.span.text, as_percent(value)
            problems.report("K0303", value.span, fixes=fixes, kpi=kpi.name, found=found)
            return False
        case s.Percent():
            fits = unit == "percent"
        case s.Money(currency, _):
            fits = unit.upper() == currency
        case s.Quantity(_, measured):
            fits = unit.lower() == measured
        case _:
            return True
    if not fits:
        found = value.span.text
        problems.report("K0304", value.span, kpi=kpi.name, found=found, unit=worded(unit))
    return fits


def number(node: s.Expression) -> float:
    """A signed literal as a float; percents are fractions."""
    assert isinstance(node, s.Number | s.Percent | s.Money | s.Quantity)
    points = isinstance(node, s.Quantity) and node.unit == "pp"
    return float(node.value / 100 if points else node.value)


def score_of(node: s.Expression, problems: Problems) -> float:
    """A score, limit or grade threshold: a plain number on the card's scale."""
    if not isinstance(node, s.Number):
        problems.report("K0309", node.span, found=node.span.text)
    return number(node)
