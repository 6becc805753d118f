"""Grades by share: seats by largest remainder, ties at the border, suggested or forced."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Sheet
from engine.distribution import seats_of
from engine.explanation import explain
from engine.sentences import sentences
from tests.support.small_workspaces import items, make_workspace, score_card

TEXT = """
    entity person
      file "people.csv"
      key id
      attribute team
    data facts
      file "facts.csv"
      date day
      link person by id
    kpi points
      formula average(facts.a)
      unit points
      better higher
    scorecard card
      for person
      every quarter
      round total 0
      when missing leave out
      {forced}
    measure points
      weight 100%
      curve linear
      at 0 score 0
      at 100 score 100
    grade S
      from 60
      top 20% within team
    grade A
      from 10
      top 70% within team
    grade C
      otherwise
"""


def scored(tmp_path: Path, totals: list[int | str], forced: str = "grades forced") -> Sheet:
    people = "\n".join(f"P{i:02},red" for i in range(len(totals)))
    facts = "\n".join(f"P{i:02},2025-07-01,{total}" for i, total in enumerate(totals))
    files = {"people": f"id,team\n{people}", "facts": f"id,day,a\n{facts}"}
    workspace = make_workspace(tmp_path, TEXT.replace("{forced}", forced), files)
    return score_card(workspace, "card", "2025Q3")


def given_grades(sheet: Sheet) -> str:
    return "".join(str(each["grade"] or "-") for each in items(sheet).values())


def test_two_seven_one_over_nineteen(tmp_path: Path) -> None:
    """3.8, 13.3 and 1.9 of 19: the largest remainders are those of C and S."""
    assert seats_of([Fraction(2, 10), Fraction(7, 10)], 19) == [4, 13]
    sheet = scored(tmp_path, list(range(99, 80, -1)))
    assert given_grades(sheet) == "S" * 4 + "A" * 13 + "C" * 2
    assert [(each.grade, each.seats, each.given) for each in sheet.seats] == [
        ("S", 4, 4),
        ("A", 13, 13),
    ]


def test_ten_twenty_forty_twenty_ten_over_nineteen() -> None:
    shares = [Fraction(each, 10) for each in (1, 2, 4, 2, 1)]
    assert seats_of(shares, 19) == [2, 4, 7, 4, 2]


def test_ties_at_the_border_all_get_the_better_grade(tmp_path: Path) -> None:
    sheet = scored(tmp_path, [99, 90, 90, 90, 80, 70, 65, 64, 63, 62])
    assert given_grades(sheet) == "SSSSAAAAAA"  # 2 seats, 4 given
    explanation = explain(sheet, "P03")
    assert explanation is not None
    said = "Grade S in red has 2 seats and is given to 4: totals tie at the border."
    assert said in list(sentences(explanation))
    assert [(each.grade, each.seats, each.given) for each in sheet.seats] == [
        ("S", 2, 4),
        ("A", 7, 6),
    ]


def test_the_threshold_holds_beside_the_share(tmp_path: Path) -> None:
    """Two seats of S, but only one reaches 60; A has seven seats of its own."""
    sheet = scored(tmp_path, [70, 50, 50, 49, 48, 47, 46, 45, 9, 8])
    assert given_grades(sheet) == "SAAAAAAACC"


def test_who_is_not_ranked_has_no_share(tmp_path: Path) -> None:
    sheet = scored(tmp_path, [90, 80, "", 70, 60])
    assert given_grades(sheet) == "SA-AA"  # 0.8, 2.8 and 0.4 of four: 1, 3 and 0


def test_a_suggestion_stands_beside_the_grade(tmp_path: Path) -> None:
    sheet = scored(tmp_path, [99, 98, 97, 96, 95], forced="")
    found = items(sheet).values()
    assert [each["grade"] for each in found] == ["S"] * 5
    assert [each["suggested_grade"] for each in found] == ["S", "A", "A", "A", "A"]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5), st.integers(0, 60))
def test_seats_are_all_the_seats_there_are(parts: list[int], count: int) -> None:
    whole = sum(parts) or 1
    shares = [Fraction(part, whole) for part in parts]
    seats = seats_of(shares, count)
    assert sum(seats) == (count if sum(parts) else 0)
    assert all(abs(n - share * count) < 1 for n, share in zip(seats, shares, strict=True))


@pytest.mark.parametrize("forced", ["grades forced", ""])
def test_in_chinese(tmp_path: Path, forced: str) -> None:
    text = TEXT.replace("top 20% within team", "前 20% 分组 team").replace("{forced}", forced)
    files = {"people": "id,team\nP1,red", "facts": "id,day,a\nP1,2025-07-01,99"}
    sheet = score_card(make_workspace(tmp_path, text, files), "card", "2025Q3")
    assert items(sheet)["P1"]["grade"] in ("S", "A")
