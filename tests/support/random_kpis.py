"""KPIs, targets and curves of the random workspaces: as text, and as plain functions over rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from tests.support.plain_rows import Entity, Quarter, Row, Window
from tests.support.plain_scores import (
    Curve,
    Kpi,
    Missing,
    Target,
    linear,
    share,
    snap,
    steps_from,
    steps_upto,
)

# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────


def deals(shop: Entity, when: Window, *back: bool | None) -> list[Row]:
    """Those whose flag is one of `back`."""
    return [row for row in shop.data("deals", "day", when) if row["back"] in back]


def amounts(rows: list[Row]) -> list[Fraction]:
    return [Fraction(row["amount"]) for row in rows if row["amount"] is not None]


def known(rows: list[Row]) -> set[str]:
    return {row["customer"] for row in rows} - {None}


def customers(rows: list[Row]) -> Fraction:
    """How many. Raises Missing where there are rows, but none says who."""
    if rows and not known(rows):
        raise Missing("no_values")
    return Fraction(len(known(rows)))


def present(rows: list[Row]) -> list[Fraction]:
    """The amounts. Raises Missing where no row has one."""
    if not amounts(rows):
        raise Missing("no_values" if rows else "no_rows")
    return amounts(rows)


def total(rows: list[Row]) -> Fraction:
    """Without rows it is 0; with rows that all lack the amount there is none."""
    return sum(present(rows), Fraction(0)) if rows else Fraction(0)


def sold_in(shop: Entity, when: Window) -> Fraction:
    return snap(total(deals(shop, when, False)))


def sold(shop: Entity, quarter: Quarter) -> Fraction:
    return sold_in(shop, quarter.own)


def growth(shop: Entity, quarter: Quarter) -> Fraction:
    if not shop.active.covers(quarter.previous):
        raise Missing("partial_base")
    now, before = sold(shop, quarter), sold_in(shop, quarter.previous)
    if not before:
        raise Missing("zero_base")
    return (now - before) / abs(before)


def mean(shop: Entity, quarter: Quarter) -> Fraction:
    values = present(deals(shop, quarter.own, True, False, None))
    return sum(values, Fraction(0)) / len(values)


def spread(shop: Entity, quarter: Quarter) -> Fraction:
    values = present(deals(shop, quarter.own, True, False, None))
    return max(values) - min(values)


def kept_deals(shop: Entity, quarter: Quarter) -> Fraction:
    return Fraction(len(deals(shop, quarter.own, False, None)))


def per_customer(shop: Entity, quarter: Quarter) -> Fraction:
    rows = deals(shop, quarter.own, True, False, None)
    return share(total(rows), customers(rows))


def back_rate(shop: Entity, quarter: Quarter) -> Fraction:
    returned = total(deals(shop, quarter.own, True))
    return share(returned, total(deals(shop, quarter.own, True, False, None)))


def came_again(shop: Entity, quarter: Quarter) -> Fraction:
    if all(row["day"] >= quarter.previous.end for row in shop.tables.rows["deals"]):
        raise Missing("no_earlier_data")
    before, now = (deals(shop, when, True, False, None) for when in (quarter.previous, quarter.own))
    customers([*before, *now])  # a set is made of the rows of both periods
    return share(Fraction(len(known(before) & known(now))), customers(before))


FORMULAS: Mapping[Kpi, tuple[str, str]] = {
    sold: ("sum(deals.amount where back = no)", "CNY"),
    growth: ("growth(sold)", "percent"),
    mean: ("average(deals.amount)", "CNY"),
    spread: ("max(deals.amount) - min(deals.amount)", "CNY"),
    kept_deals: ("count(deals where back <> yes)", "deals"),
    per_customer: ("sum(deals.amount) / unique(deals.customer)", "CNY per customer"),
    back_rate: ("sum(deals.amount where back = yes) / sum(deals.amount)", "percent"),
    came_again: (
        "retained(deals.customer) / unique(deals.customer) for previous period",
        "percent",
    ),
}


def catalogue(least: Mapping[Kpi, int]) -> str:
    """The sections of all KPIs; `least`: how many deals some of them need."""
    sections = []
    for kpi, (formula, unit) in FORMULAS.items():
        better = "lower" if kpi is back_rate else "higher"
        lines = [f'kpi {kpi.__name__} "{kpi.__name__}"', f"  formula {formula}", f"  unit {unit}"]
        lines += [f"  better {better}"]
        lines += [f"  needs count(deals) >= {least[kpi]}"] if kpi in least else []
        sections.append("\n".join(lines))
    return "\n\n".join(sections)


def at_least(deals_needed: int) -> Callable[[Entity, Quarter], bool]:
    return lambda shop, quarter: len(shop.data("deals", "day", quarter.own)) >= deals_needed


# ── targets and curves ──────────────────────────────────────────────────────────────────────────


def number(x: Fraction, kpi: Kpi) -> str:
    """As a card writes a value of the KPI."""
    if FORMULAS[kpi][1] == "percent":
        return f"{float(x * 100):g}%"
    return f"{float(x):g}"


def planned(kpi: Kpi) -> Target:
    def target(shop: Entity, quarter: Quarter) -> Fraction:
        for row in shop.tables.where("goals", "shop_id", shop.key):
            if row["kpi"] == kpi.__name__ and row["starts_on"] in quarter.whole:
                return Fraction(row["value"])
        raise Missing("no_target")

    return target


def curves(kpi: Kpi, target: Fraction) -> Mapping[str, Curve | str]:
    """Facts of a curve, and the same for the plain computation; `target` scales fixed places."""
    half, double = target / 2, target * 2
    text_half, text_double = number(half, kpi), number(double, kpi)
    zero = number(Fraction(0), kpi)
    if kpi is back_rate:
        falling = (
            f"linear\n  at {zero} score 120\n  at target score 100\n  at {text_double} score 0"
        )
        upto = f"steps\n  upto {text_half} score 120\n  upto target score 100\n  otherwise score 30"
        return {
            "attainment mirrored\n  limit 0 to 120": "mirrored",
            "attainment inverse\n  limit 0 to 120": "inverse",
            falling: lambda x, t: linear(x, points((0, 120), (t, 100), (double, 0))),
            upto: lambda x, t: steps_upto(x, 30, ordered((half, 120), (t, 100))),
        }
    relative = (
        "linear\n  at 50% of target score 0\n  at target score 100\n  at 130% of target score 120"
    )
    fixed = f"linear\n  at {zero} score 0\n  at target score 100\n  at {text_double} score 120"
    steps = f"steps\n  otherwise score 10\n  from {text_half} score 60\n  from target score 100"
    return {
        "attainment\n  limit 0 to 120": "direct",
        relative: lambda x, t: linear(x, points((t / 2, 0), (t, 100), (t * Fraction(13, 10), 120))),
        fixed: lambda x, t: linear(x, points((0, 0), (t, 100), (double, 120))),
        steps: lambda x, t: steps_from(x, 10, ordered((half, 60), (t, 100))),
    }


def points(*pairs: tuple[Fraction | int, int]) -> list[tuple[Fraction, Fraction]]:
    return [(Fraction(at), Fraction(score)) for at, score in pairs]


def ordered(*pairs: tuple[Fraction, int]) -> list[tuple[Fraction, int]]:
    """Steps, whose places must stay in order when the target is known."""
    if pairs[0][0] >= pairs[1][0]:
        raise Missing("points_collide")
    return list(pairs)
