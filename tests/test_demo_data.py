"""The example's data: the same rows every time, and every awkward case that its page promises."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from api.demo_data import CASES, MIN_LINES, TABLES, Summary, build, tables, to_sqlite

LINES = 50_000
NET = "sum(CASE WHEN is_return THEN -amount WHEN NOT is_return THEN amount END)"
QUARTERS = [
    date(2024 + number // 4, 3 * (number % 4) + 1, 1) for number in range(9)
]  # and the first day after the data

Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    return build(tmp_path_factory.mktemp("demo") / "new" / "demo.duckdb", lines=LINES)


@pytest.fixture(scope="module")
def con(built: Summary) -> Iterator[Connection]:
    with duckdb.connect(str(built.path), read_only=True) as connection:
        yield connection


def value(con: Connection, sql: str, *parameters: object) -> Any:
    return con.execute(sql, list(parameters)).fetchall()[0][0]


def rows_of(path: Path, table: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def net_sales(con: Connection, store: str, start: date, end: date) -> Any:
    return value(
        con,
        f"SELECT coalesce({NET}, 0) FROM sales WHERE is_test IS NOT true"
        " AND store_id = ? AND sold_at >= ? AND sold_at < ?",
        store,
        start,
        end,
    )


# ── the file ────────────────────────────────────────────────────────────────────────────────────


def test_summary_counts_the_rows(built: Summary, con: Connection) -> None:
    assert built.rows == {table: value(con, f"SELECT count(*) FROM {table}") for table in TABLES}
    assert built.rows["sales"] == LINES
    assert min(built.rows.values()) >= 40
    assert built.cases == CASES


def test_default_size_is_a_chain_of_48_stores(tmp_path: Path) -> None:
    started = time.perf_counter()
    rows = build(tmp_path / "demo.duckdb").rows
    print(f"\n{rows['sales']:,} sales lines in {time.perf_counter() - started:.1f} s")
    assert (rows["sales"], rows["stores"], rows["employees"]) == (200_000, 48, 740)
    assert rows["customers"] == pytest.approx(20_000, rel=0.05)


def test_grows_with_the_lines(tmp_path: Path) -> None:
    rows = build(tmp_path / "demo.duckdb", lines=400_000).rows
    assert (rows["sales"], rows["stores"], rows["employees"]) == (400_000, 96, 1476)


@pytest.mark.parametrize("table", TABLES)
def test_two_builds_are_equal(built: Summary, twin: Path, table: str) -> None:
    assert rows_of(built.path, table) == rows_of(twin, table)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("twin") / "demo.duckdb", lines=LINES).path


def test_another_seed_gives_other_rows(built: Summary, tmp_path: Path) -> None:
    other = build(tmp_path / "demo.duckdb", lines=LINES, seed=8)
    assert rows_of(built.path, "surveys") != rows_of(other.path, "surveys")


def test_too_few_lines_are_refused_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=str(MIN_LINES)):
        build(tmp_path / "demo.duckdb", lines=MIN_LINES - 1)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_build_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("disk full")

    path = tmp_path / "demo.duckdb"
    path.write_text("old")
    monkeypatch.setattr(tables, "target_rows", fail)
    with pytest.raises(RuntimeError, match="disk full"):
        build(path, lines=MIN_LINES)
    assert [found.name for found in tmp_path.iterdir()] == ["demo.duckdb"]
    assert path.read_text() == "old"


def test_replaces_an_older_file(tmp_path: Path) -> None:
    path = tmp_path / "demo.duckdb"
    path.write_text("old")
    build(path, lines=MIN_LINES)
    assert len(rows_of(path, "stores")) == 40


# ── the ordinary ────────────────────────────────────────────────────────────────────────────────


def test_declared_types(con: Connection) -> None:
    for table, columns in TABLES.items():
        described = con.execute(f"DESCRIBE {table}").fetchall()
        assert ", ".join(f"{name} {kind}" for name, kind, *_ in described) == columns


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("stores", "store_id"),
        ("employees", "employee_id"),
        ("customers", "customer_id"),
        ("surveys", "survey_id"),
        ("service_requests", "request_id"),
        ("kpi_targets", "kpi_code || store_id || starts_on"),
    ],
)
def test_keys_are_unique(con: Connection, table: str, key: str) -> None:
    assert value(con, f"SELECT count(*) - count(DISTINCT {key}) FROM {table}") == 0


@pytest.mark.parametrize(
    ("table", "moment"),
    [("sales", "sold_at"), ("service_requests", "opened_at"), ("surveys", "answered_on")],
)
@pytest.mark.parametrize("lines", [MIN_LINES, LINES])
def test_rows_on_every_day_and_on_no_other(
    tmp_path: Path, lines: int, table: str, moment: str
) -> None:
    path = build(tmp_path / "demo.duckdb", lines=lines).path
    with duckdb.connect(str(path), read_only=True) as con:
        days = value(con, f"SELECT count(DISTINCT {moment}::DATE) FROM {table}")
        first, last = con.execute(
            f"SELECT min({moment})::DATE, max({moment})::DATE FROM {table}"
        ).fetchall()[0]
    assert (days, first, last) == (731, date(2024, 1, 1), date(2025, 12, 31))


def test_a_ticket_has_one_store_moment_and_customer(con: Connection) -> None:
    several = """SELECT count(*) FROM (SELECT ticket FROM sales GROUP BY ticket
        HAVING count(DISTINCT (store_id, sold_at, customer_id, employee_id)) > 1)"""
    assert value(con, several) == 0
    assert value(con, "SELECT count(*) / count(DISTINCT ticket) FROM sales") == pytest.approx(
        2.25, abs=0.02
    )


def test_stores_sell_at_all_hours_of_the_day(con: Connection) -> None:
    hours = con.execute(
        "SELECT store_id, avg(hour(sold_at)) FROM sales GROUP BY ALL HAVING count(*) > 500"
    ).fetchall()
    assert all(13 < hour < 16 for _, hour in hours)


def test_customers_are_known_before_they_buy(con: Connection) -> None:
    early = """SELECT count(*) FROM sales JOIN customers USING (customer_id)
        WHERE sold_at::DATE < first_seen_on"""
    assert value(con, early) == 0


def test_targets_are_near_what_ordinary_stores_sell(con: Connection) -> None:
    odd = [store for stores in CASES.values() for store in stores]
    ratio = value(
        con,
        f"""SELECT median(net / target_value) FROM kpi_targets JOIN (
              SELECT store_id, date_trunc('quarter', sold_at)::DATE AS starts_on, {NET} AS net
              FROM sales WHERE is_test IS NOT true GROUP BY ALL) USING (store_id, starts_on)
            WHERE kpi_code = 'net_sales' AND NOT list_contains(?, store_id)""",
        odd,
    )
    assert ratio == pytest.approx(1, abs=0.1)


# ── odd stores ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("case", "column", "start", "end"),
    [
        ("opens_after_data", "opened_on", date(2026, 1, 1), date(2027, 1, 1)),
        ("opens_in_2025Q4", "opened_on", date(2025, 10, 2), date(2026, 1, 1)),
        ("opens_in_2025Q3", "opened_on", date(2025, 7, 2), date(2025, 10, 1)),
        ("opens_in_2025Q1", "opened_on", date(2025, 1, 2), date(2025, 4, 1)),
        ("closes_in_2025Q3", "closed_on", date(2025, 7, 2), date(2025, 9, 30)),
        ("closes_in_2025Q4", "closed_on", date(2025, 10, 2), date(2025, 12, 31)),
    ],
)
def test_stores_open_and_close(
    con: Connection, case: str, column: str, start: date, end: date
) -> None:
    (store,) = CASES[case]
    assert start <= value(con, f"SELECT {column} FROM stores WHERE store_id = ?", store) < end


def test_other_stores_are_open_all_the_time(con: Connection) -> None:
    moving = [s for case in CASES for s in CASES[case] if case.startswith(("opens", "closes"))]
    found = value(
        con,
        "SELECT list(store_id ORDER BY ALL) FROM stores"
        " WHERE opened_on >= DATE '2024-01-01' OR closed_on IS NOT NULL",
    )
    assert found == sorted(moving)


def test_no_sale_outside_the_days_of_the_store(con: Connection) -> None:
    outside = """SELECT count(*) FROM sales JOIN stores USING (store_id)
        WHERE sold_at::DATE < opened_on OR sold_at::DATE > closed_on"""
    assert value(con, outside) == 0


@pytest.mark.parametrize("case", ["no_rows", "opens_after_data"])
@pytest.mark.parametrize("table", ["sales", "surveys", "service_requests"])
def test_a_store_without_any_row(con: Connection, case: str, table: str) -> None:
    (store,) = CASES[case]
    assert value(con, f"SELECT count(*) FROM {table} WHERE store_id = ?", store) == 0


def test_the_silent_store_was_expected_to_sell(con: Connection) -> None:
    (store,) = CASES["no_rows"]
    assert value(con, "SELECT count(*) FROM kpi_targets WHERE store_id = ?", store) == 16


@pytest.mark.parametrize("quarter", ["2025Q2", "2025Q3"])
def test_bases_of_zero_and_below(con: Connection, quarter: str) -> None:
    place = (int(quarter[:4]) - 2024) * 4 + int(quarter[5]) - 1
    before, start, end, after = QUARTERS[place - 1 : place + 3]
    zero, negative = CASES[f"zero_in_{quarter}"], CASES[f"negative_in_{quarter}"]
    assert len(zero) == (3 if quarter == "2025Q2" else 1)
    for store in zero:
        assert net_sales(con, store, start, end) == 0
    for store in negative:
        assert net_sales(con, store, start, end) < 0
    for store in (*zero, *negative):
        assert net_sales(con, store, before, start) > 0
        assert net_sales(con, store, end, after) > 0


def test_a_zero_comes_from_no_rows_or_from_a_return(con: Connection) -> None:
    counts = [
        value(
            con,
            "SELECT count(*) FROM sales WHERE store_id = ? AND sold_at >= DATE '2025-04-01'"
            " AND sold_at < DATE '2025-07-01'",
            store,
        )
        for store in CASES["zero_in_2025Q2"]
    ]
    assert counts == [0, 2, 2]


def test_one_store_has_too_few_survey_answers(con: Connection) -> None:
    quarterly = con.execute(
        """SELECT store_id, count(*) FROM surveys
           WHERE answered_on >= DATE '2025-07-01' AND answered_on < DATE '2025-10-01'
           GROUP BY store_id"""
    ).fetchall()
    answers = dict(quarterly)
    (store,) = CASES["few_surveys"]
    assert 0 < answers[store] < 20
    assert sorted(answers.values())[len(answers) // 2] > 30


def test_one_store_lacks_its_target(con: Connection) -> None:
    sql = """SELECT list(starts_on ORDER BY starts_on) FROM kpi_targets
        WHERE kpi_code = ? AND store_id = ?"""
    (store,) = CASES["no_target"]
    assert value(con, sql, "net_sales", store) == QUARTERS[:6]
    assert value(con, sql, "new_customers", store) == QUARTERS[:8]
    assert value(con, sql, "net_sales", "S001") == QUARTERS[:8]


def test_targets_only_for_stores_that_were_open(con: Connection) -> None:
    closed = """SELECT count(*) FROM kpi_targets JOIN stores USING (store_id)
        WHERE starts_on + INTERVAL 3 MONTH <= opened_on OR starts_on > closed_on"""
    assert value(con, closed) == 0
    assert value(con, "SELECT min(target_value) FROM kpi_targets") > 0


# ── odd rows ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "low", "high"),
    [
        ("customer_id IS NULL", 0.14, 0.18),
        ("employee_id IS NULL", 0.04, 0.08),
        ("is_return", 0.03, 0.05),
        ("is_test", 0.0005, 0.005),
        ("is_return IS NULL", 0.0001, 0.002),
        ("is_test IS NULL", 0.0005, 0.005),
        ("store_id NOT IN (SELECT store_id FROM stores)", 0.0001, 0.002),
        ("employee_id NOT IN (SELECT employee_id FROM employees)", 0.0005, 0.005),
        ("customer_id NOT IN (SELECT customer_id FROM customers)", 0.0005, 0.01),
    ],
)
def test_share_of_odd_sales(con: Connection, condition: str, low: float, high: float) -> None:
    assert low < value(con, f"SELECT avg(coalesce({condition}, false)::INT) FROM sales") < high


def test_amounts_are_positive_and_test_rows_absurd(con: Connection) -> None:
    assert value(con, "SELECT min(amount) FROM sales") > 0
    real, absurd = con.execute(
        "SELECT median(amount) FILTER (is_test IS NOT true), median(amount) FILTER (is_test)"
        " FROM sales"
    ).fetchall()[0]
    assert absurd > 500 * real


def test_some_employees_sell_in_another_store(con: Connection) -> None:
    away = """SELECT avg((s.store_id <> e.store_id)::INT) FROM sales s
        JOIN employees e USING (employee_id) JOIN stores ON stores.store_id = s.store_id"""
    assert 0.01 < value(con, away) < 0.04


@pytest.mark.parametrize("column", ["hired_on", "left_on"])
@pytest.mark.parametrize("quarter", [6, 7])
def test_employees_come_and_go_inside_quarters(con: Connection, column: str, quarter: int) -> None:
    inside = f"""SELECT count(*) FROM employees
        WHERE role = 'clerk' AND {column} > ? AND {column} < ? - 1"""
    assert value(con, inside, QUARTERS[quarter], QUARTERS[quarter + 1]) > 0


def test_employees_sell_only_while_employed(con: Connection) -> None:
    outside = """SELECT count(*) FROM sales JOIN employees USING (employee_id)
        WHERE sold_at::DATE < hired_on OR sold_at::DATE > left_on"""
    assert value(con, outside) == 0


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("surveys", "satisfaction IS NULL"),
        ("surveys", "recommend IS NULL"),
        ("service_requests", "first_response_at IS NULL"),
        ("service_requests", "first_response_at IS NOT NULL AND resolved_at IS NULL"),
        ("service_requests", "is_complaint IS NULL"),
        ("service_requests", "is_complaint AND upheld IS NULL"),
    ],
)
def test_answers_that_are_missing(con: Connection, table: str, condition: str) -> None:
    assert value(con, f"SELECT count(*) FROM {table} WHERE {condition}") > 0


@pytest.mark.parametrize(
    ("table", "moment"), [("sales", "sold_at"), ("service_requests", "opened_at")]
)
def test_rows_at_both_sides_of_every_quarter(con: Connection, table: str, moment: str) -> None:
    def there(when: datetime) -> bool:
        return bool(value(con, f"SELECT count(*) FROM {table} WHERE {moment} = ?", when))

    starts = [datetime.combine(day, datetime.min.time()) for day in QUARTERS]
    lasts = [start - datetime.resolution for start in starts]
    assert [there(start) for start in starts] == [True] * 8 + [False]
    assert [there(last) for last in lasts] == [False] + [True] * 8


def test_names_that_break_careless_code(con: Connection) -> None:
    stores = value(con, "SELECT list(store_name) FROM stores")
    people = value(con, "SELECT list(full_name) FROM employees")
    assert any("'" in name for name in stores)
    assert any("'" in name for name in people)
    assert any(ord(character) > 0xFFFF for name in people for character in name)
    assert len(set(stores)) == len(stores)


# ── the same in SQLite ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def lite(built: Summary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("sqlite") / "new" / "demo.sqlite"
    to_sqlite(built.path, path)
    assert [found.name for found in path.parent.iterdir()] == ["demo.sqlite"]
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@pytest.mark.parametrize("table", TABLES)
def test_sqlite_declares_the_types(lite: sqlite3.Connection, table: str) -> None:
    described = lite.execute(f"PRAGMA table_info({table})").fetchall()
    assert ", ".join(f"{column[1]} {column[2]}" for column in described) == TABLES[table]


@pytest.mark.parametrize("table", TABLES)
def test_sqlite_holds_the_same_rows(built: Summary, lite: sqlite3.Connection, table: str) -> None:
    expected = [tuple(map(as_stored, row)) for row in rows_of(built.path, table)]
    assert lite.execute(f"SELECT * FROM {table} ORDER BY rowid").fetchall() == expected


def as_stored(given: Any) -> Any:
    if isinstance(given, datetime):
        return f"{given:%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(given, date):
        return given.isoformat()
    return given if given is None or isinstance(given, str | int) else float(given)


def test_sqlite_storage_classes(lite: sqlite3.Connection) -> None:
    kinds = lite.execute(
        "SELECT DISTINCT typeof(sold_at), typeof(amount), typeof(quantity), typeof(is_test)"
        " FROM sales WHERE is_test IS NOT NULL AND amount <> CAST(amount AS INTEGER)"
    ).fetchall()
    assert kinds == [("text", "real", "integer", "integer")]
