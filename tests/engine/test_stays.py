"""Roles and stores that change inside a quarter, worked out by hand day by day."""

from datetime import date
from pathlib import Path

import pytest

from api.session import Session
from engine import Sheet
from engine.explanation import explain
from engine.roll_call import RollCall
from engine.roll_document import roll_document
from engine.sentences import sentences
from grammar import Refused
from tests.support.small_workspaces import items, make_workspace, score_card

DATA = """
    entity store
      file "stores.csv"
      key id
      history file "regions.csv" by id from since before until
      attribute region from history
    entity employee
      file "employees.csv"
      key id
      active from hired through left_on
      history file "roles.csv" by employee from since through until
      attribute role from history
      belongs to store by store from history
    data sales
      file "sales.csv"
      date day
      link employee by employee
      column amount unit CNY
    kpi net_sales
      formula sum(sales.amount)
      unit CNY
      better higher
    kpi before
      formula sum(sales.amount) for previous period
      unit CNY
      better higher
    kpi year
      formula sum(sales.amount) for year to date
      unit CNY
      better higher
    kpi clerks
      formula count(employee where role = "clerk")
      unit people
      better higher
"""
CLERK = """
    scorecard clerk_card
      for employee
      assign role "clerk"
      every quarter
      when missing leave out
      round total 2
      rank within store.region
      EXTRA
    measure net_sales
      weight 100%
      target CNY 92
      PRORATE
      curve attainment
      limit 0 to 1000
    measure before
      report only
    measure year
      report only
    measure net_sales at store as store_sales
      report only
"""
CASHIER = CLERK.replace("clerk", "cashier")

# A is a clerk of S1 all the time. B is one until 15 August (46 days) and a cashier then. C goes
# from S1 to S2 on 1 August. E is a clerk in July and September, a cashier in August. F is hired on
# 1 September, has a row of August and leaves on 20 September. S2 goes from North to South in the
# middle of the quarter, S1 is East all the time.
FILES = {
    "stores": "id\nS1\nS2",
    "regions": (
        "id,region,since,until\nS1,East,,\nS2,North,2020-01-01,2025-08-15\nS2,South,2025-08-15,"
    ),
    "employees": (
        "id,hired,left_on\nA,2020-01-01,\nB,2020-01-01,\nC,2020-01-01,\nE,2020-01-01,\n"
        "F,2025-09-01,2025-09-20"
    ),
    "roles": (
        "employee,role,store,since,until\n"
        "A,clerk,S1,2020-01-01,\n"
        "B,clerk,S1,2020-01-01,2025-08-15\nB,cashier,S1,2025-08-16,\n"
        "C,clerk,S1,2020-01-01,2025-07-31\nC,clerk,S2,2025-08-01,\n"
        "E,clerk,S1,2020-01-01,2025-07-31\nE,cashier,S1,2025-08-01,2025-08-31\n"
        "E,clerk,S1,2025-09-01,\n"
        "F,clerk,S2,2025-08-20,\n"
    ),
    "sales": (
        "employee,day,amount\n"
        "A,2025-07-01,1\nA,2025-09-30,2\n"
        "B,2025-05-05,100\nB,2025-07-01,4\nB,2025-08-15,8\nB,2025-08-16,16\nB,2025-09-30,32\n"
        "C,2025-07-31,64\nC,2025-08-01,128\n"
        "E,2025-07-31,256\nE,2025-08-01,512\nE,2025-08-31,1024\nE,2025-09-01,2048\n"
        "F,2025-09-02,4096\n"
    ),
}


def roll(folder: Path, text: str) -> RollCall:
    make_workspace(folder, DATA + text, FILES)
    return Session(folder).call_roll("2025Q3", date(2026, 1, 1))


def card(text: str, *, extra: str = "", prorate: str = "") -> str:
    return text.replace("EXTRA", extra).replace("PRORATE", prorate)


