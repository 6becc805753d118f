"""`periods from TABLE`: its rows are read once with the columns of the database, judged, and made
the calendar of the workspace, before anything is planned or checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from engine.catalog import PERIOD_COLUMNS, Catalog, PeriodRows
from engine.facts import Problems
from engine.model import Workspace
from engine.period_rows import Row, TableCalendar, place_of
from engine.references import sections_of
from grammar import Diagnostic, Refused
from grammar import syntax as s
from grammar.phrases import Said

_SHOWN = 5
"""How many faulty rows a message names."""


def dated(workspace: Workspace, catalog: Catalog) -> Workspace:
    """The workspace with the calendar that its table of periods says, and what is wrong with that
    table among its diagnostics. Without a table, or where its rows are not known, it stays as it
    is."""
    fact = workspace.periods
    if fact is None or not workspace.calendar.assumed or workspace.periods_judged:
        return workspace
    problems = Problems()
    rows = _rows(fact, catalog, problems)
    workspace = replace(workspace, periods_judged=rows is not None or bool(problems.found))
    if rows:
        workspace = replace(workspace, calendar=_calendar(workspace, fact, rows))
        _check_cadences(workspace, problems)
    return replace(workspace, diagnostics=(*workspace.diagnostics, *problems.found))


def known(workspace: Workspace, catalog: Catalog) -> Workspace:
    """The same for what cannot do without the periods. Raises Refused with what is wrong with the
    table (K0227 to K0229, or that it is not there), or K0233 where its rows are not known."""
    found = dated(workspace, catalog)
    fact = found.periods
    if fact is None or not found.calendar.assumed:
        return found
    faults = found.diagnostics[len(workspace.diagnostics) :]
    if not faults:  # it was dated before
        faults = tuple(d for d in found.diagnostics if d.span and fact.span.contains(d.span))
    raise Refused(faults or [Diagnostic("K0233", fact.span, {"table": _table(fact)})])


def _table(fact: s.PeriodsFrom) -> str:
    text = fact.relation.span.text
    return text if len(text) <= 40 else f"{text[:39]}…"


def _calendar(workspace: Workspace, fact: s.PeriodsFrom, rows: tuple[Row, ...]) -> TableCalendar:
    plain = workspace.calendar
    return TableCalendar(
        first_weekday=plain.first_weekday,
        timezone=plain.timezone,
        business=plain.business,
        spring_aligned=plain.spring_aligned,
        rows=rows,
        table=_table(fact),
    )


# ── the rows ─────────────────────────────────────────────────────────────────────────────────────


def _rows(fact: s.PeriodsFrom, catalog: Catalog, problems: Problems) -> tuple[Row, ...] | None:
    """The rows in time; None where they are not known, or a reason is reported."""
    where = fact.relation
    names = {"table": _table(fact)}
    if catalog.report(where, problems):
        return None
    columns = catalog.columns(where)
    if columns is not None:
        absent = [each for each in PERIOD_COLUMNS if each not in columns]
        instants = [
            c for c in PERIOD_COLUMNS[1:] if c in columns and columns[c].kind == "timestamptz"
        ]
        for column in absent:
            problems.report("K0227", where.span, names, column=column)
        for column in instants:
            why = f"`{column}` is an instant, not a day", f"`{column}` 是时刻，不是日期"
            problems.report("K0228", where.span, names, why=Said(*why))
        if absent or instants:
            return None
    written = catalog.periods_of(where)
    if written is None:
        return None
    found, faults = _read(written)
    if faults:
        problems.report("K0228", where.span, names, why=_first_of(faults))
        return None
    broken = list(_breaks(found))
    if broken:
        problems.report("K0229", where.span, names, why=_first_of(broken))
        return None
    return found


def _read(written: PeriodRows) -> tuple[tuple[Row, ...], list[Said]]:
    """The rows in time, and what is wrong with those that cannot be read."""
    found: list[Row] = []
    faults: list[Said] = [] if written else [Said("it has no rows", "没有任何行")]
    for name, starts_on, ends_on in written:
        start, end = _day(starts_on), _day(ends_on, "23:59")
        place = place_of(name) if name is not None else None
        called = name or "NULL"
        if name is None or starts_on is None or ends_on is None:
            faults.append(Said(f"{called} has an empty field", f"{called} 有空值"))
        elif place is None:
            wanted = "not like 2025-07 or 2025-P07", "不是 2025-07 或 2025-P07 这样的名称"
            faults.append(Said(f"{called} is {wanted[0]}", f"{called} {wanted[1]}"))
        elif start is None or end is None:
            what = starts_on if start is None else ends_on
            faults.append(Said(f"{called} has no day: {what}", f"{called} 的日期无法识别：{what}"))
        elif end < start:
            faults.append(Said(f"{called} ends before it starts", f"{called} 的结束早于开始"))
        else:
            found.append(Row(name.strip(), *place, start, end + timedelta(days=1)))
    return tuple(sorted(found, key=lambda row: (row.start, row.end))), faults


def _day(written: str | None, time: str = "") -> date | None:
    """A day, if need be with that time; None for what is none, or in no year that anybody means."""
    day, rest = (written or "")[:10], (written or "")[11:]
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    fits = not rest or (time and rest.startswith(time))
    return found if fits and 1900 <= found.year <= 2999 else None


def _breaks(rows: Sequence[Row]) -> Iterator[Said]:
    """Where one row is not followed by the next: in days, or in the number of the year."""
    seen: dict[tuple[int, int], Row] = {}
    for row in rows:
        if seen.setdefault((row.year, row.number), row) is not row:
            yield Said(f"{row.name} is there twice", f"{row.name} 出现了两次")
    for row, after in pairwise(rows):
        one, next_one = row.name, after.name
        if after.start < row.end:
            yield Said(f"{one} and {next_one} overlap", f"{one} 与 {next_one} 重叠")
        elif after.start > row.end:
            yield Said(
                f"there are days between {one} and {next_one}",
                f"{one} 与 {next_one} 之间有空缺的日子",
            )
        elif (after.year, after.number) not in ((row.year, row.number + 1), (row.year + 1, 1)):
            yield Said(f"{next_one} follows {one}", f"{one} 之后是 {next_one}")


def _first_of(faults: Iterable[Said]) -> Said:
    """The first few, in one sentence."""
    listed = list(faults)
    more = " …" if len(listed) > _SHOWN else ""
    return Said(
        "; ".join(each.en for each in listed[:_SHOWN]) + more,
        "；".join(each.zh for each in listed[:_SHOWN]) + more,
    )


# ── what the rows cannot be ──────────────────────────────────────────────────────────────────────


def _check_cadences(workspace: Workspace, problems: Problems) -> None:
    """Cards and plans of weeks, and of quarters and halves where years have not twelve rows."""
    calendar = workspace.calendar
    assert isinstance(calendar, TableCalendar)
    facts: list[tuple[s.Node, str | None]] = []
    for card in sections_of(workspace, s.ScorecardSection):
        facts += [(fact, fact.cadence) for fact in card.facts if isinstance(fact, s.Every)]
    for plan in sections_of(workspace, s.TargetsSection):
        facts += [(fact, fact.every) for fact in plan.facts if isinstance(fact, s.PeriodColumn)]
    names = {"table": calendar.table, "count": calendar.most_rows}
    for fact, cadence in facts:
        uneven = cadence in ("quarter", "half") and not calendar.has_quarters
        if uneven or cadence == "week":
            problems.report("K0231", fact.span, names, every=cadence)
