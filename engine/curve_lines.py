"""The curve of a measure as written -> points, steps or attainment, checked against `better`."""

from __future__ import annotations

from datetime import date

from engine.card import Curve, CurvePoint
from engine.catalog import NOTHING_KNOWN
from engine.constants import Constants
from engine.curve_direction import check_direction
from engine.curve_formulas import read_formula, roles_in
from engine.facts import Facts, Problems
from engine.holders import paths_in
from engine.literals import fits_unit, number, score_of
from engine.model import Kpi, Workspace
from engine.peer_lines import read_peers, refuse_scale
from grammar import Span
from grammar import syntax as s

Line = s.At | s.From | s.Upto


def read_curve(
    facts: Facts, kpi: Kpi, name: str, workspace: Workspace, day: date, problems: Problems
) -> Curve | None:
    """The curve as it holds on a day. None means: reported, or a shape that is not computed
    (reported elsewhere).

    A measure that takes scores needs no curve: its value is a score.
    """
    line = facts.one(s.Curve)
    assert isinstance(facts.section, s.MeasureSection)
    refuse_scale(facts, line, name, problems)
    if line is None and isinstance(facts.section.measured, s.ScoreOf):
        _refuse(facts, (s.At, s.From, s.Upto, s.Otherwise), "itself", problems)
        return Curve("itself", "")
    if line is None:
        problems.report("K0501", measured_span(facts), measure=name)
        return None
    match line.shape:
        case "linear":
            curve = _linear(facts, line, kpi, name, problems)
        case "steps":
            curve = _steps(facts, line, kpi, name, problems)
        case "attainment":
            curve = _attainment(facts, line, kpi, name, problems)
        case "formula":
            _refuse(facts, (s.At, s.From, s.Upto, s.Otherwise), "formula", problems)
            assert line.formula is not None
            constants = Constants(workspace, NOTHING_KNOWN, problems)
            curve = read_formula(line.formula, kpi, name, constants, day, problems)
        case "peers":
            _refuse(facts, (s.At, s.From, s.Upto, s.Otherwise), "peers", problems)
            curve = read_peers(facts, line, kpi, name, problems)
        case _:
            return None
    _check_references(facts, curve, name, problems)
    return curve


def measured_span(facts: Facts) -> Span:
    """The name in the header of a measure."""
    assert isinstance(facts.section, s.MeasureSection)
    return facts.section.measured.span


def _linear(facts: Facts, line: s.Curve, kpi: Kpi, name: str, problems: Problems) -> Curve | None:
    _refuse(facts, (s.From, s.Upto, s.Otherwise), "linear", problems)
    lines = list(facts.every(s.At))
    if len(lines) < 2:
        problems.report("K0502", line.span, measure=name, count=len(lines))
        return None
    points = _points(lines, kpi, problems)
    if points is None:
        return None
    check_direction(points, facts, kpi, problems)
    return Curve("linear", "", points)


def _steps(facts: Facts, line: s.Curve, kpi: Kpi, name: str, problems: Problems) -> Curve | None:
    _refuse(facts, (s.At,), "steps", problems)
    up, down = list(facts.every(s.From)), list(facts.every(s.Upto))
    otherwise = facts.one(s.Otherwise)
    lines: list[Line] = [*up, *down]
    if otherwise is None or not lines:
        missing = "`otherwise score N`" if otherwise is None else "`from X score N`"
        problems.report("K0504", line.span, measure=name, missing=missing)
        return None
    if up and down:
        problems.report("K0505", down[0].span, labels=[(up[0].span, "first")], measure=name)
        return None
    lower = kpi.better == "lower"
    if lower == bool(up) and kpi.better in ("higher", "lower"):
        wanted = "upto" if lower else "from"
        problems.report("K0509", lines[0].span, measure=name, better=kpi.better, wanted=wanted)
        return None
    points = _points(lines, kpi, problems)
    if points is None:
        return None
    rest = score_of(otherwise.score, problems)
    check_direction(points, facts, kpi, problems)
    if kpi.better in ("higher", "lower"):
        worst = min(points, key=lambda point: point.score)
        if rest > worst.score:
            problems.report(
                "K0517",
                otherwise.span,
                labels=[(worst.span, "step")],
                measure=name,
                score=f"{rest:g}",
                step=worst.text,
                step_score=f"{worst.score:g}",
            )
    return Curve("steps", "from" if up else "upto", points, rest)