def scored(folder: Path, text: str, name: str = "clerk_card", **more: object) -> Sheet:
    files = {**FILES, **{k: str(v) for k, v in more.items() if k in FILES}}
    as_of = more.get("as_of", date(2026, 1, 1))
    assert isinstance(as_of, date)
    return score_card(make_workspace(folder, DATA + text, files), name, "2025Q3", as_of=as_of)


def values(sheet: Sheet, measure: str = "net_sales") -> dict[str, float]:
    return {key: each["measures"][measure]["value"] for key, each in items(sheet).items()}


def days(sheet: Sheet) -> dict[str, int]:
    return {key: each["assigned"]["days"] for key, each in items(sheet).items()}


def reported(name: str, entity: str, measure: str) -> str:
    """A card of one measure that is only shown."""
    lines = [f"scorecard {name}", f"  for {entity}", "  every quarter", f"measure {measure}"]
    return "".join(f"\n    {line}" for line in [*lines, "  report only"])


def said(sheet: Sheet, key: str, language: str = "en") -> str:
    found = explain(sheet, key)
    assert found is not None
    return "\n".join(sentences(found, language))


def test_a_card_counts_the_rows_of_the_days_it_claims(tmp_path: Path) -> None:
    sheet = scored(tmp_path, card(CLERK))
    assert days(sheet) == {"A": 92, "B": 46, "C": 92, "E": 31 + 30, "F": 20}
    assert values(sheet) == {"A": 3, "B": 12, "C": 192, "E": 256 + 2048, "F": 4096}
    found = items(sheet)["E"]["assigned"]
    assert (found["from"], found["through"]) == ("2025-07-01", "2025-09-30")


def test_each_card_has_its_own_part(tmp_path: Path) -> None:
    sheet = scored(tmp_path, card(CASHIER), "cashier_card")
    assert days(sheet) == {"B": 46, "E": 31}
    assert values(sheet) == {"B": 48, "E": 512 + 1024}


def test_windows_keep_their_dates(tmp_path: Path) -> None:
    """What was sold before the period counts whole; of the period only the claimed days do."""
    sheet = scored(tmp_path, card(CLERK))
    assert values(sheet, "before") == {"A": 0, "B": 100, "C": 0, "E": 0, "F": 0}
    assert values(sheet, "year") == {"A": 3, "B": 112, "C": 192, "E": 2304, "F": 4096}


def test_the_last_claimed_day_tells_store_and_group(tmp_path: Path) -> None:
    """C ends in S2, which is South then; B is a clerk of S1 until the last of those days."""
    found = items(scored(tmp_path, card(CLERK)))
    groups = {key: each["rank_group"] for key, each in found.items()}
    assert groups == {"A": "East", "B": "East", "C": "South", "E": "East", "F": "South"}


def test_rows_count_for_the_store_of_their_day(tmp_path: Path) -> None:
    """S1 has what A, B and E sold all the time, and C in July; every entity of a level once."""
    found = values(scored(tmp_path, card(CLERK)), "store_sales")
    s1 = 3 + 60 + 64 + 256 + 512 + 1024 + 2048
    assert found == {"A": s1, "B": s1, "C": 128 + 4096, "E": s1, "F": 128 + 4096}


def test_only_prorate_changes_targets(tmp_path: Path) -> None:
    plain, prorated = (
        scored(tmp_path / "a", card(CLERK)),
        scored(tmp_path / "b", card(CLERK, prorate="prorate")),
    )
    assert {i["measures"]["net_sales"]["target"] for i in items(plain).values()} == {92}
    found = {k: i["measures"]["net_sales"]["target"] for k, i in items(prorated).items()}
    assert found == {"A": 92, "B": 46, "C": 92, "E": 61, "F": 20}


