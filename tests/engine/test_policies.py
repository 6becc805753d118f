"""Policies of the house: what is looked at, when, and at which line it is said."""

from datetime import date
from pathlib import Path

import pytest

from engine import check
from tests.support.small_workspaces import make_workspace, score_card, totals

DATA = """
    entity store
      file "stores.csv"
      key store_id
    data visits
      file "visits.csv"
      date day
      link store by store_id
      column paid unit CNY
    kpi made
      formula count(visits)
      unit visits
      better higher
    kpi paid
      formula sum(visits.paid)
      unit CNY
      better higher
"""
CSV = {
    "stores": "store_id\nS1",
    "visits": "store_id,day,paid\nS1,2025-02-01,20",
}
CURVE = "curve linear\nat 0 score 0\nat 1 score 100"
CARD = f"""
    scorecard card
      for store
      every quarter
      effective from 2025-01-01
      review by 2026-01-01
      when missing leave out
    perspective money
      weight 60%
      weight 80% from 2026-01-01
    measure paid
      weight 100%
      {CURVE}
    perspective customer
      weight 40%
      weight 20% from 2026-01-01
    measure made
      weight 75%
      {CURVE}
    measure made as again
      weight 25%
      {CURVE}
"""


def faults(folder: Path, text: str, today: date | None = None) -> list[tuple[str, int, str]]:
    """Code, line and words of what is wrong but for K0616 and hints of style."""
    workspace = make_workspace(folder, DATA + CARD + text, CSV)
    found = check(workspace, today=today)
    return [
        (d.code, d.span.line, d.span.text)
        for d in found
        if d.span and ("K0802" <= d.code <= "K0808" or d.is_error)
    ]


def line(words: str) -> int:
    lines = (DATA + CARD).lstrip("\n").splitlines()
    return next(number for number, each in enumerate(lines, 1) if words in each)


def policy(*facts: str) -> str:
    return "\npolicy house\n" + "\n".join(facts) + "\n"


def test_shares_are_those_of_the_card_at_every_date(tmp_path: Path) -> None:
    """`paid` has 60%, from 2026 on 80%; `made` 30% and then 15%: only the later one is too much."""
    assert faults(tmp_path, policy("require measure at most 60%")) == [
        ("K0803", line("weight 100%"), "100%")
    ]
    assert faults(tmp_path, policy("require measure at most 80%")) == []


def test_a_perspective_may_lose_its_share_later(tmp_path: Path) -> None:
    assert faults(tmp_path, policy("require perspective customer at least 25%")) == [
        ("K0804", line("20% from"), "20%")
    ]
    assert faults(tmp_path, policy("require perspective customer at least 20%")) == []
    assert faults(tmp_path, policy("require perspective growth at least 5%")) == [
        ("K0804", line("scorecard card"), "card")
    ]


def test_the_first_measure_too_many_is_shown(tmp_path: Path) -> None:
    assert faults(tmp_path, policy("require at most 2 measures")) == [
        ("K0805", line("as again"), "made")
    ]
    assert faults(tmp_path, policy("require at most 3 measures")) == []


@pytest.mark.parametrize(("months", "codes"), [(12, []), (11, ["K0807"])])
def test_reviews_are_counted_from_the_first_day(
    tmp_path: Path, months: int, codes: list[str]
) -> None:
    found = faults(tmp_path, policy(f"require review every {months} months"))
    assert [code for code, _, _ in found] == codes


def test_only_the_cards_that_are_named(tmp_path: Path) -> None:
    other = "\nscorecard other\nfor store\nevery quarter\nmeasure paid\nreport only\n"
    rule = "require at most 2 measures"
    assert faults(tmp_path, other + policy("applies to other", rule)) == []
    assert len(faults(tmp_path, other + policy("applies to card", rule))) == 1
    (found,) = faults(tmp_path, policy("applies to cart", rule))
    assert found[0] == "K0802"


def test_a_broken_policy_keeps_nobody_from_being_scored(tmp_path: Path) -> None:
    text = DATA + CARD + policy("require measure at most 10%")
    workspace = make_workspace(tmp_path, text, CSV)
    assert totals(score_card(workspace, "card", "2025Q1")) == {"S1": 100.0}


def test_reviews_are_overdue_from_the_day_after(tmp_path: Path) -> None:
    assert faults(tmp_path, "", date(2026, 1, 1)) == []
    assert faults(tmp_path, "", date(2026, 1, 2)) == [("K0808", line("review by"), "2026-01-01")]


def test_a_derived_card_is_looked_at_too(tmp_path: Path) -> None:
    small = "\nscorecard small\nbased on card\nremove measure again\n"
    small += "change measure made\nweight 100%\nchange perspective money\nweight 50%\n"
    small += "change perspective customer\nweight 50%\n"
    found = faults(tmp_path, small + policy("applies to small", "require measure at most 40%"))
    assert [(code, words) for code, _, words in found] == [("K0803", "100%"), ("K0803", "100%")]