def _attainment(
    facts: Facts, line: s.Curve, kpi: Kpi, name: str, problems: Problems
) -> Curve | None:
    _refuse(facts, (s.At, s.From, s.Upto, s.Otherwise), "attainment", problems)
    form = line.form or "direct"
    if kpi.better == "target" or (kpi.better == "lower") != (form != "direct"):
        problems.report("K0510", line.span, measure=name, better=kpi.better or "(not said)")
        return None
    if not any(t.role == "target" for t in facts.every(s.TargetLine)):
        problems.report("K0511", line.span, measure=name, role="target")
        return None
    return Curve("attainment", form)


def _refuse(facts: Facts, kinds: tuple[type[s.Node], ...], shape: str, problems: Problems) -> None:
    for fact in facts.all:
        if isinstance(fact, kinds):
            problems.report("K0512", fact.span, line=fact.span.text.split()[0], shape=shape)


def _points(
    lines: list[Line] | list[s.At], kpi: Kpi, problems: Problems
) -> tuple[CurvePoint, ...] | None:
    points: dict[tuple[str, float], CurvePoint] = {}
    good = True
    for line in lines:
        point = _point(line, kpi, problems)
        if point is None:
            good = False
            continue
        first = points.setdefault((point.reference, point.value), point)
        if first is not point:
            problems.report("K0503", point.span, labels=[(first.span, "first")], point=point.text)
            good = False
    return tuple(points.values()) if good else None


def _point(line: Line, kpi: Kpi, problems: Problems) -> CurvePoint | None:
    written = line.point
    value = 1.0 if written.reference == "target" else 0.0
    reference = written.reference
    if written.value is not None:
        if reference == "of_target" and not isinstance(written.value, s.Percent):
            problems.report("K0513", written.span, found=written.span.text)
            return None
        if reference == "value" and not fits_unit(written.value, kpi, problems):
            return None
        value = number(written.value)
    if reference == "target":
        reference = "of_target"
    return CurvePoint(
        reference, value, score_of(line.score, problems), written.span.text, line.span
    )


def _check_references(facts: Facts, curve: Curve | None, name: str, problems: Problems) -> None:
    """A curve refers only to lines that stand, and every line is used or `for display`."""
    if curve is None:
        return
    used = {_ROLES[p.reference] for p in curve.points if p.reference != "value"}
    if curve.shape == "attainment":
        used.add("target")
    asked = roles_in(curve.formula) if curve.formula is not None else set()
    used |= asked
    lines = {line.role: line for line in reversed(list(facts.every(s.TargetLine)))}
    for point in curve.points:
        role = _ROLES.get(point.reference)
        if role is not None and role not in lines:
            problems.report("K0511", point.span, measure=name, role=role)
    for role in sorted(asked - lines.keys()):
        curve_line = next(facts.every(s.Curve))
        problems.report("K0511", curve_line.span, measure=name, role=role)
    for role, line in lines.items():
        shown = any(t.for_display for t in facts.every(s.TargetLine) if t.role == role)
        if role not in used and not shown and not _feeds(role, facts, used):
            problems.report("K0515", line.span, measure=name, role=role)


_ROLES = {"of_target": "target", "floor": "floor", "stretch": "stretch"}


def _feeds(role: str, facts: Facts, used: set[str]) -> bool:
    """`floor 0.8 * target`: a target may be used by another line only."""
    lines = [line for line in facts.every(s.TargetLine) if line.role in used]
    return any(
        len(path.parts) == 1 and path.parts[0].text.lower() == role
        for line in lines
        for path in paths_in((line.value, line.where))
    )
