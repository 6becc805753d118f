"""The example's KPIs, as a loop over raw rows each.

The docstring of a KPI is its formula in scorecards/kpis.scorecard, that of a condition what stands
there after `needs`; tests/test_example_recomputed.py holds them equal.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.support.plain_rows import Entity, Quarter, Row, Window
from tests.support.plain_scores import Missing, rounded, share, snap

# ── rows (data.scorecard) ───────────────────────────────────────────────────────────────────────


def sales(entity: Entity, when: Window) -> list[Row]:
    """Without till tests: `only where is_test <> yes`, and a missing flag is not yes."""
    rows = entity.data("sales", "sold_at", when)
    return [row for row in rows if row["is_test"] is not True]


def sold(entity: Entity, when: Window) -> list[Row]:
    """`where is_return = no`: a row without the flag is neither sold nor returned."""
    return [row for row in sales(entity, when) if row["is_return"] is False]


def returned(entity: Entity, when: Window) -> list[Row]:
    return [row for row in sales(entity, when) if row["is_return"] is True]


def surveys(entity: Entity, when: Window) -> list[Row]:
    return entity.data("surveys", "answered_on", when)


def tickets(entity: Entity, when: Window) -> list[Row]:
    return entity.data("service_requests", "opened_at", when)


def total(column: str, rows: list[Row]) -> Fraction:
    return Fraction(sum((Decimal(row[column]) for row in rows), Decimal()))


def distinct(column: str, rows: list[Row]) -> set[Any]:
    return {row[column] for row in rows} - {None}


def average(rows: list[Row], values: list[Fraction]) -> Fraction:
    """The mean of those values that are there; the sum of floats is rounded to 6 decimals."""
    if not values:
        raise Missing("no_values" if rows else "no_rows")
    return rounded(sum(values, Fraction(0)), 6) / len(values)


# ── KPIs (kpis.scorecard) ───────────────────────────────────────────────────────────────────────


def net_sales_in(entity: Entity, when: Window) -> Fraction:
    return snap(total("amount", sold(entity, when)) - total("amount", returned(entity, when)))


def net_sales(entity: Entity, quarter: Quarter) -> Fraction:
    """sum(sales.amount where is_return = no) - sum(sales.amount where is_return = yes)"""
    return net_sales_in(entity, quarter.own)


def gross_profit_in(entity: Entity, when: Window) -> Fraction:
    cost = total("cost", sold(entity, when)) - total("cost", returned(entity, when))
    return snap(net_sales_in(entity, when) - cost)


def gross_profit(entity: Entity, quarter: Quarter) -> Fraction:
    """net_sales - (sum(sales.cost where is_return = no) - sum(sales.cost where is_return = yes))"""
    return gross_profit_in(entity, quarter.own)


def gross_margin(entity: Entity, quarter: Quarter) -> Fraction:
    """gross_profit / net_sales"""
    return share(gross_profit(entity, quarter), net_sales(entity, quarter))


def growth(entity: Entity, now: Window, base: Window) -> Fraction:
    before = net_sales_in(entity, base)
    if not entity.active.covers(base):
        raise Missing("partial_base")
    if not before:
        raise Missing("zero_base")
    return (net_sales_in(entity, now) - before) / abs(before)


def sales_growth(entity: Entity, quarter: Quarter) -> Fraction:
    """growth(net_sales)"""
    return growth(entity, quarter.own, quarter.previous)


def sales_growth_yearly(entity: Entity, quarter: Quarter) -> Fraction:
    """growth(net_sales over same period last year)"""
    return growth(entity, quarter.own, quarter.last_year)


def baskets(entity: Entity, quarter: Quarter) -> Fraction:
    """unique(sales.ticket where is_return = no)"""
    return Fraction(len(distinct("ticket", sold(entity, quarter.own))))


def average_basket(entity: Entity, quarter: Quarter) -> Fraction:
    """sum(sales.amount where is_return = no) / baskets"""
    return share(total("amount", sold(entity, quarter.own)), baskets(entity, quarter))


def pieces_per_basket(entity: Entity, quarter: Quarter) -> Fraction:
    """sum(sales.quantity where is_return = no) / baskets"""
    return share(total("quantity", sold(entity, quarter.own)), baskets(entity, quarter))


def ten_baskets(entity: Entity, quarter: Quarter) -> bool:
    """baskets >= 10"""
    return baskets(entity, quarter) >= 10


def return_rate(entity: Entity, quarter: Quarter) -> Fraction:
    """sum(sales.amount where is_return = yes) / sum(sales.amount where is_return = no)"""
    back, out = (total("amount", each(entity, quarter.own)) for each in (returned, sold))
    return share(back, out)


def twenty_baskets(entity: Entity, quarter: Quarter) -> bool:
    """baskets >= 20"""
    return baskets(entity, quarter) >= 20


def retention(entity: Entity, quarter: Quarter) -> Fraction:
    """retained(sales.customer where is_return = no)
    / (unique(sales.customer where is_return = no) for previous period)
    """
    before = distinct("customer_id", sold(entity, quarter.previous))
    now = distinct("customer_id", sold(entity, quarter.own))
    return share(Fraction(len(before & now)), Fraction(len(before)))


def new_customers(entity: Entity, quarter: Quarter) -> Fraction:
    """unique(sales.customer where customer.first_seen_on in period and is_return = no)"""
    buyers = distinct("customer_id", sold(entity, quarter.own))
    records = [
        row for key in buyers for row in entity.tables.where("customers", "customer_id", key)
    ]
    return Fraction(sum(record["first_seen_on"] in quarter.own for record in records))


def member_share(entity: Entity, quarter: Quarter) -> Fraction:
    """sum(sales.amount where customer.is_member = yes and is_return = no)
    / sum(sales.amount where is_return = no)
    """
    rows, customers = sold(entity, quarter.own), entity.tables
    members = [
        row
        for row in rows
        for record in customers.where("customers", "customer_id", row["customer_id"])
        if record["is_member"] is True
    ]
    return share(total("amount", members), total("amount", rows))


def satisfaction(entity: Entity, quarter: Quarter) -> Fraction:
    """average(surveys.satisfaction)"""
    rows = surveys(entity, quarter.own)
    return average(
        rows, [Fraction(r["satisfaction"]) for r in rows if r["satisfaction"] is not None]
    )


def twenty_answers(entity: Entity, quarter: Quarter) -> bool:
    """count(surveys) >= 20"""
    return len(surveys(entity, quarter.own)) >= 20


def first_response(entity: Entity, quarter: Quarter) -> Fraction:
    """average(hours(tickets.opened_at, tickets.first_response_at))"""
    rows = tickets(entity, quarter.own)
    waits = [r["first_response_at"] - r["opened_at"] for r in rows if r["first_response_at"]]
    return average(
        rows, [Fraction(wait / timedelta(microseconds=1)) / 3_600_000_000 for wait in waits]
    )


def upheld_complaints(entity: Entity, quarter: Quarter) -> Fraction:
    """count(tickets where is_complaint = yes and upheld = yes)"""
    rows = tickets(entity, quarter.own)
    return Fraction(sum(row["is_complaint"] is True and row["upheld"] is True for row in rows))
