"""Grain classes: formulas computed together give what each gives alone, and share passes."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from connectors import Connection, File, connect
from engine import Workspace, score
from engine.catalog import read_catalog
from engine.verbs import plan
from tests.support.small_workspaces import LATER, Shown, make_workspace, shown

DATA = """
    entity company
      everything
    entity region
      values of store.region
    entity store
      file "stores.csv"
      key store_id
      attribute region
    entity customer
      file "customers.csv"
      key customer_id
      attribute first_seen_on
    data sales
      file "sales.csv"
      date sold_at
      link store by store_id
      link customer by customer_id
    data visits
      file "visits.csv"
      date day
      link store by store_id
      link customer by customer_id
"""
FORMULAS = {
    "total": "sum(sales.amount) in CNY",
    "net": "sum(sales.amount where back <> yes) - sum(sales.amount where back = yes) in CNY",
    "lines": "count(sales) in lines",
    "mean": "average(sales.amount where amount > 3) in CNY",
    "range": "max(sales.amount) - min(sales.amount) in CNY",
    "growing": "growth(sum(sales.amount)) in percent",
    "yearly": "growth(total over same period last year) in percent",
    "buyers": "unique(sales.customer) in customers",
    "real_buyers": "unique(sales.customer where back <> yes) in customers",
    "new": "unique(sales.customer where customer.first_seen_on in period) in customers",
    "kept": "retained(sales.customer where back <> yes) in customers",
    "kept_longer": "retained(sales.customer over last 2 periods) in customers",
    "kept_share": "kept / unique(sales.customer where back <> yes) for previous period in percent",
    "tickets": "unique(sales.ticket) in tickets",
    "of_region": "total / total at region in percent",
    "of_company": "unique(sales.customer) / unique(sales.customer) at company in percent",
    "conversion": "unique(sales.ticket) / count(visits) in percent",
    "visitors_kept": "retained(visits.customer) in customers",
    "to_date": "sum(sales.amount) for year to date in CNY",
}


def rows(random: Random, count: int, columns: str, *choices: list[str]) -> str:
    made = (",".join(random.choice(each) for each in choices) for _ in range(count))
    return "\n".join([columns, *made])


def csv() -> dict[str, str]:
    """Rows of two years with every kind of gap, the same ones every time."""
    random = Random(7)
    days = [f"{year}-{month:02d}-15" for year in (2024, 2025) for month in range(1, 13)]
    times = [f"{day} 12:30:00" for day in days]
    stores, customers = ["S1", "S2", "S3", "S4", ""], [*"ABCDEFZ", ""]
    amounts, flags = ["1", "2.5", "10", "-4", ""], ["true", "false", "false", ""]
    tickets = [f"t{n}" for n in range(40)]
    return {
        "stores": "store_id,region\nS1,East\nS2,East\nS3,West\nS4,\nS5,West",
        "customers": "customer_id,first_seen_on\nA,2025-07-15\nB,2024-01-01\nC,2025-08-15\nD,",
        "sales": rows(
            random, 300, "sold_at,store_id,customer_id,amount,back,ticket",
            times, stores, customers, amounts, flags, tickets,
        ),
        "visits": rows(random, 200, "day,store_id,customer_id", days, stores, customers),
    }  # fmt: skip


def made(folder: Path) -> Workspace:
    """A card for each formula alone, for every pair, and one for all of them."""
    lines = [DATA]
    for name, written in FORMULAS.items():
        formula, unit = written.rsplit(" in ", maxsplit=1)
        lines.append(f"kpi {name}\nformula {formula}\nunit {unit}\nbetter higher")
    groups: list[tuple[str, ...]] = [(name,) for name in FORMULAS]
    groups += [*combinations(FORMULAS, 2), tuple(FORMULAS)]
    for group in groups:
        lines.append(f"scorecard {card_of(group)}\nfor store\nevery quarter")
        lines += [f"measure {name}\nreport only" for name in group]
    return make_workspace(folder, "\n".join(lines), csv())


def card_of(group: tuple[str, ...]) -> str:
    return "all_together" if len(group) > 2 else "_with_".join(group)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return made(tmp_path)


@pytest.fixture
def source(workspace: Workspace) -> Iterator[Connection]:
    names = ("stores.csv", "customers.csv", "sales.csv", "visits.csv")
    files = [File(name, name) for name in names]
    with connect(None, folder=workspace.folder, files=files) as connection:
        yield connection


def test_together_alone_and_in_pairs_are_the_same(workspace: Workspace, source: Connection) -> None:
    assert workspace.diagnostics == ()
    catalog = read_catalog(workspace, source, "the files")

    def values(*group: str) -> dict[str, Shown]:
        sheet = score(workspace, card_of(group), "2025Q3", source, LATER, catalog)
        return {name: shown(sheet, name) for name in group}

    together = values(*FORMULAS)
    for name in FORMULAS:
        assert values(name)[name] == together[name], name
    for first, second in Random(7).sample(list(combinations(FORMULAS, 2)), 8):
        pair = values(first, second)
        assert pair == {first: together[first], second: together[second]}
    # the rows are not so few that everything is missing
    present = [v for each in together.values() for v in each.values() if isinstance(v, float)]
    assert len(present) > 60


def test_cells_of_one_grain_share_a_pass(workspace: Workspace, source: Connection) -> None:
    catalog = read_catalog(workspace, source, "the files")
    store = plan(workspace, "all_together", "2025Q3", LATER, catalog).levels[0]
    passes = [(grain.holder, grain.grain, grain.ranges) for grain in store.classes]
    sums = [ranges for holder, kind, ranges in passes if (holder, kind) == ("sales", "rows")]
    # the quarter, the one before, last year's, and the year to date: each once
    assert len(sums) == len(set(sums)) == 4
    keys = [ranges for holder, kind, ranges in passes if (holder, kind) == ("sales", "keys")]
    assert all(len(ranges) <= 2 for ranges in keys)
