"""Units of a workspace: what each formula yields against what its KPI declares.

A KPI whose unit is at fault is reported once; whoever uses it takes its unit as declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from engine import durations
from engine.facts import Problems
from engine.model import Constant, DataSet, Entity, Kpi, Workspace, key_of
from engine.retention import unlimited_retention
from engine.unit_inference import Inference
from engine.unit_names import worded
from engine.units import POINTS, Unit, declared
from engine.walk import nodes_in
from grammar import Diagnostic, Span
from grammar import syntax as s


def check_units(workspace: Workspace, problems: Problems) -> None:
    """Report every fault of units: in KPIs, derived columns, targets and conditions of cards.

    Call it last: a formula in which `problems` or the workspace already hold an error is left out,
    because what it yields is not known.
    """
    earlier = [each for each in (*workspace.diagnostics, *problems.found) if each.is_error]
    for data in workspace.data.values():
        _check_columns(workspace, data, problems)
    for entity in workspace.entities.values():
        _check_attributes(workspace, entity, problems)
    for constant in workspace.constants.values():
        _check_constant(workspace, constant, problems)
    for kpi in workspace.kpis.values():
        if not _holds_any(kpi.section.span, earlier):
            check_kpi(workspace, kpi, problems)
    for versions in workspace.cards.values():
        for version in versions:
            for section in (version.section, *version.parts):
                _check_section(workspace, section, earlier, problems)


def of_right_units(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Without what is said of values (350 where a percent is declared) of a KPI whose declared unit
    is itself at fault: it is the values that may be right."""
    found = tuple(diagnostics)
    wrong = {each.data["kpi"] for each in found if each.code in ("K0313", "K0314", "K0316")}
    return tuple(
        each
        for each in found
        if each.code not in ("K0303", "K0304", "K0317") or each.data.get("kpi") not in wrong
    )


def _check_constant(workspace: Workspace, constant: Constant, problems: Problems) -> None:
    """Its values follow one another, and so are of one kind."""
    inference = Inference(workspace, problems)
    for first, each in pairwise(constant.values):
        left, right = inference.unit(first.value), inference.unit(each.value)
        if not left.goes_with(right):
            data = {"found": each.value.span.text, "left": worded(left), "right": worded(right)}
            problems.report("K0226", each.value.span, data, labels=[(first.value.span, "first")])


def check_kpi(workspace: Workspace, kpi: Kpi, problems: Problems) -> None:
    """Report the faults of units of one KPI: its formula, its `needs`, its declared unit."""
    inference = Inference(workspace, problems)
    if kpi.needs is not None:
        inference.condition(kpi.needs.condition)
    if kpi.representative is not None:
        inference.condition(kpi.representative)
    unit, found = unit_of_formula(workspace, kpi)
    problems.found.extend(found)
    if kpi.formula is None or kpi.unit is None or any(each.is_error for each in found):
        return
    if durations.declared(kpi) == "days" and _of_opening(kpi.formula):
        problems.report("K0356", kpi.unit.span, found=kpi.unit.span.text)
        return
    wanted = declared(kpi.unit)
    if wanted.is_percent and not inference.percent(kpi.formula):
        return
    if wanted.is_percent and unit.is_ratio and unit.tens >= 2:
        place = next(_hundreds(kpi.formula), kpi.formula)
        problems.report("K0315", place.span, kpi=kpi.name, found=place.span.text)
    elif not unit.fits(wanted):
        _report_misfit(inference, kpi, unit, wanted, problems)
    elif unit.shares < 0 and not unit.is_ratio:
        place = _percent_divisor(inference, kpi.formula) or kpi.formula
        problems.report("K0322", place.span, kpi=kpi.name, found=worded(unit))
    if wanted.is_percent:
        unlimited_retention(workspace, kpi.formula, problems)


def _of_opening(formula: s.Expression) -> bool:
    return any(isinstance(node, s.InBusinessTime) for node in nodes_in(formula))


def unit_of_formula(workspace: Workspace, kpi: Kpi) -> tuple[Unit, tuple[Diagnostic, ...]]:
    """The unit that a KPI's formula yields, and the faults found inside the formula."""
    problems = Problems()
    inference = Inference(workspace, problems)
    unit = inference.unit(kpi.formula) if kpi.formula is not None else Unit(known=False)
    return unit, tuple(problems.found)


def assumed(workspace: Workspace, kpi: Kpi) -> bool:
    """Whether the KPI's unit is taken on trust: a column without a unit is in its formula."""
    unit, _ = unit_of_formula(workspace, kpi)
    return not unit.known


def _report_misfit(
    inference: Inference, kpi: Kpi, unit: Unit, wanted: Unit, problems: Problems
) -> None:
    assert kpi.formula is not None
    assert kpi.unit is not None
    names = {"kpi": kpi.name, "found": worded(unit), "declared": worded(kpi.unit.span.text)}
    twice = _divided_twice(inference, kpi.formula, wanted)
    if twice is not None:
        problems.report("K0316", twice.right.span, names, divisor=twice.right.span.text)
        return
    code = "K0314" if wanted.is_count and unit.is_ratio else "K0313"
    if _is_loose(inference, kpi.formula, unit, wanted):
        code = "K0323"
    divisor = _percent_divisor(inference, kpi.formula) if unit.shares < 0 else None
    labels = [(divisor.span, worded("percent"))] if divisor else [(kpi.formula.span, worded(unit))]
    problems.report(code, kpi.unit.span, names, labels=labels)


