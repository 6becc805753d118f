"""Every function of rows against plain Python over the same rows, on DuckDB and SQLite.

The data are awkward: missing values and keys, duplicates, negatives, ties, an entity without rows.
"""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from connectors import connect
from engine import Workspace, load, score
from grammar import Refused
from tests.support.small_workspaces import LATER, shown

Row = dict[str, Any]
Value = float | str
STORES = ("A", "B", "C", "D")  # D has no rows at all

DATA = """
entity store
  table stores
  key id
entity customer
data sales
  table sales
  date day
  link store by store_id
  link customer by customer_id
  group ticket by till, number of store, customer
data stock
  table stock
  date day
  link store by store_id
"""


def rows_of(seed: int) -> list[Row]:
    random = Random(seed)
    found = []
    for _ in range(160):
        month = random.choice((1, 2, 3, 4, 4, 5, 5, 6, 6))
        found.append(
            {
                "store_id": random.choice(("A", "A", "B", "C", None)),
                "customer_id": random.choice((None, *range(1, 13))),
                "day": date(2025, month, random.randint(1, 28)),
                "amount": random.choice((None, -5, 0, 10, 10, random.randint(1, 500) / 4)),
                "weight": random.choice((None, 0, 1, 2, 5)),
                "till": random.choice((None, 1, 2)),
                "number": random.randint(1, 4),
                "kind": random.choice(("x", "y", None)),
            }
        )
    return found


def stock_of(seed: int) -> list[Row]:
    """One row a store, product and day, for some days only."""
    random = Random(seed)
    keys = {(random.choice("AB"), random.choice("pqr"), random.randint(1, 28)) for _ in range(40)}
    return [
        {"store_id": s, "product": p, "day": date(2025, 5, d), "held": random.choice((None, 1, 7))}
        for s, p, d in sorted(keys)
    ]


# ── the formulas, and what they mean ─────────────────────────────────────────────────────────────

Now = list[Row]
Plain = Callable[[Now, Now, Now], Value]  # rows of the quarter, of the one before, of all before


def present(rows: Now, name: str = "amount") -> list[float]:
    return [row[name] for row in rows if row[name] is not None]


def needs(function: Callable[[list[float]], float], name: str = "amount") -> Plain:
    def plain(now: Now, _before: Now, _past: Now) -> Value:
        values = present(now, name)
        return function(values) if values else "no_values" if now else "no_rows"

    return plain


def percentile(share: Fraction) -> Callable[[list[float]], float]:
    def plain(values: list[float]) -> float:
        ordered = sorted(values)
        place = share * (len(ordered) - 1)
        low = math.floor(place)
        high = math.ceil(place)
        return ordered[low] + (ordered[high] - ordered[low]) * float(place - low)

    return plain


def deviation(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((each - mean) ** 2 for each in values) / len(values))


def weighted(now: Now, _before: Now, _past: Now) -> Value:
    pairs = [(r["amount"], r["weight"]) for r in now if None not in (r["amount"], r["weight"])]
    if not pairs:
        return "no_values" if now else "no_rows"
    whole = sum(w for _, w in pairs)
    return sum(x * w for x, w in pairs) / whole if whole else "zero_denominator"


def of_day(pick: Callable[..., date], make: Callable[[list[float]], float]) -> Plain:
    def plain(now: Now, _before: Now, _past: Now) -> Value:
        with_value = [row for row in now if row["amount"] is not None]
        if not with_value:
            return "no_values" if now else "no_rows"
        day = pick(row["day"] for row in with_value)
        return make([row["amount"] for row in with_value if row["day"] == day])

    return plain


def groups(now: Now, *names: str) -> dict[Any, Now]:
    found: dict[Any, Now] = defaultdict(list)
    for row in now:
        key = tuple(row[name] for name in names)
        if None not in key:
            found[key].append(row)
    return found


def per_customer(make: Callable[[list[float]], float], kind: str | None = None) -> Plain:
    def plain(now: Now, _before: Now, _past: Now) -> Value:
        counted = [row for row in now if kind is None or row["kind"] == kind]
        found = groups(counted, "customer_id")
        sums = [sum(v) for g in found.values() if (v := present(g))]
        if sums:
            return make(sums)
        return "no_values" if counted else "no_rows"

    return plain


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def top_fifth(sums: list[float]) -> float:
    best = sorted(sums, reverse=True)[: math.ceil(len(sums) / 5)]
    return sum(best) / sum(sums)


def having(test: Callable[[Now], bool], *names: str) -> Plain:
    def plain(now: Now, _before: Now, _past: Now) -> Value:
        found = groups(now, *names)
        if now and not found:
            return "no_values"
        return sum(map(test, found.values()))

    return plain


def buyers(rows: Now) -> set[Any]:
    return {row["customer_id"] for row in rows} - {None}


def sets(make: Callable[[set[Any], set[Any], set[Any]], set[Any]]) -> Plain:
    def plain(now: Now, before: Now, past: Now) -> Value:
        return len(make(buyers(now), buyers(before), buyers(past)))

    return plain


