"""The example's three scorecards, written out once more, each in the order of its file.

Percents are fractions. A comment before a card or a curve cites the facts it follows.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from tests.support import plain_kpis as kpi
from tests.support.plain_rows import Entity, Quarter
from tests.support.plain_scores import (
    Card,
    Curve,
    Measure,
    Missing,
    Target,
    linear,
    steps_from,
    steps_upto,
)

# grade A from 95, grade B from 80, grade C otherwise: the same in all three
GRADES = (("A", Fraction(95)), ("B", Fraction(80)), ("C", None))


def percent(x: float) -> Fraction:
    return Fraction(str(x)) / 100


# ── targets ─────────────────────────────────────────────────────────────────────────────────────


def fixed(x: Fraction) -> Target:
    return lambda _entity, _quarter: x


def plan(code: str) -> Target:
    """`target from plan`: the row of the KPI, the store and the quarter."""

    def target(store: Entity, quarter: Quarter) -> Fraction:
        rows = store.tables.where("kpi_targets", "store_id", store.key)
        values = [
            Fraction(row["target_value"])
            for row in rows
            if row["kpi_code"] == code and row["starts_on"] in quarter.whole
        ]
        if not values:
            raise Missing("no_target")
        return values[0]

    return target


def by_format(otherwise: Fraction, **formats: Fraction) -> Target:
    """`target OTHERWISE`, then `target X where format = "F"` for each."""
    return lambda store, _quarter: formats.get(store.attributes["format"], otherwise)


def more_in_the_east(elsewhere: Fraction, east: Fraction) -> Target:
    """`target ELSEWHERE`, then `target EAST where region = "East" from 2025Q3`."""

    def target(store: Entity, quarter: Quarter) -> Fraction:
        decided = quarter.whole.start >= date(2025, 7, 1)
        return east if decided and store.attributes["region"] == "East" else elsewhere

    return target


def five_percent_above_last_year(store: Entity, quarter: Quarter) -> Fraction:
    """`target 105% * gross_profit for same period last year`"""
    return percent(105) * kpi.gross_profit_in(store, quarter.whole_last_year)


def clerk_sales_target(clerk: Entity, _quarter: Quarter) -> Fraction:
    """clerk.scorecard: five lines, of which the last that holds decides."""
    assert clerk.store is not None
    senior = clerk.attributes["role"] == "senior clerk"
    if clerk.store.attributes["format"] == "flagship":
        return Fraction(45_000 if senior else 30_000)
    if clerk.store.attributes["format"] == "kiosk":
        return Fraction(5_000)
    return Fraction(22_000 if senior else 14_000)


# ── curves ──────────────────────────────────────────────────────────────────────────────────────


def of_target(*points: tuple[int, int]) -> Curve:
    """`at P% of target score S` each."""
    return lambda x, target: linear(x, [(percent(p) * target, Fraction(s)) for p, s in points])


def around_target(low: tuple[float, int], middle: tuple[float, int], high: float) -> Curve:
    """`at LOW score S`, `at MIDDLE score S`, `at target score 100`, `at HIGH score 120`."""

    def curve(x: Fraction, target: Fraction) -> Fraction:
        before = [(percent(at), Fraction(score)) for at, score in (low, middle)]
        return linear(x, [*before, (target, Fraction(100)), (percent(high), Fraction(120))])

    return curve


def members_curve(x: Fraction, target: Fraction) -> Fraction:
    """at 10% score 0, at 80% of target score 60, at target score 100, at 55% score 120"""
    places = (percent(10), percent(80) * target, target, percent(55))
    return linear(x, list(zip(places, map(Fraction, (0, 60, 100, 120)), strict=True)))


def satisfaction_curve(x: Fraction, target: Fraction) -> Fraction:
    """otherwise score 0, from 3.5 score 60, from 4.0 score 80, from target score 100, from 4.6 …"""
    places = (Fraction("3.5"), Fraction(4), target, Fraction("4.6"))
    return steps_from(x, 0, list(zip(places, (60, 80, 100, 120), strict=True)))


def pieces_curve(x: Fraction, target: Fraction) -> Fraction:
    """otherwise score 40, from 6 score 60, from 7 score 80, from target score 100, from 9 …"""
    places = (Fraction(6), Fraction(7), target, Fraction(9))
    return steps_from(x, 40, list(zip(places, (60, 80, 100, 120), strict=True)))


def complaints_curve(x: Fraction, target: Fraction) -> Fraction:
    """upto 0 score 120, upto target score 100, upto 8 score 60, otherwise score 0"""
    places = (Fraction(0), target, Fraction(8))
    return steps_upto(x, 0, list(zip(places, (120, 100, 60), strict=True)))


# ── measures that two cards have ────────────────────────────────────────────────────────────────


def margin(group: str, weight: int, target: Target, at_store: bool) -> Measure:
    curve = around_target((25, 0), (29, 60), 36)
    return Measure(
        "gross_margin", group, percent(weight), kpi.gross_margin, target, curve, at_store=at_store
    )


def satisfaction(group: str, weight: int, at_store: bool, when_missing: int | None) -> Measure:
    return Measure(
        "satisfaction",
        group,
        percent(weight),
        kpi.satisfaction,
        fixed(Fraction("4.2")),
        satisfaction_curve,
        needs=kpi.twenty_answers,
        when_missing=when_missing,
        at_store=at_store,
    )


def first_response(group: str, weight: int, at_store: bool) -> Measure:
    target = fixed(Fraction(6))
    return Measure(
        "first_response",
        group,
        percent(weight),
        kpi.first_response,
        target,
        "inverse",
        at_store=at_store,
    )


# ── store_quarterly.scorecard ───────────────────────────────────────────────────────────────────


def compared(*rows: tuple[float, ...]) -> list[Fraction]:
    """The principal eigenvector of a matrix of judgements (Saaty 1977), its sum 1."""
    values, vectors = np.linalg.eig(np.array(rows))
    principal = np.abs(vectors[:, np.argmax(values.real)].real)
    return [Fraction(float(weight)) for weight in principal / principal.sum()]


# prefer financial over customer slightly, financial over service moderately, customer over service
# slightly: 2, 3 and 2 in words
FINANCIAL, CUSTOMER, SERVICE = compared((1, 2, 3), (1 / 2, 1, 2), (1 / 3, 1 / 2, 1))

STORE_QUARTERLY = Card(
    name="store_quarterly",
    entity="store",
    perspectives={"financial": FINANCIAL, "customer": CUSTOMER, "service": SERVICE},
    measures=(
        Measure(
            "net_sales",
            "financial",
            percent(40),
            kpi.net_sales,
            plan("net_sales"),
            of_target((60, 0), (80, 60), (100, 100), (120, 120)),
        ),
        Measure(
            "gross_profit",
            "financial",
            percent(20),
            kpi.gross_profit,
            five_percent_above_last_year,
            "direct",
        ),
        Measure(
            "sales_growth",
            "financial",
            percent(25),
            kpi.sales_growth,
            more_in_the_east(percent(5), percent(7)),
            around_target((-15, 0), (0, 60), 15),
        ),
        margin("financial", 15, by_format(percent(31.5), outlet=percent(30)), at_store=False),
        Measure(
            "retention",
            "customer",
            percent(40),
            kpi.retention,
            by_format(percent(36), flagship=percent(58)),
            "direct",
        ),
        satisfaction("customer", 35, at_store=False, when_missing=60),
        Measure(
            "new_customers",
            "customer",
            percent(25),
            kpi.new_customers,
            plan("new_customers"),
            "direct",
        ),
        first_response("service", 60, at_store=False),
        Measure(
            "upheld_complaints",
            "service",
            percent(40),
            kpi.upheld_complaints,
            by_format(Fraction(3), flagship=Fraction(6)),
            complaints_curve,
        ),
    ),
    # assign format "flagship", "community", "outlet"
    claims=lambda store: store.attributes["format"] in ("flagship", "community", "outlet"),
    # rank within region, break ties by net_sales
    group=lambda store: str(store.attributes["region"]),
    ties="net_sales",
    # ranked when coverage >= 80%, no total when coverage < 50%
    ranked=lambda coverage, _days: coverage >= percent(80),
    not_ranked="coverage_below",
    no_total=lambda coverage: coverage < percent(50),
    grades=GRADES,
)


# ── clerk.scorecard ─────────────────────────────────────────────────────────────────────────────


def region_of_store(employee: Entity) -> str:
    assert employee.store is not None
    return str(employee.store.attributes["region"])


CLERK = Card(
    name="clerk",
    entity="employee",
    perspectives={"selling": percent(60), "customer": percent(40)},
    measures=(
        Measure(
            "net_sales",
            "selling",
            percent(50),
            kpi.net_sales,
            clerk_sales_target,
            of_target((50, 0), (80, 60), (100, 100), (130, 120)),
        ),
        Measure(
            "average_basket",
            "selling",
            percent(20),
            kpi.average_basket,
            fixed(Fraction(620)),
            "direct",
            needs=kpi.ten_baskets,
        ),
        Measure(
            "pieces_per_basket",
            "selling",
            percent(15),
            kpi.pieces_per_basket,
            fixed(Fraction("7.5")),
            pieces_curve,
            needs=kpi.ten_baskets,
        ),
        Measure(
            "return_rate",
            "selling",
            percent(15),
            kpi.return_rate,
            fixed(percent(4)),
            "mirrored",
            needs=kpi.twenty_baskets,
        ),
        Measure(
            "member_share",
            "customer",
            percent(40),
            kpi.member_share,
            fixed(percent(36)),
            members_curve,
            needs=kpi.ten_baskets,
        ),
        satisfaction("customer", 35, at_store=True, when_missing=None),
        first_response("customer", 25, at_store=True),
    ),
    # assign role "clerk", "senior clerk"
    claims=lambda employee: employee.attributes["role"] in ("clerk", "senior clerk"),
    # rank within store.region, break ties by net_sales
    group=region_of_store,
    ties="net_sales",
    # ranked when coverage >= 70% and days_active >= 45, no total when coverage < 40%
    ranked=lambda coverage, days: coverage >= percent(70) and days >= 45,
    not_ranked="condition_not_met",
    no_total=lambda coverage: coverage < percent(40),
    grades=GRADES,
)


# ── store_manager.scorecard ─────────────────────────────────────────────────────────────────────

STORE_MANAGER = Card(
    name="store_manager",
    entity="employee",
    perspectives={"results": percent(65), "customer": percent(35)},
    measures=(
        Measure(
            "store_sales",
            "results",
            percent(50),
            kpi.net_sales,
            plan("net_sales"),
            of_target((60, 0), (80, 60), (100, 100), (120, 120)),
            at_store=True,
        ),
        Measure(
            "sales_growth_yearly",
            "results",
            percent(30),
            kpi.sales_growth_yearly,
            more_in_the_east(percent(4), percent(6)),
            around_target((-20, 0), (0, 70), 20),
            when_missing=60,
            at_store=True,
        ),
        margin("results", 20, fixed(percent(31.5)), at_store=True),
        Measure(
            "retention",
            "customer",
            percent(40),
            kpi.retention,
            by_format(percent(36), kiosk=percent(16), flagship=percent(58)),
            "direct",
            at_store=True,
        ),
        satisfaction("customer", 40, at_store=True, when_missing=None),
        Measure(
            "upheld_complaints",
            "customer",
            percent(20),
            kpi.upheld_complaints,
            by_format(Fraction(3), flagship=Fraction(6)),
            "mirrored",
            at_store=True,
        ),
        # net_sales as own_sales, report only
        Measure("own_sales", "", None, kpi.net_sales, None, None),
    ),
    # assign role "store manager"
    claims=lambda employee: employee.attributes["role"] == "store manager",
    # rank within store.region, break ties by store_sales
    group=region_of_store,
    ties="store_sales",
    # ranked when coverage >= 80% and days_active >= 60, no total when coverage < 50%
    ranked=lambda coverage, days: coverage >= percent(80) and days >= 60,
    not_ranked="condition_not_met",
    no_total=lambda coverage: coverage < percent(50),
    grades=GRADES,
)

CARDS = {card.name: card for card in (STORE_QUARTERLY, CLERK, STORE_MANAGER)}
