"""Values from the rows of all peers together, on each database, checked by hand."""

from pathlib import Path

import pytest

from engine.explanation import Node, explain
from tests.support.small_databases import ENGINES, score_over
from tests.support.small_workspaces import Shown, codes, make_workspace, refusal, shown

DATA = """
    entity company
      everything
    entity store
      table stores
      key store_id
      attribute region
      attribute kind
      active from opened through closed
    entity customer
    entity clerk
      table clerks
      key clerk_id
      belongs to store by works_at
    data sales
      table sales
      date day
      link store by store_id
      link customer by customer
    kpi net
      formula sum(sales.amount)
      unit CNY
      better higher
    kpi basket
      formula sum(sales.amount) / count(sales)
      unit CNY per sale
      better higher
    kpi price
      formula average(sales.amount)
      unit CNY
      better higher
    kpi usual
      formula median(sales.amount)
      unit CNY
      better higher
    kpi buyers
      formula unique(sales.customer)
      unit customers
      better higher
    kpi kept
      formula retained(sales.customer)
      unit customers
      better higher
    kpi spent
      formula average(sum(sales.amount) per customer)
      unit CNY per customer
      better higher
    scorecard card
      for {who}
      every quarter
      {more}
"""
SHOPS = 'assign kind "shop"'
# East: A, B, C. West: D and E. Not in the card: the kiosk K, and Z, which closed before July.
STORES = """store_id,region,kind,opened,closed
    A,East,shop,,
    B,East,shop,2025-01-01,
    C,East,shop,2025-09-30,
    D,West,shop,,
    E,West,shop,,
    G,,shop,,
    K,East,kiosk,,
    Z,East,shop,,2025-06-30
"""
SALES = """store_id,day,amount,customer
    A,2025-07-01,10,ann
    A,2025-07-02,30,bob
    A,2025-09-30,20,ann
    B,2025-07-01,100,ann
    C,2025-09-30,40,cid
    D,2025-07-01,7,dan
    E,2025-07-01,9,dan
    G,2025-07-01,5,eve
    K,2025-07-01,1000,kim
    Z,2025-07-01,2000,zoe
    A,2025-05-01,1,ann
    B,2025-05-01,2,cid
    C,2025-05-01,4,cid
    K,2025-05-01,8,bob
"""
FILES = {"stores": STORES, "sales": SALES, "clerks": "clerk_id,works_at\n1,A\n2,A\n3,B\n4,C\n5,D"}
TYPES = {"amount": "DOUBLE", "day": "DATE", "opened": "DATE", "closed": "DATE"}


def with_kpi(formula: str) -> str:
    """The card of shops with one KPI that is only shown."""
    head, card = DATA.format(more=SHOPS, who="store").split("    scorecard card")
    kpi = f"    kpi told\n      formula {formula}\n      unit CNY\n      better higher\n"
    return f"{head}{kpi}    scorecard card{card}    measure told\n      report only\n"


def pooled(
    folder: Path,
    engine: str,
    formulas: dict[str, str],
    more: str = SHOPS,
    who: str = "store",
    files: dict[str, str] | None = None,
) -> dict[str, Shown]:
    text = DATA.format(more=more, who=who)
    card = text.index("    scorecard card")
    at = " at store" if who == "clerk" else ""
    kpis, measures = "", ""
    for name, written in formulas.items():
        formula, unit = written.rsplit(" in ", 1)
        kpis += f"    kpi {name}\n      formula {formula}\n      unit {unit}\n      better higher\n"
        measures += f"    measure {name}{at}\n      report only\n"
    whole = text[:card] + kpis + text[card:] + measures
    sheet = score_over(folder, engine, whole, files or FILES, TYPES)
    return {name: shown(sheet, name) for name in formulas}


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_of_all_peers_together(engine: str, tmp_path: Path) -> None:
    """The East sold 10 30 20, 100 and 40 to ann, bob and cid; the mean of three stores is another
    number than that of five sales."""
    found = pooled(
        tmp_path,
        engine,
        {
            "basket_all": "peer_average(basket within region pooled) in CNY per sale",
            "basket_mean": "peer_average(basket within region) in CNY per sale",
            "price_all": "peer_average(price within region pooled) in CNY",
            "usual_all": "peer_average(usual within region pooled) in CNY",
            "net_all": "peer_total(net within region pooled) in CNY",
            "buyers_all": "peer_total(buyers within region pooled) in customers",
            "buyers_sum": "peer_total(buyers within region) in customers",
            "kept_all": "peer_total(kept within region pooled) in customers",
            "kept_sum": "peer_total(kept within region) in customers",
            "spent_all": "peer_average(spent within region pooled) in CNY per customer",
        },
    )
    nobody = dict.fromkeys("DEG", "few_peers")
    expected = {
        "basket_all": 40.0,  # 200 / 5
        "basket_mean": 53.3333333333,  # 20, 100, 40
        "price_all": 40.0,
        "usual_all": 30.0,  # 10 20 30 40 100
        "net_all": 200.0,
        "buyers_all": 3.0,
        "buyers_sum": 4.0,  # ann twice
        "kept_all": 2.0,  # ann in A; cid in B, then in C
        "kept_sum": 2.0,  # ann in A, cid in C
        "spent_all": 66.6666666667,  # ann 130, bob 30, cid 40
    }
    assert found == {name: dict.fromkeys("ABC", it) | nobody for name, it in expected.items()}


