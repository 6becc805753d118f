"""The totals of the scoring cards, computed once more from the CSV files in plain Python."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from math import floor, nan
from pathlib import Path

import pytest

from api.session import Session
from engine import Sheet

Opened = Callable[[str, str], Session]
Row = dict[str, str]
Part = tuple[float, float | None]  # weight and score


def table(shared: Path, name: str) -> list[Row]:
    path = shared / "data" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def quarter(day: str) -> str:
    return f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}"


def ratio(a: float, b: float) -> float | None:
    return a / b if b else None


def between(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def linear(x: float, *points: tuple[float, float]) -> float:
    """Straight lines between the points, flat outside."""
    for (a, s), (b, t) in pairwise(points):
        if x < b:
            return s + (t - s) * max(x - a, 0) / (b - a)
    return points[-1][1]


def steps(x: float, otherwise: float, *points: tuple[float, float]) -> float:
    return next((s for least, s in reversed(points) if x >= least), otherwise)


def weighted(parts: Iterable[Part]) -> float | None:
    """The mean of what has a score; the weight of the rest goes to the others in proportion."""
    scored = [(weight, each) for weight, each in parts if each is not None]
    whole = sum(weight for weight, _ in scored)
    return sum(weight * each for weight, each in scored) / whole if scored else None


def rounded(total: float) -> float:
    return floor(total * 10 + 0.5) / 10


def assert_totals(sheet: Sheet, expected: Mapping[str, float]) -> None:
    """Total before and after rounding; its rank among the ranked of the group."""
    assert set(sheet.index) == set(expected)
    for key, place in sheet.index.items():
        assert sheet.unrounded[place] == pytest.approx(expected[key], rel=1e-9), key
        assert sheet.total[place] == rounded(expected[key])
        if sheet.not_ranked[place] == "":
            rivals = [
                other
                for other, i in sheet.index.items()
                if sheet.group[i] == sheet.group[place] and sheet.not_ranked[i] == ""
            ]
            better = sum(rounded(expected[o]) > rounded(expected[key]) for o in rivals)
            assert sheet.rank[place] == better + 1


# ── Northwind ───────────────────────────────────────────────────────────────────────────────────


def amounts(shared: Path) -> dict[str, float]:
    """The net amount of each order."""
    found: dict[str, float] = defaultdict(float)
    for line in table(shared, "northwind/csv/order_details"):
        gross = float(line["UnitPrice"]) * int(line["Quantity"])
        found[line["OrderID"]] += gross * (1 - float(line["Discount"]))
    return found


def representative(taken: Mapping[str, list[Row]], net: Mapping[str, float], uk: bool) -> float:
    """The total for 1997Q4 of someone's orders, by quarter."""

    def sales(period: str) -> float:
        return sum(net[order["OrderID"]] for order in taken.get(period, []))

    def customers(period: str) -> set[str]:
        return {order["CustomerID"] for order in taken.get(period, [])}

    orders, target = taken["1997Q4"], 12_000 if uk else 25_000
    growth = sales("1997Q4") / sales("1996Q4") - 1
    kept = len(customers("1997Q4") & customers("1997Q3")) / len(customers("1997Q3"))
    shipped = [order for order in orders if order["ShippedDate"]]
    late = sum(order["ShippedDate"] > order["RequiredDate"] for order in shipped)
    reached, buyers = sales("1997Q4") / target, len(customers("1997Q4"))
    punctual = between(100 * (2 - late / len(shipped) / 0.06), 0, 120)
    total = weighted(
        [
            (60 * 0.5, linear(reached, (0.5, 0.0), (0.8, 60.0), (1.0, 100.0), (1.5, 120.0))),
            (60 * 0.3, linear(growth, (-0.5, 0.0), (0.0, 60.0), (0.4, 100.0), (1.5, 120.0))),
            (60 * 0.2, between(100 * sales("1997Q4") / len(orders) / 1_500, 0, 120)),
            (25 * 0.6, steps(buyers, 0, (5, 60), (9.6, 80), (12, 100), (18, 120))),
            (25 * 0.4, between(100 * kept / 0.35, 0, 120)),
            (15, punctual if len(shipped) >= 6 else None),
        ]
    )
    assert total is not None
    return between(total, 0, 120)


