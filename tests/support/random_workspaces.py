"""Small random workspaces: the text, the rows, and the same card for the plain computation.

A chain of at most four shops sells and takes back; its card has two or three perspectives of one to
three measures, with every form of weight, missing rule and curve that the plain computation knows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
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
from tests.support.plain_scores import Card, Kpi, Measure
from tests.support.random_kpis import FORMULAS, at_least, catalogue, curves, number, planned

WITHIN = ["direct", "rest", "equal"]
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
def weights(draw: st.DrawFn, names: list[str], forms: Sequence[str]) -> Any:
    """A fact for the parent, one for each sibling, and their shares."""
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
    # Floats need not sum to 1, and exact fractions of them would miss a coverage of 100%.
    *shares, _ = [Fraction(float(each)) for each in principal / principal.sum()]
    return facts, [""] * len(names), [*shares, 1 - sum(shares)]


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, Card]:
    least = {
        kpi: draw(st.integers(2, 4)) for kpi in draw(st.lists(st.sampled_from(list(FORMULAS))))
    }
    groups = [f"p{i}" for i in range(draw(st.integers(2, 3)))]
    of_total = draw(st.booleans())
    head, own, shares = draw(weights(groups, ["direct"] if of_total else [*WITHIN, "comparison"]))
    sections, found = [], []
    for group, fact, share in zip(groups, own, shares, strict=True):
        names = [f"{group}m{i}" for i in range(draw(st.integers(1, 3)))]
        inside, facts, parts = draw(weights(names, ["direct"] if of_total else WITHIN))
        sections.append([f'perspective {group} "{group}"', fact, *inside])
        if of_total:  # at most four decimals: both are shares in thousandths
            facts = [f"  weight {float(share * part * 100):.4f}%" for part in parts]
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
        *(["  weights of total"] if of_total else head),
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
