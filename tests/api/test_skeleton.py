"""Skeletons of databases that nobody designed for them: what is guessed, and that it always reads.

The real data sets are in tests/realworld.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from api.database import described
from api.skeleton import Skeleton, skeleton
from api.skeleton import words as w
from api.skeleton.card import last_period, read
from connectors import connect
from engine import check, score
from engine.documents import sheet_document

TODAY = date(2026, 1, 31)

Guessed = Callable[..., Skeleton]


@pytest.fixture
def guessed(tmp_path: Path) -> Guessed:
    """The skeleton of a SQLite database, which must be free of errors and must score."""

    def guess(sql: str, language: str = "en", *, has_rows: bool = True) -> Skeleton:
        with closing(sqlite3.connect(tmp_path / "some.db")) as database:
            database.executescript(sql)
        with connect("sqlite:///some.db", folder=tmp_path) as source:
            found = skeleton(source, language, TODAY)
            workspace = read(found.files)
            columns = described(workspace, source)
            errors = [each for each in check(workspace, columns) if each.is_error]
            assert [each.message() for each in errors] == []
            assert found.refusal == ()
            sheet = score(workspace, found.card, found.period, source, TODAY, columns)
            assert bool(sheet_document(sheet)["items"]) is has_rows
        return found

    return guess


def lines(found: Skeleton, file: str = "data.scorecard") -> list[str]:
    """The lines of a file without indentation and comments."""
    written = (line for line in found.files[file].splitlines() if not line.lstrip().startswith("#"))
    return [line.split("  # ")[0].strip() for line in written]


def section(found: Skeleton, header: str) -> list[str]:
    """The facts below a header."""
    text = lines(found)
    start = next(place for place, line in enumerate(text) if line.startswith(f"{header} "))
    end = text.index("", start) if "" in text[start:] else len(text)
    return text[start + 1 : end]


HEADERS_AND_LINES = """
    CREATE TABLE employees (id INTEGER, full_name TEXT, team TEXT, gender TEXT, hired_on DATE,
      left_on DATE);
    INSERT INTO employees VALUES (1, 'Wang', 'a', 'f', '2020-01-01', NULL),
      (2, 'Li', 'b', 'm', '2020-01-01', NULL), (3, 'Zhao', 'b', 'f', '2021-01-01', NULL),
      (4, 'Sun', 'a', 'm', '2021-01-01', NULL);
    CREATE TABLE orders (order_no TEXT, employee_id INTEGER, created_at TEXT, due_at TEXT,
      buyer_id INTEGER);
    INSERT INTO orders VALUES ('x1', 1, '2025-02-01', NULL, 7), ('x2', 2, '2025-05-01', NULL, 7),
      ('x3', 2, '2025-08-01', NULL, 8), ('x4', 9, '2025-11-01', NULL, 8);
    CREATE TABLE order_lines (id INTEGER, order_no TEXT, unit_price REAL, quantity INTEGER,
      amount REAL);
    INSERT INTO order_lines VALUES (1, 'x1', 5, 1, 5), (2, 'x1', 5, 2, 10), (3, 'x2', 5, 1, 5),
      (4, 'x3', 5, 4, 20), (5, 'x4', 5, 4, 20);