def _is_loose(inference: Inference, formula: s.Expression, unit: Unit, wanted: Unit) -> bool:
    """Declared without what it is divided by (CNY for CNY per ticket), or by a free name: said less
    than exactly, but no number is read wrongly for it."""
    dimensions = {name for name, _ in unit.measured}
    if wanted.is_count and dimensions:
        return "duration" not in dimensions
    if not isinstance(formula, s.Arithmetic) or formula.operator != "/":
        return False
    quiet = Inference(inference.workspace, Problems(), inference.known)
    above, below = quiet.unit(formula.left), quiet.unit(formula.right)
    return above.fits(wanted) and below.is_count and str(above) != str(below)


def _divided_twice(
    inference: Inference, formula: s.Expression, wanted: Unit
) -> s.Arithmetic | None:
    """The division of what already was as declared (per customer) by a number of things."""
    quiet = Inference(inference.workspace, Problems(), inference.known)
    for node in _divisions(formula):
        above, below = quiet.unit(node.left), quiet.unit(node.right)
        if above.known and above.per and not above.bare and above.fits(wanted) and below.is_count:
            return node
    return None


def _percent_divisor(inference: Inference, formula: s.Expression) -> s.Expression | None:
    quiet = Inference(inference.workspace, Problems(), inference.known)
    for node in _divisions(formula):
        if quiet.unit(node.right).is_percent:
            return node.right
    return None


def _divisions(node: s.Expression) -> Iterator[s.Arithmetic]:
    """The divisions of a formula outside its aggregates, outermost first."""
    match node:
        case s.Arithmetic(left, operator, right):
            if operator == "/":
                yield node
            yield from _divisions(left)
            yield from _divisions(right)
        case s.Sign(_, operand) | s.Windowed(operand, _) | s.AtEntity(operand, _):
            yield from _divisions(operand)
        case s.If(_, then, otherwise):
            yield from _divisions(then)
            yield from _divisions(otherwise)
        case s.Call(_, arguments, _):
            for argument in arguments:
                yield from _divisions(argument)


def _hundreds(node: s.Expression) -> Iterator[s.Expression]:
    """The bare factors of 100 and more."""
    match node:
        case s.Arithmetic(left, operator, right):
            for side in (left, right):
                if operator == "*" and isinstance(side, s.Number) and side.value >= 100:
                    yield side
                yield from _hundreds(side)
        case s.Sign(_, operand) | s.Windowed(operand, _) | s.AtEntity(operand, _):
            yield from _hundreds(operand)
        case s.If(_, then, otherwise):
            yield from _hundreds(then)
            yield from _hundreds(otherwise)
        case s.Call(_, arguments, _):
            for argument in arguments:
                yield from _hundreds(argument)


# ── columns ──────────────────────────────────────────────────────────────────────────────────────


def _check_columns(workspace: Workspace, data: DataSet, problems: Problems) -> None:
    for column in data.columns.values():
        if column.formula is None:
            continue
        found = Problems()
        unit = Inference(workspace, found).derived(column, data, found)
        problems.found.extend(found.found)
        wanted = declared(column.unit)
        if column.unit is not None and not found.errors and not unit.fits(wanted):
            stated = worded(column.unit.span.text)
            names = {"kpi": column.name.text, "found": worded(unit), "declared": stated}
            code = "K0314" if wanted.is_count and unit.is_ratio else "K0313"
            labels = [(column.formula.span, worded(unit))]
            problems.report(code, column.unit.span, names, labels=labels)


def _check_attributes(workspace: Workspace, entity: Entity, problems: Problems) -> None:
    """What an attribute is computed from is compared and added like with like."""
    for attribute in entity.attributes.values():
        if attribute.formula is not None:
            Inference(workspace, problems).unit(attribute.formula, entity)


# ── cards ────────────────────────────────────────────────────────────────────────────────────────

_LITERALS = s.Number | s.Percent | s.Money | s.Quantity


def _check_section(
    workspace: Workspace, section: s.Section, earlier: list[Diagnostic], problems: Problems
) -> None:
    """Targets in the unit of their KPI, and conditions that compare like with like."""
    known: dict[str, Unit] = {}
    kpi = None
    if isinstance(section, s.MeasureSection) and isinstance(section.measured, s.Name):
        kpi = workspace.kpis.get(key_of(section.measured.text))
        unit = declared(kpi.unit) if kpi is not None else Unit(known=False)
        known = dict.fromkeys(("target", "floor", "stretch", "actual"), unit)
    elif isinstance(section, s.MeasureSection):
        known = dict.fromkeys(("target", "floor", "stretch", "actual"), POINTS)
    elif isinstance(section, s.RuleSection | s.BonusSection | s.PenaltySection):
        known = {"total": POINTS}
    inference = Inference(workspace, problems, known)
    for fact in getattr(section, "facts", ()):
        if _holds_any(fact.span, earlier):
            continue
        match fact:
            case s.TargetLine(_, value, where):
                if where is not None:
                    inference.condition(where)
                if kpi is not None and not isinstance(value, s.FromPlan | _LITERALS):
                    _check_target(inference, kpi, fact, value, problems)
            case s.RankedWhen(condition) | s.NoTotalWhen(condition) | s.AppliesWhen(condition):
                inference.condition(condition)
            case s.Needs(condition, _) | s.RuleWhen(condition):
                inference.condition(condition)


def _check_target(
    inference: Inference, kpi: Kpi, line: s.TargetLine, value: s.Expression, problems: Problems
) -> None:
    before = len(problems.errors)
    unit = inference.unit(value)
    if kpi.unit is None or len(problems.errors) > before or unit.fits(declared(kpi.unit)):
        return
    names = {"kpi": kpi.name, "found": worded(unit), "declared": worded(kpi.unit.span.text)}
    problems.report("K0317", value.span, names, role=line.role)


def _holds_any(span: Span, diagnostics: list[Diagnostic]) -> bool:
    return any(each.span is not None and span.contains(each.span) for each in diagnostics)