def test_sales_representatives(shared: Path, opened: Opened) -> None:
    net = amounts(shared)
    taken: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for order in table(shared, "northwind/csv/orders"):
        taken[order["EmployeeID"]][quarter(order["OrderDate"])].append(order)
    titles = ("Sales Representative", "Inside Sales Coordinator")
    expected = {
        person["EmployeeID"]: representative(
            taken[person["EmployeeID"]], net, person["Country"] == "UK"
        )
        for person in table(shared, "northwind/csv/employees")
        if person["Title"] in titles
    }
    assert len(expected) == 7
    session = opened("northwind", "parquet")
    sheet = session.score("sales_representative", "1997Q4", date(1998, 12, 31))
    assert_totals(sheet, expected)
    assert sheet.grade[sheet.index["6"]] == "A"
    assert sheet.grade[sheet.index["4"]] == "B"
    assert sheet.grade[sheet.index["7"]] == "C"


def test_the_region_of_an_employee(shared: Path, opened: Opened) -> None:
    """A measure at the region: each employee's own order lines count once there."""
    net = amounts(shared)
    lies = {t["TerritoryID"]: t["RegionID"] for t in table(shared, "northwind/csv/territories")}
    held = table(shared, "northwind/csv/employee_territories")
    region = {each["EmployeeID"]: lies[each["TerritoryID"]] for each in held}
    sales: dict[str, float] = defaultdict(float)
    for order in table(shared, "northwind/csv/orders"):
        if quarter(order["OrderDate"]) == "1997Q4":
            sales[region[order["EmployeeID"]]] += net[order["OrderID"]]
    session = opened("northwind", "parquet")
    sheet = session.score("sales_representative", "1997Q4", date(1998, 12, 31))
    measures = {each.name: each for each in sheet.measures}
    for key, place in sheet.index.items():
        found = measures["region_sales"].value[place]
        assert found == pytest.approx(sales[region[key]], rel=1e-9)
        mine = sum(1 for each in held if each["EmployeeID"] == key)
        assert measures["territories_held"].value[place] == mine


def test_the_last_quarter_is_compared_as_far_as_it_goes(shared: Path, opened: Opened) -> None:
    """The data end on 1998-05-06: the quarter before counts for as many days, last year's up to
    the same day."""
    net, today = amounts(shared), date(1998, 5, 6)
    elapsed = today - date(1998, 4, 1)
    ranges = {
        "now": (date(1998, 4, 1), today),
        "before": (date(1998, 1, 1), date(1998, 1, 1) + elapsed),
        "last year": (date(1997, 4, 1), date(1997, 5, 6)),
    }
    sales: dict[tuple[str, str], float] = defaultdict(float)
    for order in table(shared, "northwind/csv/orders"):
        for name, (first, last) in ranges.items():
            if first <= date.fromisoformat(order["OrderDate"]) <= last:
                sales[order["EmployeeID"], name] += net[order["OrderID"]]
    assert elapsed == timedelta(days=35)
    session = opened("northwind", "parquet")
    sheet = session.score("employee_quarter", "1998Q2", today)
    assert sheet.plan.moment.running
    measures = {each.name: each for each in sheet.measures}
    for key, place in sheet.index.items():
        for measure, base in (("sales_growth", "before"), ("sales_growth_yearly", "last year")):
            growth = ratio(sales[key, "now"] - sales[key, base], sales[key, base])
            wanted = nan if growth is None else growth
            found = measures[measure].value[place]
            assert found == pytest.approx(wanted, rel=1e-9, nan_ok=True)


# ── CRM sales ───────────────────────────────────────────────────────────────────────────────────

Deals = list[Row]


def days(deal: Row) -> int:
    return (date.fromisoformat(deal["close_date"]) - date.fromisoformat(deal["engage_date"])).days


def value(deals: Deals) -> float:
    return sum(float(deal["close_value"]) for deal in deals)


def won(deals: Deals) -> Deals:
    return [deal for deal in deals if deal["deal_stage"] == "Won"]