FORMULAS: dict[str, tuple[str, Plain]] = {
    "median": ("median(sales.amount)", needs(percentile(Fraction(1, 2)))),
    "p90": ("percentile(sales.amount, 90%)", needs(percentile(Fraction(9, 10)))),
    "p37": ("percentile(sales.amount, 37.5%)", needs(percentile(Fraction(3, 8)))),
    "least": ("percentile(sales.amount, 0%)", needs(min)),
    "most": ("percentile(sales.amount, 100%)", needs(max)),
    "spread": ("deviation(sales.amount)", needs(deviation)),
    "weighted": ("average(sales.amount weighted by sales.weight)", weighted),
    "opening": ("first(sum(sales.amount))", of_day(min, sum)),
    "closing": ("last(sum(sales.amount))", of_day(max, sum)),
    "closing_least": ("last(min(sales.amount))", of_day(max, min)),
    "closing_mean": ("last(average(sales.amount))", of_day(max, mean)),
    "spend": ("average(sum(sales.amount) per customer)", per_customer(mean)),
    "spend_x": (
        'average(sum(sales.amount where kind = "x") per customer)',
        per_customer(mean, "x"),
    ),
    "typical": (
        "median(sum(sales.amount) per customer)",
        per_customer(percentile(Fraction(1, 2))),
    ),
    "loyal": (
        "unique(sales.customer having unique(ticket) >= 2)",
        having(lambda g: len(groups(g, "till", "number")) >= 2, "customer_id"),
    ),
    "large": (
        "unique(sales.customer having sum(amount) >= 100 and count(sales) > 1)",
        having(lambda g: sum(present(g)) >= 100 and bool(present(g)) and len(g) > 1, "customer_id"),
    ),
    "mixed": (
        "unique(sales.customer having unique(ticket) >= 2 and sum(amount) > 50)",
        having(
            lambda g: len(groups(g, "till", "number")) >= 2 and sum(present(g)) > 50,
            "customer_id",
        ),
    ),
    "tickets": ("unique(ticket)", having(bool, "till", "number")),
    "top": ("top_share(20%, sum(sales.amount) per customer)", per_customer(top_fifth)),
    "kept": ("retained(sales.customer)", sets(lambda n, b, p: n & b)),
    "lost": ("lost(sales.customer)", sets(lambda n, b, p: b - n)),
    "new": ("new(sales.customer)", sets(lambda n, b, p: n - p)),
    "returned": ("returned(sales.customer)", sets(lambda n, b, p: (n - b) & p)),
}


UNITS = {"top": "percent"}


def workspace(folder: Path) -> Workspace:
    kpis = [
        f"kpi {name}_kpi\n  formula {formula}\n  unit {UNITS.get(name, 'units')}\n"
        for name, (formula, _) in FORMULAS.items()
    ]
    more = {
        "held": "sum(last(stock.held) per product)",
        "first_time": "new(sales.customer anywhere)",
        "back": "returned(sales.customer anywhere)",
    }
    kpis += [
        f"kpi {name}_kpi\n  formula {formula}\n  unit units\n" for name, formula in more.items()
    ]
    names = [*FORMULAS, *more]
    measures = [f"measure {name}_kpi as {name}\n  report only\n" for name in names]
    card = "scorecard card\n  for store\n  every quarter\n"
    (folder / "card.scorecard").write_text(DATA + "\n".join([*kpis, card, *measures]))
    return load(folder)