def test_dated_lines_claim_from_a_day_on(tmp_path: Path) -> None:
    lines = card(CLERK).replace(
        'assign role "clerk"',
        'assign role "clerk" from 2025-07-16\n      assign role "cashier" through 2025-08-20',
    )
    sheet = scored(tmp_path, lines)
    assert days(sheet) == {"A": 77, "B": 31 + 5, "C": 77, "E": 16 + 20 + 30, "F": 20}
    assert values(sheet) == {"A": 2, "B": 8 + 16, "C": 192, "E": 256 + 512 + 2048, "F": 4096}


def test_a_card_that_ends_inside_a_period_claims_the_days_until_then(tmp_path: Path) -> None:
    sheet = scored(tmp_path, card(CLERK, extra="effective from 2025-01-01 through 2025-08-10"))
    assert days(sheet) == {"A": 41, "B": 41, "C": 41, "E": 31}
    assert values(sheet) == {"A": 1, "B": 4, "C": 192, "E": 256}


def test_an_exemption_takes_its_days_out(tmp_path: Path) -> None:
    line = 'exempt employee "E" from 2025-07-20 through 2025-08-05 reason "leave"'
    sheet = scored(tmp_path, card(CLERK, extra=line, prorate="prorate"))
    assert days(sheet) == {"A": 92, "B": 46, "C": 92, "E": 19 + 30, "F": 20}
    assert values(sheet)["E"] == 2048
    assert items(sheet)["E"]["measures"]["net_sales"]["target"] == 49
    assert "leave" in said(sheet, "E")


def test_an_exemption_from_a_measure_leaves_the_others(tmp_path: Path) -> None:
    line = 'exempt employee "E" measure net_sales from 2025-07-20 through 2025-07-31 reason "leave"'
    sheet = scored(tmp_path, card(CLERK, extra=line, prorate="prorate"))
    found = items(sheet)["E"]
    assert found["assigned"]["days"] == 61
    assert found["measures"]["net_sales"]["value"] == 2048
    assert found["measures"]["net_sales"]["target"] == 49
    assert found["measures"]["year"]["value"] == 2304


def test_a_running_period_knows_what_has_happened(tmp_path: Path) -> None:
    sheet = scored(tmp_path, card(CLERK, prorate="prorate"), as_of=date(2025, 8, 20))
    assert days(sheet) == {"A": 51, "B": 46, "C": 51, "E": 31}
    assert values(sheet) == {"A": 1, "B": 12, "C": 192, "E": 256}


def test_staff_are_counted_as_of_the_last_day(tmp_path: Path) -> None:
    """On 30 September A, E are clerks of S1, C one of S2; B is a cashier, F has left."""
    sheet = scored(tmp_path, reported("shop", "store", "clerks"), "shop")
    assert values(sheet, "clerks") == {"S1": 2, "S2": 1}


def test_a_region_of_the_past_is_one(tmp_path: Path) -> None:
    """Rows count for the region of their day: North had nobody's sales, C went there later."""
    region = "\n    entity region\n      values of store.region\n"
    sheet = scored(tmp_path, region + reported("areas", "region", "net_sales"), "areas")
    total = sum(int(line.rsplit(",", 1)[1]) for line in FILES["sales"].split()[1:])
    assert values(sheet) == {"East": total - 100 - 128 - 4096, "North": 128, "South": 4096}


def test_rows_of_a_history_may_not_overlap(tmp_path: Path) -> None:
    twice = FILES["roles"] + "A,cashier,S1,2025-06-01,2025-07-01\n"
    with pytest.raises(Refused) as refused:
        scored(tmp_path, card(CLERK), roles=twice)
    found = refused.value.diagnostics[0]
    assert (found.code, found.data["keys"]) == ("K0920", "A")