"""


def test_headers_lines_and_people(guessed: Guessed) -> None:
    found = guessed(HEADERS_AND_LINES)
    assert found.card == "employee_quarter"
    employee = section(found, "entity employee")
    assert employee[:2] == ["table employees", "key id"]
    assert "name full_name" in employee
    assert "attribute team" in employee
    assert "attribute gender" not in employee  # nobody should be compared by it unasked
    assert "# confirm: `active from hired_on through left_on` would leave out" in str(found.files)
    assert section(found, "entity order")[:2] == ["table orders", "key order_no"]
    assert "belongs to employee by employee_id" in section(found, "entity order")
    assert {"date created_at", "link employee by employee_id"} <= {*section(found, "data orders")}
    assert {"date order.created_at", "link order by order_no"} <= {
        *section(found, "data order_lines")
    }
    assert "formula sum(order_lines.amount)" in lines(found, "kpis.scorecard")
    text = found.files["data.scorecard"]
    assert "by employee_id  # confirm: 67% of the values are keys there" in text
    assert "# confirm: these may be links, too: buyer_id" in text


def test_every_guess_is_marked(guessed: Guessed) -> None:
    for language, mark in (("en", "# confirm: "), ("zh", "# 请确认：")):
        found = guessed(HEADERS_AND_LINES.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
        found = found if language == "en" else guessed("", language)
        assert found.guesses == sum(text.count(mark) for text in found.files.values())
        for line in found.files["data.scorecard"].splitlines():
            guess = line.lstrip().startswith(("key ", "date ", "link ", "belongs ", "name "))
            assert not guess or mark in line, line


def test_targets_are_what_half_of_them_reach(guessed: Guessed) -> None:
    found = guessed(
        """CREATE TABLE shops (shop_id INTEGER, name TEXT);
        INSERT INTO shops VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'never sold');
        CREATE TABLE sales (shop_id INTEGER, sold_on DATE, amount REAL);
        INSERT INTO sales VALUES (1, '2025-01-05', 1), (1, '2025-08-05', 123456),
          (2, '2025-08-05', 200000), (3, '2025-08-05', 300), (1, '2025-12-05', 1);"""
    )
    assert found.period == "2025Q3"
    assert "target 120000" in lines(found, "shop_quarter.scorecard")
    assert "effective from 2025-01-01" in lines(found, "shop_quarter.scorecard")


def test_a_few_rows_far_away_make_no_history(guessed: Guessed) -> None:
    rows = ", ".join(f"('r{n % 3}', date('2024-01-01', '+{n} days'))" for n in range(731))
    table = "CREATE TABLE visits (region TEXT, day DATE); INSERT INTO visits VALUES"
    found = guessed(f"{table} {rows}, ('r1', '1900-01-01'), ('r1', '2026-01-20');")
    assert found.period == "2025Q4"  # 2026-01-20 is near, and 2025 is over with it
    assert "effective from 2024-01-01" in lines(found, "region_quarter.scorecard")
    found = guessed("UPDATE visits SET day = date(day, '-2 years') WHERE day < '2026-01-01';")
    assert found.period.startswith("2023")


def test_one_wide_table_is_divided_by_its_values(guessed: Guessed) -> None:
    rows = ", ".join(f"({n}, '2025-0{n % 8 + 1}-01', 'p{n}', 'r{n % 3}', {n})" for n in range(60))
    found = guessed(
        "CREATE TABLE sales ([Row ID] INTEGER, [Order Date] DATE, Product TEXT,"
        " [Sales Region] TEXT, [Net Amount] REAL);"
        f" INSERT INTO sales VALUES {rows};"
    )
    assert found.card == "sales_region_quarter"
    assert "values of sales.[Sales Region]" in section(found, "entity sales_region")
    assert "formula sum(sales.[Net Amount])" in lines(found, "kpis.scorecard")


def test_rows_of_nobody_belong_to_the_company(guessed: Guessed) -> None:
    found = guessed("CREATE TABLE notes (text BLOB, amount REAL); INSERT INTO notes VALUES (1, 2);")
    assert section(found, "entity company") == ["everything"]
    assert "for company" in lines(found, f"{found.card}.scorecard")


def test_tables_without_rows_are_judged_by_their_names(guessed: Guessed) -> None:
    found = guessed(
        """CREATE TABLE customers (customer_id INTEGER, name TEXT);
        CREATE TABLE orders (order_id INTEGER, customer_id INTEGER, amount REAL,
          order_date DATE);""",
        has_rows=False,
    )
    assert {"date order_date", "link customer by customer_id"} <= {*section(found, "data orders")}
    assert "report only" in lines(found, f"{found.card}.scorecard")


def test_a_link_must_lead_to_keys_that_exist(guessed: Guessed) -> None:
    found = guessed(
        """CREATE TABLE shops (code INTEGER, name TEXT);
        INSERT INTO shops VALUES (1, 'a'), (2, 'b');
        CREATE TABLE visits (shop_code INTEGER, code INTEGER, day DATE);
        INSERT INTO visits VALUES (1, 70, '2025-01-01'), (2, 71, '2025-05-01'),
          (2, 71, '2025-08-01');"""
    )
    assert "link shop by shop_code" in section(found, "data visits")


def test_of_two_tables_with_one_key_the_richer_is_meant(guessed: Guessed) -> None:
    found = guessed(
        """CREATE TABLE person (person_id INTEGER, name TEXT, team TEXT);
        INSERT INTO person VALUES (1, 'a', 't'), (2, 'b', 't');
        CREATE TABLE person_note (person_id INTEGER, note TEXT);
        INSERT INTO person_note VALUES (1, 'x'), (2, 'y');
        CREATE TABLE visits (person_id INTEGER, day DATE);
        INSERT INTO visits VALUES (1, '2025-01-01'), (1, '2025-05-01'), (2, '2025-08-01');"""
    )
    assert "link person by person_id" in section(found, "data visits")
    assert "belongs to" not in " ".join(section(found, "entity person"))


def test_chinese_tables(guessed: Guessed) -> None:
    found = guessed(
        """CREATE TABLE 员工表 (工号 TEXT, 姓名 TEXT, 部门 TEXT, 性别 TEXT);
        INSERT INTO 员工表 VALUES ('E1', '王芳', '一部', '女'), ('E2', '李雷', '二部', '男'),
          ('E3', '韩梅', '二部', '女'), ('E4', '赵敏', '一部', '女');
        CREATE TABLE 销售明细 (流水号 INTEGER, 工号 TEXT, 销售日期 TEXT, [金额(元)] REAL);
        INSERT INTO 销售明细 VALUES (1, 'E1', '2025-01-04', 100), (2, 'E2', '2025-05-04', 300),
          (3, 'E3', '2025-08-04', 50), (4, 'E1', '2025-08-09', 60), (5, 'E2', '2025-11-09', 6);
        """,
        "zh",
    )
    assert found.card == "员工_季度"
    employee = section(found, "entity 员工")
    assert employee[:2] == ["表 员工表", "主键 工号"]
    assert "名称列 姓名" in employee
    assert "属性 部门" in employee
    assert {"日期列 销售日期", "关联 员工 通过 工号"} <= {*section(found, "data 销售明细")}
    assert "公式 合计(销售明细.[金额(元)])" in lines(found, "kpis.scorecard")


HOSTILE = {
    "keywords": """
        CREATE TABLE "target" (id INTEGER, "date" DATE, "value" REAL, "when" TEXT, "order" INTEGER);
        CREATE TABLE "order" ("order id" INTEGER, "from" DATE, "sum of amount" REAL, kpi TEXT);
        CREATE TABLE kpi (kpi TEXT, weight REAL, "by" TEXT);
        INSERT INTO kpi VALUES ('a', 1, 'x'), ('b', 2, 'y');
        INSERT INTO "order" VALUES (1, '2025-01-01', 5, 'a'), (2, '2025-06-01', 6, 'b');""",
    "functions": """
        CREATE TABLE "count" (count_id INTEGER, name TEXT);
        CREATE TABLE "sum" (sum_id INTEGER, count_id INTEGER, sum REAL, "date" DATE, "for" TEXT);
        INSERT INTO "count" VALUES (1, 'a'), (2, 'b');
        INSERT INTO "sum" VALUES (1, 1, 5, '2025-01-03', 'p'), (2, 2, 6, '2025-08-03', 'q');""",
    "one_name": """
        CREATE TABLE sale (id INTEGER, name TEXT); CREATE TABLE sales (sale_id INTEGER, day DATE);
        CREATE TABLE sale_count (sale_id INTEGER, sales_count REAL); CREATE TABLE sale_s (a REAL);
        INSERT INTO sale VALUES (1, 'a'), (2, 'b');
        INSERT INTO sales VALUES (1, '2025-01-01'), (2, '2025-02-01'), (2, '2025-02-01');""",
    "dates_hidden_by_entities": """
        CREATE TABLE dates (date_id INTEGER, name TEXT);
        INSERT INTO dates VALUES (1, 'a'), (2, 'b');
        CREATE TABLE visits (date_id INTEGER, "date" DATE, amount REAL);
        INSERT INTO visits VALUES (1, '2025-01-01', 1), (2, '2025-02-01', 2),
          (2, '2025-02-01', 3);""",
    "punctuation": """
        CREATE TABLE "a]b" (x INTEGER);
        CREATE TABLE "we ird.na#me ""q"" %s {x} :y" ("c]x" INTEGER, " lead" INTEGER, "ok #1" REAL,
          "x""y" TEXT, "2020" INTEGER, "day\u3000" DATE, "n'est" TEXT, "amount {0} %" REAL);
        INSERT INTO "we ird.na#me ""q"" %s {x} :y" VALUES (1, 2, 3, 'a', 5, '2024-01-01', 'u', 1),
          (1, 2, 3, 'b', 5, '2024-05-01', 'v', 2), (1, 2, 3, 'b', 5, '2024-09-01', 'u', 3),
          (1, 2, 3, 'a', 5, '2024-09-01', 'v', 4);""",
    "no_words": """
        CREATE TABLE "$$$" ("%%" REAL, "&&" DATE, "@" TEXT);
        INSERT INTO "$$$" VALUES (1, '2025-01-01', 'a'), (2, '2025-04-01', 'b'),
          (3, '2025-04-01', 'b'), (3, '2025-04-01', 'a');""",
    "odd_days": """
        CREATE TABLE visits (shop TEXT, day DATE);
        INSERT INTO visits VALUES ('a', '0001-01-01'), ('a', '9999-12-31'), ('b', 'soon'),
          ('b', '');""",
    "views": """
        CREATE TABLE shops (shop_id INTEGER, name TEXT);
        INSERT INTO shops VALUES (1, 'a'), (2, 'b');
        CREATE VIEW big AS SELECT * FROM shops; CREATE VIEW broken AS SELECT * FROM gone;""",
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tables", HOSTILE.values(), ids=HOSTILE)
def test_any_names_give_files_that_read(guessed: Guessed, tables: str, language: str) -> None:
    guessed(tables, language)


def test_tables_that_cannot_be_written_are_named(guessed: Guessed) -> None:
    found = guessed(HOSTILE["punctuation"])
    assert found.files["data.scorecard"].endswith("# Tables that are not here: a]b.\n")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("OrderDate", ("order", "date")),
        ("order_date", ("order", "date")),
        ("Order Date", ("order", "date")),
        ("HTTPCode2", ("http", "code", "2")),
        ("销售Date", ("销售", "date")),
        ("$%", ()),
    ],
)
def test_words_of_a_name(name: str, parts: tuple[str, ...]) -> None:
    assert w.words(name) == parts


@pytest.mark.parametrize(
    ("table", "thing"),
    [
        ("categories", "category"),
        ("DimCustomer", "customer"),
        ("order_details", "order_detail"),
        ("addresses", "address"),
        ("status", "status"),
        ("gas", "gas"),
        ("员工信息表", "员工"),
        ("表", "表"),
        ("!", "rows"),
    ],
)
def test_what_a_row_is(table: str, thing: str) -> None:
    assert "_".join(w.thing(table)) == thing


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        (date(2024, 1, 1), date(2025, 12, 31), "2025Q4"),
        (date(2024, 1, 1), date(2025, 12, 30), "2025Q3"),
        (date(2025, 9, 10), date(2025, 12, 30), "2025-11"),
        (date(2025, 12, 10), date(2025, 12, 30), "2025-12"),
    ],
)
def test_the_last_period_that_is_over(first: date, last: date, period: str) -> None:
    assert last_period((first, last)).name == period
