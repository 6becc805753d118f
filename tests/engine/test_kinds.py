"""Kinds of KPIs: which add up over time, and which are computed again from the rows."""

from pathlib import Path

import pytest

from engine import load
from engine.kinds import kind_of
from tests.support.small_workspaces import make_workspace

REPOSITORY = Path(__file__).resolve().parents[2]

DATA = """
entity company
  everything
entity store
  table stores
  key store_id
entity clerk
  table clerks
  key clerk_id
  belongs to store by store_id
data sales
  table sales
  date sold_at
  link store by store_id
data staff
  table staff
  link store by store_id
kpi net
  formula sum(sales.amount) - sum(sales.returned)
  unit CNY
kpi buyers
  formula unique(sales.customer)
  unit customers
kpi rate
  formula buyers / count(sales)
  unit percent
kpi circle
  formula circle + net
  unit CNY
"""

KINDS = {
    "flow": [
        "sum(sales.amount)",
        "count(sales where amount > 3)",
        "net",
        "net - sum(sales.cost)",
        "net * 2",
        "105% * net",
        "net / 10_000",
        "-net",
        "net + 0",
        "net for previous period",
        "net at company",
        "round(net, 2)",
        "coalesce(net, 0)",
        "if buyers > 3 then net else 0",
        "peer_total(net within region)",
        "days_active",
    ],
    "distinct": [
        "unique(sales.customer)",
        "retained(sales.customer)",
        "new(sales.customer)",
        "buyers",
        "buyers - buyers for previous period",
        "net + buyers",
        "buyers for last 12 months",
    ],
    "stock": [
        "last(sales.balance)",
        "sum(last(sales.balance) per product)",
        "first(sales.balance)",
        "count(clerk)",
        "count(staff)",
        "sum(staff.hours)",
        "store.area",
        "net for last 12 months",
        "net for year to date",
        "net for all time",
        "net - 5000",
        "5",
        "buyers + count(clerk)",
        "circle",
    ],
    "average": [
        "average(sales.amount)",
        "median(sales.amount)",
        "max(sales.amount)",
        "average(sales.amount) - 1",
        "peer_average(net within region)",
        "moving_average(net over last 3 periods)",
        "net + average(sales.amount)",
    ],
    "ratio": [
        "net / buyers",
        "rate",
        "1 - rate",
        "rate - rate for previous period",
        "growth(net)",
        "rate * net",
        "net / net at company",
        "top_share(20%, sum(sales.amount) per customer)",
        "if net > 3 then rate else 0",
        "round(100 * rate)",
        "net + rate",
    ],
}


@pytest.mark.parametrize(
    ("formula", "kind"), [(formula, kind) for kind, each in KINDS.items() for formula in each]
)
def test_kind_of_a_formula(tmp_path: Path, formula: str, kind: str) -> None:
    workspace = make_workspace(tmp_path, f"{DATA}kpi x\n  formula {formula}\n  unit things\n")
    assert not workspace.diagnostics
    assert kind_of(workspace, workspace.kpis["x"]) == kind


def test_kinds_of_the_example() -> None:
    workspace = load(REPOSITORY / "scorecards")
    kinds = {name: kind_of(workspace, kpi) for name, kpi in workspace.kpis.items()}
    assert kinds["net_sales"] == kinds["gross_profit"] == kinds["upheld_complaints"] == "flow"
    assert kinds["baskets"] == kinds["new_customers"] == "distinct"
    assert kinds["satisfaction"] == kinds["first_response"] == "average"
    assert kinds["gross_margin"] == kinds["retention"] == kinds["sales_growth"] == "ratio"