def test_an_explanation_lists_what_changed(tmp_path: Path) -> None:
    sheet = scored(tmp_path, card(CLERK))
    english, chinese = said(sheet, "B"), said(sheet, "B", "zh")
    assert (
        "46 active days of the 92 days of the period count: "
        "2025-07-01 to 2025-08-15 (role clerk, store.region East, store S1)." in english
    )
    assert "This card does not count 2025-08-16 to 2025-09-30 (role cashier" in english
    assert "本期 92 天中计入 46 天：2025-07-01 至 2025-08-15（role clerk" in chinese
    moved = said(sheet, "C")
    assert "2025-08-15 to 2025-09-30 (role clerk, store.region South, store S2)" in moved
    assert "What holds for the whole period is read as of the last of these days." in moved
    assert "count:" not in said(sheet, "A")


def test_the_tree_has_the_days_without_points(tmp_path: Path) -> None:
    found = explain(scored(tmp_path, card(CLERK)), "E")
    assert found is not None
    nodes = [each for each in found.tree.children if each.kind == "stretch"]
    assert [(each.value, each.state) for each in nodes] == [
        (31, "claimed"),
        (31, "not_claimed"),
        (30, "claimed"),
    ]
    assert all(each.points is None for each in nodes)


# ── combined ─────────────────────────────────────────────────────────────────────────────────────

GRADES = "\n    grade A\n      from 60\n    grade B\n      otherwise"
COMBINED = "combine by days"


def test_results_of_several_cards_become_one_by_days(tmp_path: Path) -> None:
    """B has 100 * 12 / 92 for 46 days and 100 * 48 / 92 for 46; E 100 * 2304 / 92, at most 1000,
    for 61 and 1000 for 31. Who has one card has nothing to combine."""
    text = "".join(card(each, extra=COMBINED) + GRADES for each in (CLERK, CASHIER))
    document = roll_document(roll(tmp_path, text))
    found = {each["key"]: each["combined"] for each in document["people"]}
    b = {"scorecards": ["clerk_card", "cashier_card"], "days": 92, "total": 32.61, "grade": "B"}
    assert found["B"] == b | {"grade_coefficient": None}
    assert (found["E"]["total"], found["E"]["grade"], found["E"]["days"]) == (1000, "A", 92)
    assert {key for key, each in found.items() if each is None} == {"A", "C", "F"}
    assert document["overlaps"] == document["without_card"] == []
    parts = {p["scorecard"]: p for p in document["people"][1]["parts"]}
    assert (parts["cashier_card"]["from"], parts["cashier_card"]["days"]) == ("2025-08-16", 46)


def test_a_coefficient_that_both_cards_say(tmp_path: Path) -> None:
    for other, expected in (("0.8", 0.8), ("0.9", None)):
        text = ""
        for each, low in ((CLERK, "0.8"), (CASHIER, other)):
            grades = GRADES.replace("from 60", "from 60\n      coefficient 1.2")
            text += card(each, extra=COMBINED) + f"{grades}\n      coefficient {low}"
        found = {e["key"]: e["combined"] for e in roll_document(roll(tmp_path, text))["people"]}
        assert (found["B"]["grade"], found["B"]["grade_coefficient"]) == ("B", expected)


def test_only_where_both_cards_say_so(tmp_path: Path) -> None:
    text = card(CLERK, extra=COMBINED) + card(CASHIER)
    document = roll_document(roll(tmp_path, text))
    assert [each["combined"] for each in document["people"]] == [None] * 5


def test_unlike_grades_are_not_mixed(tmp_path: Path) -> None:
    other = GRADES.replace("60", "70")
    text = card(CLERK, extra=COMBINED) + GRADES + card(CASHIER, extra=COMBINED) + other
    document = roll_document(roll(tmp_path, text))
    found = {each["key"]: each["combined"] for each in document["people"]}
    assert (found["B"]["total"], found["B"]["grade"]) == (32.61, None)


def test_days_that_no_card_claims_are_named(tmp_path: Path) -> None:
    document = roll_document(roll(tmp_path, card(CLERK)))
    assert {each["key"]: each["days"] for each in document["without_card"]} == {"B": 46, "E": 31}
