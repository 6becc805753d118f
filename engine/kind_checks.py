"""Warnings that follow from the kind of a KPI, and from what its name promises."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.facts import Problems
from engine.holders import paths_in
from engine.kinds import kind_of
from engine.model import DataSet, Kpi, Workspace, key_of
from engine.units import declared
from grammar import Edit, Fix, Span
from grammar import syntax as s

_QUANTITY = re.compile(r"[数量]$")
_NO_QUANTITY = re.compile(r"(?:指|系|倍|分|参|函|中位|平均)数$|(?:质|容|含|力|流|能|音|重)量$")
_NUMBER_OF = re.compile(r"^number of |(?:^|[ _])(?:count|quantity)$", re.IGNORECASE)


def check_kinds(workspace: Workspace, problems: Problems) -> None:
    """Report low counts over feeds that may be broken, quantities that are rates, and growth that
    is written out."""
    for kpi in workspace.kpis.values():
        _check_feeds(workspace, kpi, problems)
        _check_name(kpi, problems)
        _check_growth(kpi, problems)


# ── nothing is best ──────────────────────────────────────────────────────────────────────────────


def _check_feeds(workspace: Workspace, kpi: Kpi, problems: Problems) -> None:
    """Where less is better, a day without rows looks like a good one."""
    if kpi.better != "lower" or kind_of(workspace, kpi) not in ("flow", "distinct"):
        return
    reported: set[str] = set()
    for place, data in _read(workspace, kpi, kpi, ()):
        if data.expects is None and data.name not in reported:
            reported.add(data.name)
            labels = [(data.span, "no `expects rows`")]
            problems.report("K0616", place, labels=labels, kpi=kpi.name, holder=data.name)


def _read(
    workspace: Workspace, kpi: Kpi, top: Kpi, within: tuple[str, ...]
) -> Iterator[tuple[Span, DataSet]]:
    """The data sets that a KPI reads, also by way of others, each where the KPI says so itself."""
    name = key_of(kpi.name)
    if name in within:
        return
    for path in paths_in(kpi.formula):
        first = key_of(path.parts[0].text)
        data, other = workspace.data.get(first), workspace.kpis.get(first)
        if data is not None:
            yield path.parts[0].span, data
        elif other is not None and len(path.parts) == 1:
            for place, found in _read(workspace, other, top, (*within, name)):
                yield path.span if kpi is top else place, found


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def _check_name(kpi: Kpi, problems: Problems) -> None:
    """A KPI that is called a quantity and shown in percent: two KPIs in one."""
    if kpi.unit is None or not declared(kpi.unit).is_percent:
        return
    for called in (*kpi.labels.values(), kpi.name):
        if _is_quantity(called):
            problems.report(
                "K0326",
                kpi.unit.span,
                labels=[(kpi.span, "a quantity")],
                called=called,
                unit=kpi.unit.span.text,
            )
            return


def _is_quantity(called: str) -> bool:
    chinese = _QUANTITY.search(called) and not _NO_QUANTITY.search(called)
    return bool(chinese or _NUMBER_OF.search(called))


# ── growth ───────────────────────────────────────────────────────────────────────────────────────

_EARLIER = s.PreviousPeriod | s.SamePeriodLastYear | s.PeriodsAgo


def _check_growth(kpi: Kpi, problems: Problems) -> None:
    """`(x - x for previous period) / x for previous period`: a base below 0 turns its sign."""
    if kpi.formula is None:
        return
    match kpi.formula:
        case s.Arithmetic(s.Arithmetic(now, "-", s.Windowed() as before), "/", base):
            pass
        case s.Arithmetic(s.Arithmetic(now, "/", s.Windowed() as before), "-", one):
            if not (isinstance(one, s.Number | s.Percent) and one.value == 1):
                return
            base = before
        case _:
            return
    if before != base or before.operand != now or not isinstance(before.window, _EARLIER):
        return
    over = "" if isinstance(before.window, s.PreviousPeriod) else f" over {before.window.span.text}"
    instead = f"growth({now.span.text}{over})"
    fix = Fix(f"write `{instead}`", (Edit(kpi.formula.span, instead),))
    problems.report("K0327", kpi.formula.span, fixes=(fix,), instead=instead)
