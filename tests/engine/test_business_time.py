"""Hours in business time: SQL against a plain walk over days, and by hand."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from engine import Sheet, check
from engine import scalars as r
from engine.dialects import dialect
from engine.explanation import explain
from engine.lower_rows import RowLowering
from engine.opening import BusinessHours, Interval
from engine.sentences import sentences
from tests.support.small_databases import ENGINES, score_over
from tests.support.small_workspaces import codes, make_workspace, shown

# ── the plain way: day by day ────────────────────────────────────────────────────────────────────

Span = tuple[datetime, datetime]


def plainly(start: datetime, end: datetime, hours: BusinessHours) -> float:
    """Opening hours, looked up for every day between the two."""
    if end < start:
        return -plainly(end, start, hours)
    found = timedelta(0)
    day = start.date()
    while day <= end.date():
        for first, last in dict(hours.days).get(day, hours.week[day.weekday()]):
            midnight = datetime.combine(day, time.min)
            opened = max(midnight + timedelta(minutes=first), start)
            closed = min(midnight + timedelta(minutes=last), end)
            found += max(closed - opened, timedelta(0))
        day += timedelta(days=1)
    return found / timedelta(hours=1)


@st.composite
def a_day(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Closed, or open once or twice."""
    marks = draw(st.lists(st.integers(0, 24 * 60), max_size=4, unique=True))
    ordered = sorted(marks[: len(marks) // 2 * 2])
    return tuple(zip(ordered[::2], ordered[1::2], strict=True))


CALENDARS = st.builds(
    lambda week, days: BusinessHours(tuple(week), tuple(sorted(days.items()))),
    st.lists(a_day(), min_size=7, max_size=7),
    st.dictionaries(st.dates(date(2025, 1, 1), date(2025, 2, 28)), a_day(), max_size=6),
)
NEAR = st.datetimes(datetime(2024, 12, 20), datetime(2025, 3, 10))
FAR = st.datetimes(datetime(1995, 1, 1), datetime(2040, 1, 1))
WHOLE = NEAR.map(lambda each: each.replace(microsecond=0))
PAIRS = st.lists(st.tuples(NEAR | WHOLE | FAR, NEAR | WHOLE), min_size=20, max_size=40)


@lru_cache
def database(engine: str) -> Callable[[str], list[Any]]:
    """Runs SQL over a table of timestamps `t`, which is made anew for each use."""
    connection: Any = duckdb.connect() if engine == "duckdb" else sqlite3.connect(":memory:")
    return lambda sql: list(connection.execute(sql).fetchall())


def by_sql(engine: str, pairs: list[Span], hours: BusinessHours) -> list[float]:
    run = database(engine)
    run("DROP TABLE IF EXISTS t")
    run("CREATE TABLE t (i INTEGER, a TIMESTAMP, b TIMESTAMP)")
    rows = ", ".join(f"({i}, '{a}', '{b}')" for i, (a, b) in enumerate(pairs))
    run(f"INSERT INTO t VALUES {rows}")
    fields = [r.Field((), name, "timestamp") for name in "ab"]
    lowering = RowLowering(
        dialect(engine), None, lambda field: exp.column(field.column), lambda _: exp.null()
    )
    scalar = lowering.scalar(r.BusinessTime(fields[0], fields[1], hours))
    sql = exp.select(scalar).from_("t").order_by("i").sql(dialect=engine)
    return [each for (each,) in run(sql)]


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=10, deadline=None)
@given(PAIRS, CALENDARS)
def test_as_day_by_day(engine: str, pairs: list[Span], hours: BusinessHours) -> None:
    wanted = [plainly(a, b, hours) for a, b in pairs]
    assert by_sql(engine, pairs, hours) == pytest.approx(wanted, rel=1e-12, abs=1e-9)


# ── in a workspace ───────────────────────────────────────────────────────────────────────────────

# Open 45 hours a week, and 4 on Saturday; the first week of October is closed, but for a Sunday
# before it that was worked instead.
TEXT = """
    calendar
      business hours 09:00 to 12:00 on Monday to Friday
      business hours 13:00 to 19:00 on Monday to Friday
      business hours 10:00 to 14:00 on Saturday
      business hours 09:00 to 18:00 on 2025-09-28
      holiday 2025-10-01 through 2025-10-08
    entity store
      table stores
      key store_id
    data tickets
      table tickets
      date opened
      link store by store_id
    kpi wait
      formula sum(hours(tickets.opened, tickets.closed in business time))
      unit hours
      better neither
    kpi quick
      formula count(tickets where hours(opened, closed in business time) <= 9 hours)
      unit tickets
      better higher
    kpi average_wait
      formula average(hours(tickets.opened, tickets.closed in business time))
      unit minutes
      better lower
    scorecard card
      for store
      every quarter
    measure wait
      report only
    measure quick
      report only
    measure average_wait
      report only
"""
TICKETS = [  # opened, closed, hours
    ("A", "2025-09-22 08:00:00", "2025-09-22 09:30:00", 0.5),  # before it opens
    ("B", "2025-09-22 11:30:00", "2025-09-22 13:30:00", 1),  # over lunch
    ("C", "2025-09-26 18:00:00", "2025-09-29 10:00:00", 1 + 4 + 9 + 1),  # over that weekend
    ("D", "2025-09-30 18:59:59", "2025-10-09 09:00:01", 2 / 3600),  # over the holiday
    ("E", "2025-09-30 10:00:00", "2025-10-15 10:00:00", 8 + 2 * 9 + 4 + 2 * 9 + 1),
    ("F", "2025-09-24 10:00:00", "2025-09-23 10:00:00", -9),  # closed before it was opened
    ("G", "2025-09-24 10:00:00", "", None),  # still open
    ("H", "2025-09-23 10:20:00.1", "2025-09-24 10:20:00.1", 9),  # a day of nine hours, exactly
]
FILES = {
    "stores": "store_id\n" + "\n".join(key for key, *_ in TICKETS),
    "tickets": "store_id,opened,closed\n"
    + "\n".join(f"{key},{opened},{closed}" for key, opened, closed, _ in TICKETS),
}
TYPES = {"opened": "TIMESTAMP", "closed": "TIMESTAMP"}


def scored(folder: Path, engine: str, text: str = TEXT) -> Sheet:
    return score_over(folder, engine, text, FILES, TYPES)


@pytest.mark.parametrize("engine", ENGINES)
def test_by_hand(tmp_path: Path, engine: str) -> None:
    sheet = scored(tmp_path, engine)
    found = shown(sheet, "wait")
    assert found == {
        key: pytest.approx(hours, abs=1e-6) if hours is not None else "no_values"
        for key, *_, hours in TICKETS
    }
    assert found["H"] == 9
    quick = {key: float(hours is not None and hours <= 9) for key, *_, hours in TICKETS}
    assert shown(sheet, "quick") == quick
    assert shown(sheet, "average_wait")["A"] == 30


def test_instants_are_brought_to_local_time(tmp_path: Path) -> None:
    """06:30 and 11:30 of universal time are 14:30 and 19:30 in Shanghai, half an hour too late."""
    text = TEXT.replace("calendar\n", 'calendar\n      timezone "Asia/Shanghai"\n', 1)
    files = FILES | {
        "tickets": "store_id,opened,closed\nA,2025-09-22 06:30:00Z,2025-09-22 11:30:00Z"
    }
    types = dict.fromkeys(TYPES, "TIMESTAMPTZ")
    assert shown(score_over(tmp_path, "duckdb", text, files, types), "wait")["A"] == 4.5


def test_the_explanation_says_when_it_is_open(tmp_path: Path) -> None:
    sheet = scored(tmp_path, "duckdb")
    explanation = explain(sheet, "A", "en")
    assert explanation is not None
    (said,) = (each for each in sentences(explanation, "en") if "business hours" in each)
    assert "`business hours 10:00 to 14:00 on Saturday`" in said
    assert any("营业时间" in each for each in sentences(explanation, "zh"))


def test_in_chinese(tmp_path: Path) -> None:
    text = TEXT.replace("in business time", "按营业时间")
    for english, chinese in (
        (
            "business hours 09:00 to 12:00 on Monday to Friday",
            "营业时间 9：00 至 12:00 适用 周一 至 周五",
        ),
        ("on 2025-09-28", "适用 2025-09-28"),
        ("holiday 2025-10-01 through", "节假日 2025年10月1日 至"),
    ):
        text = text.replace(english, chinese)
    assert shown(scored(tmp_path, "duckdb", text), "wait")["C"] == 15


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("13:00 to 19:00", "13:00 to 24:00", []),
        ("13:00 to 19:00", "13:00 to 12:59", ["K0352"]),
        ("13:00 to 19:00", "13:00 to 24:01", ["K0352"]),
        ("13:00 to 19:00", "11:59 to 19:00", ["K0353"]),
        ("on 2025-09-28", "on 2025-10-03", ["K0354"]),
        ("through 2025-10-08", "through 2025-09-30", ["K0355"]),
        ("on Saturday", "on Saturdays", ["K0203"]),
        ("<= 9 hours", "<= 1 days", ["K0356"]),
        ("hours(opened, closed in", "days(opened, closed in", ["K0207"]),
        ("unit minutes", "unit days", ["K0356"]),
    ],
)
def test_what_is_refused(tmp_path: Path, old: str, new: str, found: list[str]) -> None:
    assert codes(list(check(make_workspace(tmp_path, TEXT.replace(old, new))))) == found


def test_business_time_needs_business_hours(tmp_path: Path) -> None:
    without = "\n".join(each for each in TEXT.splitlines() if "business hours" not in each)
    found = codes(list(check(make_workspace(tmp_path, without))))
    assert set(found) == {"K0351"}
    assert len(found) == 4  # the holiday, and three formulas
