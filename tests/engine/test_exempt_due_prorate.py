"""Who is exempt, what is not due, and targets for a part of the period."""

from datetime import date
from pathlib import Path

import pytest

from engine import Sheet
from engine.explanation import explain
from engine.sentences import sentences
from grammar import Refused
from tests.support.small_workspaces import items, make_workspace, score_card

TEXT = """
    entity clerk
      file "clerks.csv"
      key id
      active from since
    data sales
      file "sales.csv"
      date day
      link clerk by id
      column amount unit CNY
      DUE
    data calls
      file "calls.csv"
      date day
      link clerk by id
    kpi net_sales
      formula sum(sales.amount)
      unit CNY
      better higher
    kpi calls_made
      formula count(calls)
      unit calls
      better higher
    kpi average_sale
      formula average(sales.amount)
      unit CNY
      better higher
    scorecard card
      for clerk
      every quarter
      when missing no total
      EXEMPT
    measure net_sales
      weight 60%
      target CNY 400_000
      PRORATE
      curve attainment
      limit 0 to 120
    measure calls_made
      weight 40%
      curve linear
      at 0 score 0
      at 10 score 100
"""
# B came on 16 August: 46 of the 92 days of the quarter.
FILES = {
    "clerks": "id,since\nA,2020-01-01\nB,2025-08-16",
    "sales": "id,day,amount\nA,2025-07-01,200000\nB,2025-09-01,200000",
    "calls": "id,day\nA,2025-07-01\nB,2025-09-01",
}


def scored(folder: Path, *, as_of: date = date(2026, 1, 1), **lines: str) -> Sheet:
    text = TEXT
    for word in ("DUE", "EXEMPT", "PRORATE"):
        text = text.replace(word, lines.get(word.lower(), ""))
    return score_card(make_workspace(folder, text, FILES), "card", "2025Q3", as_of=as_of)


def said(sheet: Sheet, key: str, language: str = "en") -> str:
    found = explain(sheet, key)
    assert found is not None
    return "\n".join(sentences(found, language))


def test_a_target_is_taken_for_the_active_days(tmp_path: Path) -> None:
    """400,000 for 92 days are 200,000 for 46."""
    sheet = scored(tmp_path, prorate="prorate")
    found = {key: each["measures"]["net_sales"] for key, each in items(sheet).items()}
    assert (found["A"]["target"], found["A"]["attainment"]) == (400_000, 0.5)
    assert (found["B"]["target"], found["B"]["attainment"]) == (200_000, 1.0)
    assert "prorated: 46 active days of the 92 days" in said(sheet, "B")
    assert "其中 46 天" in said(sheet, "B", "zh")
    assert "prorated" not in said(sheet, "A")


def test_without_the_line_no_target_changes(tmp_path: Path) -> None:
    assert items(scored(tmp_path))["B"]["measures"]["net_sales"]["target"] == 400_000


def test_a_floor_written_of_the_target_follows_it_once(tmp_path: Path) -> None:
    sheet = scored(tmp_path, prorate="floor target / 2 for display\n      prorate")
    roles = {str(k): r for k, r in zip(sheet.keys, sheet.measures[0].roles["floor"], strict=True)}
    assert roles == {"A": 200_000, "B": 100_000}


def test_only_flows_are_prorated(tmp_path: Path) -> None:
    workspace = make_workspace(
        tmp_path,
        TEXT.replace("measure net_sales", "measure average_sale")
        .replace("PRORATE", "prorate")
        .replace("DUE", "")
        .replace("EXEMPT", ""),
        FILES,
    )
    with pytest.raises(Refused) as refused:
        score_card(workspace, "card", "2025Q3")
    assert [each.code for each in refused.value.diagnostics] == ["K0617"]