def cycle(deals: Deals) -> float | None:
    return ratio(sum(days(deal) for deal in won(deals)), len(won(deals)))


def target_of(agent: Row) -> float:
    if agent["manager"] == "Melvin Marxen":
        return 110_000
    return 75_000 if agent["regional_office"] == "West" else 90_000


def agent_total(agent: Row, now: Deals, before: Deals, prices: Mapping[str, float]) -> float:
    """The total for 2017Q3, from the deals closed in it and in the quarter before."""
    priced = [deal for deal in won(now) if deal["product"] in prices]
    rate = ratio(len(won(now)), len(now))
    price = ratio(value(priced), sum(prices[deal["product"]] for deal in priced))
    length = cycle(now)
    earlier = {deal["account"] for deal in won(before)}
    kept = ratio(len(earlier & {deal["account"] for deal in won(now)}), len(earlier))
    reached = value(won(now)) / target_of(agent)
    total = weighted(
        [
            (40, linear(reached, (0.4, 0.0), (0.8, 60.0), (1.0, 100.0), (1.5, 120.0))),
            (25, None if rate is None else between(100 * rate / 0.63, 0, 120)),
            (15, None if price is None else steps(price, 40, (0.96, 80), (0.99, 100), (1.02, 120))),
            (10, None if length is None else between(100 * 48 / length, 0, 120)),
            (10, 60.0 if kept is None else between(100 * kept / 0.75, 0, 110)),
        ]
    )
    assert total is not None
    return between(total, 0, 120)


def deals_by(shared: Path, column: str) -> dict[tuple[str, str], Deals]:
    """Deals won or lost, by agent (or what the agent shows) and quarter."""
    teams = table(shared, "crm_sales/csv/sales_teams")
    shown = {agent["sales_agent"]: agent[column] for agent in teams}
    found: dict[tuple[str, str], Deals] = defaultdict(list)
    for deal in table(shared, "crm_sales/csv/sales_pipeline"):
        if deal["deal_stage"] in ("Won", "Lost"):
            found[shown[deal["sales_agent"]], quarter(deal["close_date"])].append(deal)
    return found


def test_sales_agents(shared: Path, opened: Opened) -> None:
    deals = deals_by(shared, "sales_agent")
    products = table(shared, "crm_sales/csv/products")
    prices = {each["product"]: float(each["sales_price"]) for each in products}
    agents = table(shared, "crm_sales/csv/sales_teams")
    expected = {}
    for agent in agents:
        name = agent["sales_agent"]
        expected[name] = agent_total(agent, deals[name, "2017Q3"], deals[name, "2017Q2"], prices)
    session = opened("crm_sales", "parquet")
    sheet = session.score("sales_agent", "2017Q3", date(2017, 12, 31))
    assert_totals(sheet, expected)
    silent = {agent["sales_agent"] for agent in agents if not deals[agent["sales_agent"], "2017Q3"]}
    assert silent == {key for key, place in sheet.index.items() if sheet.not_ranked[place]}
    assert len(silent) == 5
    # Of these only the revenue (0) and the accounts (60 where missing) have a score: 60 x 10 / 50.
    assert {float(sheet.total[sheet.index[key]]) for key in silent} == {12.0}


def test_sales_managers(shared: Path, opened: Opened) -> None:
    deals = deals_by(shared, "manager")
    managers = {each["manager"] for each in table(shared, "crm_sales/csv/sales_teams")}
    expected = {}
    for name in managers:
        now, before = deals[name, "2017Q3"], deals[name, "2017Q2"]
        growth, length = value(won(now)) / value(won(before)) - 1, cycle(now)
        assert length is not None
        parts = (
            linear(growth, (-0.3, 0.0), (-0.1, 60.0), (0.05, 100.0), (0.3, 120.0)),
            between(100 * len(won(now)) / len(now) / 0.63, 0, 120),
            between(100 * (2 - length / 48), 0, 120),
        )
        expected[name] = sum(parts) / 3
    session = opened("crm_sales", "parquet")
    sheet = session.score("sales_manager", "2017Q3", date(2017, 12, 31))
    assert_totals(sheet, expected)
