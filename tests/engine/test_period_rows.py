"""The calendar of a table: periods tile its days and lead back to themselves; a table that says
what the plain calendar says answers like it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.period_rows import OutsideTable, Row, TableCalendar, place_of
from engine.periods import Calendar, Moment, Range
from tests.support.small_workspaces import probe

CADENCES = ("month", "quarter", "half", "year")


def calendar_of(first: date, years: list[list[int]]) -> TableCalendar:
    """Years from 2000 on, each with the days of its rows."""
    rows, day = [], first
    for year, lengths in enumerate(years, start=2000):
        for number, days in enumerate(lengths, start=1):
            end = day + timedelta(days=days)
            rows.append(Row(f"{year}-{number:02}", year, number, day, end))
            day = end
    return TableCalendar(rows=tuple(rows), table="t")


lengths = st.integers(1, 40)
twelve = st.lists(st.lists(lengths, min_size=12, max_size=12), min_size=1, max_size=3)
uneven = st.lists(st.lists(lengths, min_size=1, max_size=27), min_size=1, max_size=3)
calendars = st.builds(calendar_of, st.dates(date(1990, 1, 1), date(2020, 1, 1)), twelve | uneven)


@given(calendars, st.data())
def test_periods_tile_the_days_and_lead_back_to_themselves(
    calendar: TableCalendar, data: st.DataObject
) -> None:
    first, end = calendar.rows[0].start, calendar.rows[-1].end
    day = data.draw(st.dates(first, end - timedelta(days=1)))
    for cadence in CADENCES:
        try:
            period = calendar.containing(cadence, day)
        except OutsideTable:
            assert cadence != "month"
            continue
        assert period.start <= day < period.end
        assert calendar.named(period.name) == period == calendar.parse(period.name, cadence)
        assert calendar.start_of(period.name) == period.start
        months = calendar.months_of(Range(period.start, period.end))
        assert [m.start for m in months] == [period.start, *(m.end for m in months[:-1])]
        assert months[-1].end == period.end
        try:
            following = calendar.shift(period, 1)
        except OutsideTable:
            continue
        assert following.start == period.end
        assert calendar.shift(following, -1) == period
        assert calendar.containing(cadence, period.end) == following


@given(calendars)
def test_the_table_ends_where_its_rows_do(calendar: TableCalendar) -> None:
    for day in (calendar.rows[0].start - timedelta(days=1), calendar.rows[-1].end):
        with pytest.raises(OutsideTable):
            calendar.containing("month", day)
    with pytest.raises(OutsideTable):
        calendar.shift(calendar.containing("month", calendar.rows[0].start), -1)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("2025-07", (2025, 7)),
        ("2025-P07", (2025, 7)),
        ("2025P7", (2025, 7)),
        ("202507", (2025, 7)),
        ("FY2025-13", (2025, 13)),
        ("2025-27", (2025, 27)),
        ("2025-00", None),
        ("2025", None),
        ("July 2025", None),
        ("2025-W07", None),
    ],
)
def test_names_of_rows(name: str, place: tuple[int, int] | None) -> None:
    assert place_of(name) == place


def test_a_year_of_27_rows_answers_to_one_of_26() -> None:
    calendar = calendar_of(date(2024, 1, 1), [[14] * 26, [14] * 27, [14] * 26])
    last = calendar.named("2001-27")
    assert calendar.last_year(last).name == "2000-26"
    assert calendar.last_year(calendar.named("2002-26")).name == "2001-26"


# ── a table that says what the plain calendar says ───────────────────────────────────────────────

PLAIN = Calendar()


def _civil(first_year: int, last_year: int) -> TableCalendar:
    months = [
        PLAIN.named(f"{y}-{m:02}") for y in range(first_year, last_year + 1) for m in range(1, 13)
    ]
    rows = (Row(m.name, m.start.year, m.start.month, m.start, m.end) for m in months)
    return TableCalendar(rows=tuple(rows), table="t")


CIVIL = _civil(1990, 2055)


@given(
    st.dates(date(2010, 1, 1), date(2035, 12, 31)),
    st.sampled_from((*CADENCES, "week")),
    st.integers(0, 400),
    st.integers(1, 15),
)
def test_civil_months_as_a_table_are_the_plain_calendar(
    day: date, cadence: str, elapsed: int, count: int
) -> None:
    period = PLAIN.containing(cadence, day)
    moment = PLAIN.moment(period, period.start + timedelta(days=elapsed))
    questions: list[Callable[[Calendar], object]] = [
        lambda c: c.containing(cadence, day),
        lambda c: c.shift(period, count),
        lambda c: c.shift(period, -count),
        lambda c: c.last_year(period),
        lambda c: c.year_start(day),
        lambda c: c.named(period.name),
        lambda c: c.start_of(period.name),
        lambda c: c.moment(period, moment.until),
        lambda c: c.earlier(moment, count),
        lambda c: c.a_year_before(moment),
        lambda c: [c.last(moment, count, unit) for unit in ("periods", "months", "days")],
        lambda c: c.to_date(moment),
        lambda c: c.around(cadence, day)[:2],
    ]
    if cadence != "week":
        questions.append(lambda c: c.months_of(Range(period.start, period.end)))
        questions.append(lambda c: c.parts(period, "month"))
    for ask in questions:
        assert ask(CIVIL) == ask(PLAIN)


@given(st.dates(date(2010, 1, 1), date(2020, 1, 1)), st.integers(1, 100), st.data())
def test_a_feed_is_as_complete_by_either(day: date, days: int, data: st.DataObject) -> None:
    span = Range(day, day + timedelta(days=days))
    inside = st.integers(0, days - 1).map(lambda n: day + timedelta(days=n))
    present = data.draw(st.sets(inside))
    for every in ("day", "week", "month"):
        assert CIVIL.complete(span, every, present) == PLAIN.complete(span, every, present)


def test_scores_are_the_same_by_either(tmp_path: Path) -> None:
    text = """
        calendar
          timezone "Asia/Shanghai"
        entity store
          file "stores.csv"
          key store_id
        data sales
          file "sales.csv"
          date day
          link store by store_id
          link buyer by buyer
          column amount unit CNY
          expects rows every month
        entity buyer
    """
    windows = ["previous period", "same period last year", "last 4 months", "year to date"]
    kpis = {f"w{n}": f"sum(sales.amount) for {each} in CNY" for n, each in enumerate(windows)}
    kpis["grown"] = "growth(w0 over same period last year) in percent"
    kpis["kept"] = "retained(sales.buyer) in buyers"
    days = [date(2023, 1, 1) + timedelta(days=5 * n) for n in range(200)]
    sales = [
        "store_id,buyer,day,amount",
        *(f"S{n % 2},B{n % 7},{d},{n}" for n, d in enumerate(days)),
    ]
    rows = ["period,starts_on,ends_on"]
    rows += [f"{row.name},{row.start},{row.end - timedelta(days=1)}" for row in CIVIL.rows]
    csv = {"stores": "store_id\nS0\nS1", "sales": "\n".join(sales), "periods": "\n".join(rows)}
    table = text.replace("calendar\n", 'calendar\n          periods from file "periods.csv"\n')
    for period, every, as_of in (
        ("2025Q2", "quarter", date(2030, 1, 1)),
        ("2025-02", "month", date(2030, 1, 1)),
        ("2025Q1", "quarter", date(2025, 2, 13)),
        ("2024", "year", date(2030, 1, 1)),
    ):
        card = f"for store\nevery {every}"
        found = [
            probe(tmp_path / each / period, said, kpis, csv, period, as_of, card)
            for each, said in (("plain", text), ("table", table))
        ]
        assert found[0] == found[1]
        assert any(isinstance(value, float) for value in found[0]["w0"].values())


def test_a_moment_of_a_row_is_cut_to_the_row_a_year_before() -> None:
    calendar = calendar_of(date(2024, 1, 1), [[28, 28, 35] * 4, [28, 28, 36] * 4])
    march = calendar.named("2001-03")
    assert calendar.a_year_before(Moment(march, march.end)).until == calendar.named("2000-03").end
    quarter = calendar.named("2001Q1")
    running = Moment(quarter, march.start + timedelta(days=36 - 1))
    assert calendar.a_year_before(running).until == calendar.named("2000Q1").end