@pytest.mark.parametrize("engine", ENGINES)
def test_all_are_one_group(engine: str, tmp_path: Path) -> None:
    found = pooled(
        tmp_path,
        engine,
        {
            "all": "peer_total(buyers pooled) in customers",
            "whole": "peer_total(buyers within company pooled) in customers",
            "before": "peer_total(buyers pooled) for previous period in customers",
        },
    )
    everybody = dict.fromkeys("ABCDEG", 5.0)  # ann bob cid dan eve
    assert found["all"] == found["whole"] == everybody
    # C was not open in the second quarter: A and B sold to ann and cid.
    assert found["before"] == dict.fromkeys("ABCDEG", 2.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_who_is_exempt_from_the_card_is_no_peer(engine: str, tmp_path: Path) -> None:
    kpi = {"all": "peer_total(buyers pooled) in customers"}
    for store, since, expected in (("B", "2025-01-01", 5), ("C", "2025-09-30", 4)):
        exempt = f'exempt store "{store}" from {since} through 2025-12-31 reason "fire"'
        found = pooled(tmp_path / store, engine, kpi, f"{SHOPS}\n      {exempt}")
        assert found["all"]["A"] == expected  # without B: all but nobody; without C: without cid


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_that_exempt_all_days_only_together(engine: str, tmp_path: Path) -> None:
    """Of the second quarter too: without B, A sold to ann alone."""
    kpi = {"before": "peer_total(buyers pooled) for previous period in customers"}
    days = (("2025-01-01", "2025-08-15"), ("2025-08-16", "2025-12-31"))
    lines = [f'exempt store "B" from {a} through {b} reason "fire"' for a, b in days]
    one = [f'exempt store "B" from {days[0][0]} through {days[1][1]} reason "fire"']
    found = [
        pooled(tmp_path / str(len(each)), engine, kpi, "\n      ".join([SHOPS, *each]))
        for each in (lines, one)
    ]
    assert found[0] == found[1]
    assert found[0]["before"]["A"] != 2.0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_day_before_which_it_ends(engine: str, tmp_path: Path) -> None:
    """Z closes before the first of July: not active. On the second: on one day of the quarter."""
    for closed, expected in (("2025-07-01", 221.0), ("2025-07-02", 2221.0)):
        rows = STORES.replace("Z,East,shop,,2025-06-30", f"Z,East,shop,,{closed}")
        text = with_kpi("peer_total(net pooled)").replace("through closed", "before closed")
        sheet = score_over(tmp_path / closed, engine, text, FILES | {"stores": rows}, TYPES)
        assert shown(sheet, "told")["A"] == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_stores_in_the_card_of_clerks(engine: str, tmp_path: Path) -> None:
    """Two clerks of A do not make its rows count twice; E, G and K have no clerk."""
    found = pooled(
        tmp_path,
        engine,
        {
            "net_all": "peer_total(net pooled) in CNY",
            "east": "peer_average(basket within region pooled) in CNY per sale",
        },
        more="",
        who="clerk",
    )
    assert found["net_all"] == dict.fromkeys("12345", 207.0)
    assert found["east"] == dict.fromkeys("1234", 40.0) | {"5": "few_peers"}


def test_a_value_that_the_rows_do_not_have(tmp_path: Path) -> None:
    kpi = {"gap": "peer_average(basket within region pooled) - basket in CNY per sale"}
    files = FILES | {"sales": "store_id,day,amount,customer\nA,2025-07-01,10,ann"}
    found = pooled(tmp_path, "duckdb", kpi, files=files)
    assert found["gap"] == dict.fromkeys("ABCDEG", "few_peers")


def test_small_groups_are_explained_by_their_own_rows_only(tmp_path: Path) -> None:
    text = with_kpi("peer_total(net within region pooled)")
    sheet = score_over(tmp_path, "duckdb", text, FILES, TYPES)
    assert {each.value for each in nodes(sheet, "D")} == {None, 7.0}  # not the 9 of E, nor 16
    assert {each.value for each in nodes(sheet, "A")} == {None, 200.0}


def nodes(sheet: object, key: str) -> list[Node]:
    explanation = explain(sheet, key)  # type: ignore[arg-type]
    assert explanation is not None
    found: list[Node] = []
    waiting = [explanation.tree]
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].children
    return found


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("peer_median(price pooled)", "K0341"),
        ("peer_best(price within region pooled)", "K0341"),
        ("peer_total(price pooled)", "K0343"),
        ("peer_average(buyers pooled)", "K0343"),
        ("peer_average(net / store.area pooled)", "K0344"),
        ("peer_average(growth(net) pooled)", "K0344"),
        ("peer_average(price / peer_average(price) pooled)", "K0344"),
        ("peer_average(net / net at company pooled)", "K0344"),
        ("peer_average(net / last(sales.amount) pooled)", "K0344"),
        ("peer_total(last(sales.amount) pooled)", "K0344"),
    ],
)
def test_what_cannot_be_pooled(tmp_path: Path, formula: str, code: str) -> None:
    whole = with_kpi(formula).replace("attribute kind", "attribute kind\n      attribute area")
    for name in ("stores", "clerks", "sales"):
        whole = whole.replace(f"table {name}", f'file "{name}.csv"')
    files = FILES | {"stores": "store_id,region,kind,opened,closed,area\nA,East,shop,,,5"}
    found = refusal(make_workspace(tmp_path, whole, files), "card", "2025Q3")
    assert code in codes(found)
    assert set(codes(found)) <= {code, "K0313", "K0314"}  # and the unit is another one
