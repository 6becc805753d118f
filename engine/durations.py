"""Durations: `hours(a, b)` and `days(a, b)` have units of their own and are shown in the KPI's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine import scalars as r
from engine import values as v
from engine.model import Kpi, Workspace
from grammar import syntax as s

IN_HOURS = {"hours": Decimal(1), "days": Decimal(24), "minutes": Decimal(1) / 60}
_KEEPS = ("abs", "round", "ceiling", "coalesce", "min", "max")


def factor(measured: str, wanted: str) -> Decimal:
    """What a duration in one unit is multiplied by to be in another."""
    return IN_HOURS[measured] / IN_HOURS[wanted]


def between_days(scalar: r.Scalar) -> v.Literal | None:
    """The time between two days that are known without asking the database."""
    match scalar:
        case r.Elapsed(unit, r.Constant(date() as start), r.Constant(date() as end)):
            return v.Literal(float((end - start).days * factor("days", unit)))
    return None


def declared(kpi: Kpi) -> str | None:
    """The unit of a KPI that is a duration."""
    name = kpi.unit.name.text.lower() if kpi.unit and kpi.unit.name and not kpi.unit.per else ""
    return name if name in IN_HOURS else None


def of_scalar(scalar: r.Scalar | None) -> str | None:
    """The unit in which a row expression measures time; None where it is no duration."""
    match scalar:
        case r.Elapsed(unit=unit):
            return unit
        case r.BusinessTime():
            return "hours"
        case r.Tally(function=function, argument=argument):
            return None if function in ("count", "unique") else of_scalar(argument)
        case r.Function(name, arguments) if name in _KEEPS:
            units = (of_scalar(each) for each in arguments)
            return next((each for each in units if each), None)
        case r.Choice(_, then, otherwise):
            return of_scalar(then) or of_scalar(otherwise)
        case r.Calculation(left, "+" | "-", right):
            return of_scalar(left) or of_scalar(right)
        case r.Calculation(left, "*", r.Constant()) | r.Calculation(left, "/", r.Constant()):
            return of_scalar(left)
        case r.Calculation(r.Constant(), "*", right):
            return of_scalar(right)
    return None


def of_value(value: v.Value, workspace: Workspace) -> str | None:
    """The same for a value of an entity; a KPI is in its declared unit."""
    match value:
        case v.Aggregate(measured=measured):
            return measured
        case v.AttributeOf(scalar=scalar):
            return of_scalar(scalar)
        case v.KpiValue(kpi=kpi):
            return declared(workspace.kpis[kpi])
        case v.Applied(name, arguments) if name in _KEEPS:
            units = (of_value(each, workspace) for each in arguments)
            return next((unit for unit in units if unit), None)
        case v.Either(_, then, otherwise):
            return of_value(then, workspace) or of_value(otherwise, workspace)
        case v.Operation(left, "+" | "-", right):
            return of_value(left, workspace) or of_value(right, workspace)
        case v.Operation(left, "*" | "/", v.Literal()) | v.AtLevel(value=left):
            return of_value(left, workspace)
        case v.Operation(v.Literal(), "*", right):
            return of_value(right, workspace)
    return None


def converted(value: v.Value, measured: str | None, wanted: str | None) -> v.Value:
    """A value in the unit that is wanted, where both are durations."""
    if measured is None or wanted is None or measured == wanted:
        return value
    return v.Operation(value, "*", v.Literal(float(factor(measured, wanted))))


def literal(written: s.Quantity, wanted: str | None) -> v.Literal:
    """`2 days` as a number of the unit that is wanted."""
    if written.unit == "pp":  # percents are fractions
        return v.Literal(float(written.value / 100))
    if wanted is None or written.unit not in IN_HOURS:
        return v.Literal(float(written.value))
    return v.Literal(float(written.value * factor(written.unit, wanted)))