def test_an_exemption_of_all_days_leaves_a_measure_out(tmp_path: Path) -> None:
    """B is claimed from 16 August; what went before does not matter."""
    line = 'exempt clerk "B" measure net_sales from 2025-08-16 through 2025-09-30 reason "training"'
    sheet = scored(tmp_path, exempt=line)
    found = items(sheet)["B"]
    assert (found["measures"]["net_sales"]["state"], found["measures"]["net_sales"]["reason"]) == (
        "not_applicable",
        "exempt",
    )
    assert found["measures"]["net_sales"]["value"] == 200_000
    assert (found["total"], found["coverage"]) == (10, 1)
    assert items(sheet)["A"]["measures"]["net_sales"]["state"] == "scored"
    assert "is exempt" in said(sheet, "B")
    assert "(training)" in said(sheet, "B")


def test_an_exemption_from_the_card_leaves_no_total(tmp_path: Path) -> None:
    line = 'exempt clerk "A" from 2025-01-01 through 2025-12-31 reason "leave"'
    found = scored(tmp_path, exempt=line)
    assert items(found)["A"]["total"] is None
    assert items(found)["B"]["total"] is not None


def test_an_exemption_of_other_days_or_others_is_nothing(tmp_path: Path) -> None:
    early = 'exempt clerk "B" from 2025-07-01 through 2025-08-15 reason "not there"'
    assert items(scored(tmp_path, exempt=early))["B"]["total"] is not None


def test_lines_that_leave_nobody_a_day_show_the_value_all_the_same(tmp_path: Path) -> None:
    """B came on 16 August: two lines that meet are one."""
    lines = [
        f'exempt clerk "B" measure net_sales from {a} through {b} reason "x"'
        for a, b in (("2025-08-01", "2025-09-10"), ("2025-09-11", "2025-09-30"))
    ]
    found = items(scored(tmp_path, exempt="\n      ".join(lines)))["B"]["measures"]["net_sales"]
    assert (found["reason"], found["value"]) == ("exempt", 200_000)


def test_an_exemption_of_a_part_of_the_days_takes_them_out(tmp_path: Path) -> None:
    line = 'exempt clerk "B" from 2025-09-01 through 2025-12-31 reason "leave"'
    sheet = scored(tmp_path, exempt=line)
    found = items(sheet)
    assert found["B"]["assigned"]["days"] == 16
    assert found["B"]["measures"]["net_sales"]["value"] == 0
    assert found["A"]["measures"]["net_sales"]["value"] == 200_000
    assert "Exempt from 2025-09-01 to 2025-12-31 (leave)" in said(sheet, "B")
    assert "2025-09-01 至 2025-12-31 豁免（leave）" in said(sheet, "B", "zh")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('exempt store "A" from 2025-07-01 through 2025-09-30 reason "x"', "K0203"),
        ('exempt clerk "A" measure x from 2025-07-01 through 2025-09-30 reason "x"', "K0203"),
        ('exempt clerk "A" from 2025-10-01 through 2025-09-30 reason "x"', "K0715"),
    ],
)
def test_a_line_that_exempts_nobody_is_an_error(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        scored(tmp_path, exempt=line)
    assert [each.code for each in refused.value.diagnostics] == [code]


def test_before_the_due_day_a_measure_is_pending(tmp_path: Path) -> None:
    """Due on 5 October: pending on the 4th, although the card gives no total to what is missing."""
    sheet = scored(tmp_path, due="due 5 days after period", as_of=date(2025, 10, 4))
    found = items(sheet)["A"]
    assert (found["measures"]["net_sales"]["state"], found["measures"]["net_sales"]["reason"]) == (
        "pending",
        "not_due",
    )
    assert (found["total"], found["coverage"]) == (10, 0.4)
    assert "is pending: it is not due yet" in said(sheet, "A")
    due = scored(tmp_path, due="due 5 days after period", as_of=date(2025, 10, 5))
    assert items(due)["A"]["measures"]["net_sales"]["state"] == "scored"


def test_what_is_due_is_a_number_of_days(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        scored(tmp_path, due="due 5 hours after period")
    assert [each.code for each in refused.value.diagnostics] == ["K0302"]
