"""Periods and windows as half-open days: names, tiling, fiscal years, weeks, running periods."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.periods import Calendar, Moment, Period, Range, UnknownPeriod

PLAIN = Calendar()
APRIL = Calendar(fiscal_month=4)
APRIL_BY_START = Calendar(fiscal_month=4, named_by_start=True)
SUNDAYS = Calendar(first_weekday=6)
CADENCES = ("week", "month", "quarter", "half", "year")
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}

calendars = st.builds(
    Calendar,
    fiscal_month=st.integers(1, 12),
    named_by_start=st.booleans(),
    first_weekday=st.integers(0, 6),
)
cadences = st.sampled_from(CADENCES)
some_day = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def days(text: str) -> Range:
    """`2025-07-01..2025-09-30`, both days included."""
    first, last = text.split("..")
    return Range(day(first), day(last) + timedelta(days=1))


def seen(calendar: Calendar, name: str, cadence: str, as_of: str) -> Moment:
    return calendar.moment(calendar.parse(name, cadence), day(as_of))


# ── names ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("calendar", "cadence", "name", "span"),
    [
        (PLAIN, "month", "2025-07", "2025-07-01..2025-07-31"),
        (PLAIN, "month", "2024-02", "2024-02-01..2024-02-29"),
        (PLAIN, "quarter", "2025Q3", "2025-07-01..2025-09-30"),
        (PLAIN, "quarter", "2025Q4", "2025-10-01..2025-12-31"),
        (PLAIN, "half", "2025H1", "2025-01-01..2025-06-30"),
        (PLAIN, "half", "2025H2", "2025-07-01..2025-12-31"),
        (PLAIN, "year", "2024", "2024-01-01..2024-12-31"),
        (PLAIN, "week", "2025-W32", "2025-08-04..2025-08-10"),
        (PLAIN, "week", "2020-W53", "2020-12-28..2021-01-03"),
        (PLAIN, "week", "2025-W01", "2024-12-30..2025-01-05"),
        (SUNDAYS, "week", "2025-W32", "2025-08-03..2025-08-09"),
        # the fiscal year from April 2024 to March 2025, named by its end or by its start
        (APRIL, "year", "FY2025", "2024-04-01..2025-03-31"),
        (APRIL, "quarter", "FY2025Q1", "2024-04-01..2024-06-30"),
        (APRIL, "quarter", "FY2025Q4", "2025-01-01..2025-03-31"),
        (APRIL, "half", "FY2025H2", "2024-10-01..2025-03-31"),
        (APRIL, "month", "2025-07", "2025-07-01..2025-07-31"),
        (APRIL_BY_START, "year", "FY2024", "2024-04-01..2025-03-31"),
        (APRIL_BY_START, "quarter", "FY2024Q4", "2025-01-01..2025-03-31"),
    ],
)
def test_a_name_is_a_range_of_days(calendar: Calendar, cadence: str, name: str, span: str) -> None:
    period = calendar.parse(name, cadence)
    assert (period.name, period.cadence) == (name, cadence)
    assert Range(period.start, period.end) == days(span)
    assert period.days == days(span).days


@pytest.mark.parametrize(
    ("cadence", "written", "canonical"),
    [
        ("quarter", "2025-Q3", "2025Q3"),
        ("quarter", "2025q3", "2025Q3"),
        ("quarter", " 2025Q3 ", "2025Q3"),
        ("half", "2025-H1", "2025H1"),
        ("quarter", "FY2025Q3", "2025Q3"),
        ("week", "2025-w05", "2025-W05"),
    ],
)
def test_other_spellings_have_one_canonical_name(
    cadence: str, written: str, canonical: str
) -> None:
    assert PLAIN.parse(written, cadence).name == canonical


@pytest.mark.parametrize(
    ("calendar", "cadence", "written", "hint"),
    [
        (PLAIN, "quarter", "2025Q5", "2025Q3"),
        (PLAIN, "quarter", "Q3 2025", "2025Q3"),
        (PLAIN, "quarter", "2025-07", "it is a month"),
        (PLAIN, "month", "2025Q3", "it is a quarter"),
        (PLAIN, "month", "2025-13", "2025-07"),
        (PLAIN, "month", "2025-00", "2025-07"),
        (PLAIN, "month", "2025-07-01", "2025-07"),
        (PLAIN, "week", "2025-W53", "2025-W27"),
        (PLAIN, "week", "2025-W00", "2025-W27"),
        (PLAIN, "year", "0001", "2025"),
        (PLAIN, "quarter", "", "2025Q3"),
        (APRIL, "quarter", "2025Q3", "FY2025Q3"),
        (APRIL, "half", "2025H1", "FY2025H1"),
    ],
)
def test_a_wrong_name_says_what_to_write(
    calendar: Calendar, cadence: str, written: str, hint: str
) -> None:
    with pytest.raises(UnknownPeriod) as caught:
        calendar.parse(written, cadence)
    assert hint in caught.value.hint


@pytest.mark.parametrize("written", ["FY2025-07", "FY2025-W32"])
def test_only_fiscal_periods_are_called_fiscal(written: str) -> None:
    cadence = "week" if "W" in written else "month"
    with pytest.raises(UnknownPeriod):
        PLAIN.parse(written, cadence)


@given(calendars, cadences, some_day)
def test_a_name_is_read_back(calendar: Calendar, cadence: str, some: date) -> None:
    period = calendar.containing(cadence, some)
    assert calendar.parse(period.name, cadence) == period
    assert calendar.start_of(period.name) == period.start


def test_the_first_day_of_a_period_of_any_cadence() -> None:
    names = ("2025-08", "2025Q3", "2025H2", "2026", "2025-W01")
    starts = [PLAIN.start_of(name).isoformat() for name in names]
    assert starts == ["2025-08-01", "2025-07-01", "2025-07-01", "2026-01-01", "2024-12-30"]
    assert APRIL.start_of("FY2025Q3") == day("2024-10-01")


def test_a_plain_quarter_is_no_fiscal_quarter() -> None:
    with pytest.raises(UnknownPeriod) as caught:
        APRIL.start_of("2025Q3")
    assert "FY2025Q3" in caught.value.hint


# ── tiling ───────────────────────────────────────────────────────────────────────────────────────


@given(calendars, cadences, some_day)
def test_periods_tile_the_calendar(calendar: Calendar, cadence: str, some: date) -> None:
    period = calendar.containing(cadence, some)
    assert period.start <= some < period.end
    assert calendar.containing(cadence, period.start) == period
    assert calendar.containing(cadence, period.end - timedelta(days=1)) == period
    following = calendar.containing(cadence, period.end)
    assert following.start == period.end
    assert calendar.shift(period, 1) == following
    assert following.name != period.name


@given(calendars, cadences, some_day, st.integers(-40, 40), st.integers(-40, 40))
def test_shifts_add_up(
    calendar: Calendar, cadence: str, some: date, there: int, further: int
) -> None:
    period = calendar.containing(cadence, some)
    moved = calendar.shift(period, there)
    assert calendar.shift(moved, -there) == period
    assert calendar.shift(moved, further) == calendar.shift(period, there + further)


@given(calendars, st.sampled_from(tuple(MONTHS)), some_day)
def test_calendar_periods_have_whole_months(calendar: Calendar, cadence: str, some: date) -> None:
    period = calendar.containing(cadence, some)
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    assert (period.start.day, period.end.day, months) == (1, 1, MONTHS[cadence])
    begins = (period.start.month - calendar.fiscal_month) % 12
    assert begins % MONTHS[cadence] == 0


@given(calendars, some_day)
def test_a_week_begins_on_its_day(calendar: Calendar, some: date) -> None:
    week = calendar.containing("week", some)
    assert week.start.weekday() == calendar.first_weekday
    assert week.days == 7


@given(some_day)
def test_weeks_from_monday_are_those_of_iso(some: date) -> None:
    year, week, _ = some.isocalendar()
    assert PLAIN.containing("week", some).name == f"{year}-W{week:02d}"


# ── a year before ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("calendar", "cadence", "name", "before"),
    [
        (PLAIN, "month", "2024-02", "2023-02"),
        (PLAIN, "quarter", "2025Q1", "2024Q1"),
        (PLAIN, "half", "2025H2", "2024H2"),
        (PLAIN, "year", "2025", "2024"),
        (APRIL, "quarter", "FY2025Q4", "FY2024Q4"),
        (PLAIN, "week", "2025-W32", "2024-W32"),
        (PLAIN, "week", "2020-W53", "2019-W52"),
        (PLAIN, "week", "2021-W52", "2020-W52"),
        (SUNDAYS, "week", "2020-W53", "2019-W52"),
    ],
)
def test_the_same_period_last_year(
    calendar: Calendar, cadence: str, name: str, before: str
) -> None:
    assert calendar.last_year(calendar.parse(name, cadence)).name == before


# ── running periods ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("as_of", "span", "running"),
    [
        ("2025-07-01", "2025-07-01..2025-07-01", True),
        ("2025-08-15", "2025-07-01..2025-08-15", True),
        ("2025-09-29", "2025-07-01..2025-09-29", True),
        ("2025-09-30", "2025-07-01..2025-09-30", False),
        ("2026-03-01", "2025-07-01..2025-09-30", False),
    ],
)
def test_a_period_as_it_stands_on_a_day(as_of: str, span: str, running: bool) -> None:
    moment = seen(PLAIN, "2025Q3", "quarter", as_of)
    assert (moment.range, moment.running) == (days(span), running)


def test_a_period_that_has_not_begun_has_no_days() -> None:
    moment = seen(PLAIN, "2025Q3", "quarter", "2025-06-01")
    assert (moment.range.days, moment.running) == (0, True)
    assert moment.range.start == day("2025-07-01")


@pytest.mark.parametrize(
    ("cadence", "name", "as_of", "count", "span"),
    [
        # closed: the whole earlier period, however long it was
        ("month", "2025-03", "2025-12-31", 1, "2025-02-01..2025-02-28"),
        ("quarter", "2025Q3", "2025-12-31", 1, "2025-04-01..2025-06-30"),
        ("quarter", "2025Q3", "2025-12-31", 4, "2024-07-01..2024-09-30"),
        # running: as many days from its start ...
        ("quarter", "2025Q3", "2025-08-15", 1, "2025-04-01..2025-05-16"),
        ("month", "2025-03", "2025-03-10", 1, "2025-02-01..2025-02-10"),
        ("week", "2025-W32", "2025-08-06", 1, "2025-07-28..2025-07-30"),
        # ... and at most its length: 30 days of March, all of February
        ("month", "2025-03", "2025-03-30", 1, "2025-02-01..2025-02-28"),
        ("month", "2024-03", "2024-03-30", 1, "2024-02-01..2024-02-29"),
        ("quarter", "2025Q2", "2025-06-29", 1, "2025-01-01..2025-03-31"),
    ],
)
def test_earlier_periods_are_cut_like_for_like(
    cadence: str, name: str, as_of: str, count: int, span: str
) -> None:
    moment = seen(PLAIN, name, cadence, as_of)
    assert PLAIN.earlier(moment, count).range == days(span)


@pytest.mark.parametrize(
    ("cadence", "name", "as_of", "span"),
    [
        ("quarter", "2025Q3", "2025-12-31", "2024-07-01..2024-09-30"),
        ("quarter", "2025Q3", "2025-08-15", "2024-07-01..2024-08-15"),
        ("year", "2025", "2025-12-30", "2024-01-01..2024-12-30"),
        # 29 February has no day a year before: the last one that both years have
        ("quarter", "2024Q1", "2024-02-29", "2023-01-01..2023-02-28"),
        ("month", "2024-02", "2024-02-28", "2023-02-01..2023-02-28"),
        # a closed February is compared with a whole one
        ("month", "2024-02", "2024-02-29", "2023-02-01..2023-02-28"),
        ("month", "2025-02", "2025-02-28", "2024-02-01..2024-02-29"),
        # a running week with as many days: dates of a year before are other weekdays
        ("week", "2025-W32", "2025-08-06", "2024-08-05..2024-08-07"),
    ],
)
def test_last_year_is_cut_at_the_same_calendar_day(
    cadence: str, name: str, as_of: str, span: str
) -> None:
    moment = seen(PLAIN, name, cadence, as_of)
    assert PLAIN.a_year_before(moment).range == days(span)


@pytest.mark.parametrize(("cadence", "name"), [("quarter", "2025Q1"), ("year", "2025")])
def test_28_february_is_compared_with_28_february(cadence: str, name: str) -> None:
    moment = seen(PLAIN, name, cadence, "2025-02-28")
    assert PLAIN.a_year_before(moment).range == days("2024-01-01..2024-02-28")


@given(calendars, st.sampled_from(tuple(MONTHS)), some_day)
def test_a_running_period_and_last_year_end_on_the_same_day(
    calendar: Calendar, cadence: str, as_of: date
) -> None:
    moment = calendar.moment(calendar.containing(cadence, as_of), as_of)
    last = calendar.a_year_before(moment).until - timedelta(days=1)
    if moment.running and (as_of.month, as_of.day) not in ((2, 28), (2, 29)):
        assert (last.month, last.day, last.year) == (as_of.month, as_of.day, as_of.year - 1)


@given(calendars, cadences, some_day, st.integers(1, 12))
def test_an_earlier_period_is_never_longer(
    calendar: Calendar, cadence: str, as_of: date, count: int
) -> None:
    moment = calendar.moment(calendar.containing(cadence, as_of), as_of)
    before = calendar.earlier(moment, count)
    assert before.period == calendar.shift(moment.period, -count)
    assert before.range.start == before.period.start
    if moment.running:
        assert before.range.days == min(moment.range.days, before.period.days)
    else:
        assert before.range.end == before.period.end


# ── stretches ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("as_of", "count", "unit", "span"),
    [
        ("2025-12-31", 1, "periods", "2025-07-01..2025-09-30"),
        ("2025-12-31", 4, "periods", "2024-10-01..2025-09-30"),
        ("2025-12-31", 6, "months", "2025-04-01..2025-09-30"),
        ("2025-12-31", 1, "months", "2025-09-01..2025-09-30"),
        ("2025-12-31", 14, "months", "2024-08-01..2025-09-30"),
        ("2025-12-31", 30, "days", "2025-09-01..2025-09-30"),
        # a running period ends with the day `as_of`
        ("2025-08-15", 2, "periods", "2025-04-01..2025-08-15"),
        ("2025-08-15", 2, "months", "2025-07-01..2025-08-15"),
        ("2025-08-15", 30, "days", "2025-07-17..2025-08-15"),
        ("2025-07-01", 1, "months", "2025-07-01..2025-07-01"),
    ],
)
def test_the_last_stretch_ends_with_the_current_period(
    as_of: str, count: int, unit: str, span: str
) -> None:
    moment = seen(PLAIN, "2025Q3", "quarter", as_of)
    assert PLAIN.last(moment, count, unit) == days(span)


@pytest.mark.parametrize(
    ("calendar", "name", "as_of", "span"),
    [
        (PLAIN, "2025Q3", "2025-12-31", "2025-01-01..2025-09-30"),
        (PLAIN, "2025Q3", "2025-08-15", "2025-01-01..2025-08-15"),
        (APRIL, "FY2025Q4", "2025-12-31", "2024-04-01..2025-03-31"),
        (APRIL_BY_START, "FY2025Q1", "2025-05-10", "2025-04-01..2025-05-10"),
    ],
)
def test_year_to_date_begins_with_the_fiscal_year(
    calendar: Calendar, name: str, as_of: str, span: str
) -> None:
    assert calendar.to_date(seen(calendar, name, "quarter", as_of)) == days(span)


# ── complete feeds ───────────────────────────────────────────────────────────────────────────────


def rows_on(*spans: str) -> set[date]:
    found = [days(span) for span in spans]
    return {each.start + timedelta(days=n) for each in found for n in range(each.days)}


@pytest.mark.parametrize(
    ("every", "rows", "complete"),
    [
        ("day", ["2025-07-01..2025-09-30"], True),
        ("day", ["2025-07-01..2025-08-14", "2025-08-16..2025-09-30"], False),
        ("day", ["2025-07-01..2025-09-29"], False),
        (
            "month",
            ["2025-07-31..2025-07-31", "2025-08-01..2025-08-01", "2025-09-15..2025-09-15"],
            True,
        ),
        ("month", ["2025-07-01..2025-07-31", "2025-09-01..2025-09-30"], False),
        # only whole weeks inside the range count: 7 July to 28 September
        ("week", ["2025-07-07..2025-09-28"], True),
        ("week", ["2025-07-01..2025-08-10", "2025-08-18..2025-09-30"], False),
        ("week", ["2025-07-01..2025-08-11", "2025-08-24..2025-09-30"], True),
    ],
)
def test_a_gap_in_a_feed(every: str, rows: list[str], complete: bool) -> None:
    span = days("2025-07-01..2025-09-30")
    assert PLAIN.complete(span, every, rows_on(*rows)) is complete


def test_a_range_prints_its_first_and_last_day() -> None:
    assert str(days("2025-07-01..2025-09-30")) == "2025-07-01..2025-09-30"
    assert Range(day("2025-07-02"), day("2025-07-01")).days == 0


def test_periods_are_plain_values() -> None:
    assert PLAIN.parse("2025Q3", "quarter") == Period(
        "2025Q3", "quarter", day("2025-07-01"), day("2025-10-01")
    )