@pytest.fixture(params=["duckdb", "sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def filled(folder: Path, engine: str, sales: list[Row], stock: list[Row]) -> str:
    """A database with the rows; its address."""
    tables = {
        "stores": [{"id": each} for each in STORES],
        "sales": sales,
        "stock": stock,
    }
    types = {"amount": "DOUBLE", "weight": "INTEGER", "held": "DOUBLE", "day": "DATE"}
    types |= {"customer_id": "INTEGER", "till": "INTEGER", "number": "INTEGER"}
    path = folder / f"data.{engine}"

    def fill(run: Callable[..., Any]) -> None:
        for table, rows in tables.items():
            columns = ", ".join(f"{n} {types.get(n, 'VARCHAR')}" for n in rows[0])
            run(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" * len(rows[0]))
            for row in rows:
                values = [v.isoformat() if isinstance(v, date) else v for v in row.values()]
                run(f"INSERT INTO {table} VALUES ({marks})", values)

    if engine == "sqlite":
        with closing(sqlite3.connect(path)) as connection:
            fill(connection.execute)
            connection.commit()
    else:
        with duckdb.connect(str(path)) as connection:
            fill(connection.execute)
    return f"{engine}:///{path}"


def expected(plain: Plain, sales: list[Row]) -> dict[str, Value]:
    def of(store: str, first: date, end: date) -> Now:
        return [r for r in sales if r["store_id"] == store and first <= r["day"] < end]

    quarter, before = date(2025, 4, 1), date(2025, 1, 1)
    return {
        store: plain(
            of(store, quarter, date(2025, 7, 1)),
            of(store, before, quarter),
            of(store, date.min, quarter),
        )
        for store in STORES
    }


def alike(found: Any, wanted: Value) -> bool:
    if isinstance(found, str) or isinstance(wanted, str):
        return bool(found == wanted)
    return found == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_as_in_plain_python(engine: str, seed: int, tmp_path: Path) -> None:
    sales, stock = rows_of(seed), stock_of(seed)
    made = workspace(tmp_path)
    assert made.diagnostics == ()
    with closing(connect(filled(tmp_path, engine, sales, stock), folder=tmp_path)) as source:
        sheet = score(made, "card", "2025Q2", source, LATER)
    for name, (formula, plain) in FORMULAS.items():
        found, wanted = shown(sheet, name), expected(plain, sales)
        for store in STORES:
            assert alike(found[store], wanted[store]), (formula, store, found, wanted)
    assert shown(sheet, "held") == held(stock)
    first = {s: anywhere(sales, s, returned=False) for s in STORES}
    assert shown(sheet, "first_time") == first
    assert shown(sheet, "back") == {s: anywhere(sales, s, returned=True) for s in STORES}


def held(stock: list[Row]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for store in STORES:
        rows = [row for row in stock if row["store_id"] == store]
        last: dict[str, Row] = {}
        for row in sorted(rows, key=lambda each: each["day"]):
            if row["held"] is not None:
                last[row["product"]] = row
        found[store] = (
            sum(row["held"] for row in last.values()) if last or not rows else "no_values"
        )
    return found


def anywhere(sales: list[Row], store: str, *, returned: bool) -> int:
    """What a customer did before is looked for in all rows, whoever they belong to."""

    def within(first: date, end: date, own: bool) -> set[Any]:
        chosen = [r for r in sales if first <= r["day"] < end]
        return buyers([r for r in chosen if not own or r["store_id"] == store])

    start, year = date(2025, 4, 1), date(2025, 1, 1)
    now = within(start, date(2025, 7, 1), own=True)
    if returned:
        return len((now - within(year, start, own=False)) & within(date.min, year, own=False))
    return len(now - within(date.min, start, own=False))


def test_counted_and_skipped(tmp_path: Path) -> None:
    """Of groups, the rows are those that they were made of, and those without a key are skipped."""
    sales = rows_of(1)
    made = workspace(tmp_path)
    address = filled(tmp_path, "duckdb", sales, stock_of(1))
    with closing(connect(address, folder=tmp_path)) as source:
        sheet = score(made, "card", "2025Q2", source, LATER)
    from engine.documents import explanation_document
    from engine.explanation import explain

    explanation = explain(sheet, "A")
    assert explanation is not None
    nodes = {n["name"]: n for n in explanation_document(explanation)["tree"]["children"]}
    own = [r for r in sales if r["store_id"] == "A" and 4 <= r["day"].month <= 6]
    without = sum(row["customer_id"] is None for row in own)
    assert (nodes["spend"]["rows"], nodes["spend"]["skipped"]) == (len(own), without)
    valued = sum(row["amount"] is not None for row in own)
    assert (nodes["p90"]["rows"], nodes["p90"]["skipped"]) == (len(own), len(own) - valued)


def test_several_rows_on_the_day_are_refused(tmp_path: Path) -> None:
    """A stock list has a row for each product: which of them is the last value?"""
    formulas = ("last(stock.held)", "sum(last(stock.held) per product)")
    for formula, twice in zip(formulas, (False, True), strict=True):
        folder = tmp_path / str(twice)
        folder.mkdir()
        kpi = f"kpi held\n  formula {formula}\n  unit units\n"
        card = "scorecard card\n  for store\n  every quarter\nmeasure held\n  report only\n"
        (folder / "card.scorecard").write_text(DATA + kpi + card)
        stock = [
            {"store_id": "A", "product": product, "day": date(2025, 5, 3), "held": 2}
            for product in (("p", "p") if twice else ("p", "q"))
        ]
        address = filled(folder, "duckdb", rows_of(0), stock)
        with (
            closing(connect(address, folder=folder)) as source,
            pytest.raises(Refused) as caught,
        ):
            score(load(folder), "card", "2025Q2", source, LATER)
        assert [each.code for each in caught.value.diagnostics] == ["K0335"]


def test_a_key_behind_the_numbers_of_a_group_is_unique(tmp_path: Path) -> None:
    """Two rows of one customer would count each of its sales twice."""
    data = DATA.replace("entity customer\n", "entity customer\n  table customers\n  key id\n")
    kpi = "kpi spend\n  formula average(sum(sales.customer.size) per till)\n  unit units\n"
    card = "scorecard card\n  for store\n  every quarter\nmeasure spend\n  report only\n"
    (tmp_path / "card.scorecard").write_text(data + kpi + card)
    address = filled(tmp_path, "duckdb", rows_of(0), stock_of(0))
    with duckdb.connect(address.removeprefix("duckdb:///")) as database:
        database.execute(
            "CREATE TABLE customers AS SELECT 1 AS id, 5 AS size UNION ALL SELECT 1, 7"
        )
    with closing(connect(address, folder=tmp_path)) as source, pytest.raises(Refused) as caught:
        score(load(tmp_path), "card", "2025Q2", source, LATER)
    assert [each.code for each in caught.value.diagnostics] == ["K0904"]
