"""Small random workspaces: the text, the rows, and the same card for the plain computation.

A chain of at most four shops sells and takes back; its card has two or three perspectives of one to
three measures, with every form of weight, missing rule and curve that the plain computation knows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
from hypothesis import strategies as st

from tests.support.plain_rows import Entity, Quarter, Row, Tables, Window
from tests.support.plain_scores import (
    Card,
    Curve,
    Kpi,
    Measure,
    Missing,
    Target,
    linear,
    share,
    snap,
    steps_from,
    steps_upto,
)

TABLES = {
    "shops": "id VARCHAR, region VARCHAR, opened DATE, closed DATE",
    "deals": "shop_id VARCHAR, day DATE, amount DECIMAL(12,2), customer VARCHAR, back BOOLEAN",
    "goals": "kpi VARCHAR, shop_id VARCHAR, starts_on DATE, value DECIMAL(12,2)",
}

DATA = """\
entity shop "Shop"
  table shops
  key id
  attribute region
  active from opened through closed

data deals "Deals"
  table deals
  date day
  link shop by shop_id
  column amount unit CNY

targets plan "Plan"
  table goals
  link kpi by kpi
  link shop by shop_id
  period starts_on
  value value
"""


@dataclass(frozen=True)
class Case:
    """A workspace to score, and what the plain computation needs to do the same."""

    text: str
    rows: Mapping[str, list[Row]]
    card: Card
    quarter: Quarter

    def entities(self) -> list[Entity]:
        tables = Tables(self.rows)
        return [
            Entity(
                key=row["id"],
                label=row["id"],
                link="shop_id",
                attributes=row,
                active=Window(
                    row["opened"], row["closed"] + timedelta(1) if row["closed"] else date.max
                ),
                tables=tables,
            )
            for row in self.rows["shops"]
        ]

    def write(self, folder: Path, database: str) -> str:
        """Make the workspace and a database of the kind named; its URL."""
        (folder / "all.scorecard").write_text(self.text, "utf-8")
        path = folder / f"rows.{database}"
        path.unlink(missing_ok=True)
        opened: Any = (duckdb if database == "duckdb" else sqlite3).connect(str(path))
        with closing(opened) as connection:
            for table, columns in TABLES.items():
                connection.execute(f"CREATE TABLE {table} ({columns})")
                names = [column.split()[0] for column in columns.split(", ")]
                slots = ", ".join("?" for _ in names)
                for row in self.rows[table]:
                    values = [_stored(row[name], database) for name in names]
                    connection.execute(f"INSERT INTO {table} VALUES ({slots})", values)
            connection.commit()
        return f"{database}:///{path}"


def _stored(value: object, database: str) -> object:
    if database == "duckdb" or not isinstance(value, Decimal | date):
        return value
    return float(value) if isinstance(value, Decimal) else value.isoformat()


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


# ── the card ────────────────────────────────────────────────────────────────────────────────────


WHEN_MISSING: Mapping[str, int | Literal["no total"] | None] = {
    "leave out": None,
    "score 0": 0,
    "score 60": 60,
    "no total": "no total",
}


@st.composite
def measures(draw: st.DrawFn, name: str, perspective: str, least: Mapping[Kpi, int]) -> Any:
    """A measure without its weight: its facts, and what makes it for the plain computation."""
    kpi = draw(st.sampled_from(list(FORMULAS)))
    target = draw(st.sampled_from([Fraction(1, 4), Fraction(1, 2)]))
    if FORMULAS[kpi][1] != "percent":
        target = draw(st.sampled_from([Fraction(2), Fraction(10), Fraction(5, 2)]))
    from_plan = draw(st.sampled_from([False, False, True]))
    curve, plain_curve = draw(st.sampled_from(list(curves(kpi, target).items())))
    rule = draw(st.sampled_from([*WHEN_MISSING, "leave out", "leave out"]))
    facts = [
        f"measure {kpi.__name__} as {name}",
        f"  target {'from plan' if from_plan else number(target, kpi)}",
        f"  curve {curve}",
        f"  when missing {rule}",
    ]
    plain = Measure(
        name=name,
        perspective=perspective,
        weight=Fraction(1),
        value=kpi,
        target=planned(kpi) if from_plan else (lambda _shop, _quarter: target),
        curve=plain_curve,
        needs=at_least(least[kpi]) if kpi in least else None,
        when_missing=WHEN_MISSING[rule],
    )
    return facts, plain


@st.composite
def weights(draw: st.DrawFn, names: list[str], compared: bool) -> Any:
    """A fact for the parent, one for each sibling, and their shares."""
    forms = ["direct", "rest", "equal", *(["comparison"] if compared else [])]
    form = draw(st.sampled_from(forms))
    if form == "equal":
        return ["  weights equal"], [""] * len(names), [Fraction(1, len(names))] * len(names)
    if form == "comparison":
        return _comparison(names, draw(st.lists(st.sampled_from([1, 2, 3, 5, 9]), min_size=3)))
    cuts = sorted(draw(st.lists(st.integers(1, 999), min_size=9, max_size=9, unique=True)))
    edges = [0, *cuts[: len(names) - 1], 1000]
    shares = [Fraction(high - low, 1000) for low, high in pairwise(edges)]
    facts = [f"  weight {float(share * 100):g}%" for share in shares]
    return [], [*facts[:-1], "  weight rest"] if form == "rest" else facts, shares


def _comparison(names: list[str], strengths: list[int]) -> Any:
    """Every sibling against every later one; the weights are the principal eigenvector."""
    matrix = np.eye(len(names))
    facts = ["  weights by comparison"]
    for (i, j), strength in zip(combinations(range(len(names)), 2), strengths, strict=False):
        matrix[i, j], matrix[j, i] = strength, 1 / strength
        facts.append(f"  prefer {names[i]} over {names[j]} {strength}")
    values, vectors = np.linalg.eig(matrix)
    principal = np.abs(vectors[:, np.argmax(values.real)].real)
    shares = [Fraction(float(each)) for each in principal / principal.sum()]
    return facts, [""] * len(names), shares


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, Card]:
    least = {
        kpi: draw(st.integers(2, 4)) for kpi in draw(st.lists(st.sampled_from(list(FORMULAS))))
    }
    groups = [f"p{i}" for i in range(draw(st.integers(2, 3)))]
    head, own, shares = draw(weights(groups, compared=True))
    sections, found = [], []
    for group, fact, _ in zip(groups, own, shares, strict=True):
        names = [f"{group}m{i}" for i in range(draw(st.integers(1, 3)))]
        inside, facts, parts = draw(weights(names, compared=False))
        sections.append([f'perspective {group} "{group}"', fact, *inside])
        for name, weight, part in zip(names, facts, parts, strict=True):
            lines, measure = draw(measures(name, group, least))
            sections.append([lines[0], weight, *lines[1:]])
            found.append((measure, part))
    ranked, total = draw(st.sampled_from([30, 80, 100])), draw(st.sampled_from([0, 20, 50]))
    text = [
        'scorecard card "Card"',
        "  for shop",
        "  every quarter",
        "  effective from 2025-01-01",
        *head,
        "  limit total 0 to 120",
        "  round total 1",
        "  rank within region",
        "  break ties by p0m0",
        f"  ranked when coverage >= {ranked}%",
        *([f"  no total when coverage < {total}%"] if total else []),
    ]
    grades = ['grade A "A"', "  from 80", "", 'grade B "B"', "  otherwise"]
    card = Card(
        name="card",
        entity="shop",
        perspectives=dict(zip(groups, shares, strict=True)),
        measures=tuple(replace(measure, weight=part) for measure, part in found),
        claims=lambda _shop: True,
        group=lambda shop: str(shop.attributes["region"]),
        ties="p0m0",
        ranked=lambda coverage, _days: coverage >= Fraction(ranked, 100),
        not_ranked="coverage_below",
        no_total=lambda coverage: coverage < Fraction(total, 100),
        grades=(("A", Fraction(80)), ("B", None)),
    )
    blocks = [text, *sections, grades]
    card_text = "\n\n".join("\n".join(line for line in block if line) for block in blocks)
    return f"{DATA}\n{catalogue(least)}\n\n{card_text}\n", card


# ── the rows ────────────────────────────────────────────────────────────────────────────────────

SHOPS = ["s1", "s2", "s3", "s4"]
OPENED = [*[date(2020, 1, 1)] * 4, date(2025, 5, 20), date(2025, 8, 10)]
CLOSED = [None, None, None, None, date(2025, 6, 30), date(2025, 8, 20)]
DAYS = [
    date(2024, 8, 15),
    date(2025, 4, 1),
    date(2025, 6, 30),
    date(2025, 7, 1),
    date(2025, 8, 15),
    date(2025, 9, 30),
]
AMOUNTS = [None, *map(Decimal, ("-5", "0", "0.01", "1", "2.5", "4", "10", "19.99"))]
STARTS = date(2025, 7, 1)


def choices(**columns: list[Any]) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries({name: st.sampled_from(each) for name, each in columns.items()})


@st.composite
def rows(draw: st.DrawFn) -> Mapping[str, list[Row]]:
    """Some shops have no deals and some deals no shop; flags, amounts and customers may be null."""
    shops = SHOPS[: draw(st.integers(1, len(SHOPS)))]
    shop = choices(region=["North", "South"], opened=OPENED, closed=CLOSED)
    deal = choices(
        shop_id=[*SHOPS, "late", None],
        day=DAYS,
        amount=AMOUNTS,
        customer=[None, "a", "b", "c"],
        back=[False, False, True, None],
    )
    pairs = st.tuples(st.sampled_from(list(FORMULAS)), st.sampled_from(SHOPS))
    goals = {
        (kpi.__name__, key): draw(st.sampled_from(["-1", "0", "0.25", "0.5", "2", "10"]))
        for kpi, key in draw(st.lists(pairs, min_size=15, max_size=30, unique=True))
    }
    return {
        "shops": [{"id": key, **draw(shop)} for key in shops],
        "deals": draw(st.lists(deal, min_size=draw(st.sampled_from([0, 15, 40])), max_size=60)),
        "goals": [
            {"kpi": kpi, "shop_id": key, "starts_on": STARTS, "value": Decimal(value)}
            for (kpi, key), value in goals.items()
        ],
    }


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A workspace scored for 2025Q3, after it or in the middle of it."""
    text, card = draw(cards())
    as_of = draw(st.sampled_from([date(2025, 12, 31), date(2025, 8, 15)]))
    return Case(text, draw(rows()), card, Quarter(2025, 3, as_of))
