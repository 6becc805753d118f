"""Scores and totals that a card can give, and the grades and points that nobody reaches."""

from pathlib import Path

import pytest

from grammar import Diagnostic
from tests.support.small_workspaces import card_on, make_workspace
from tests.support.weighed_cards import BASE, DAY

CARD = """
kpi good
formula count(visits)
unit visits
better higher
kpi bad
formula count(visits where lost = yes)
unit visits
better lower
scorecard card
for store
every quarter
when missing leave out
{facts}
measure good
weight 50%
{good}
measure bad
weight 50%
{bad}
{grades}
"""
GOOD = "curve linear\nat 10 score 0\nat 20 score 120"
BAD = "curve steps\notherwise score 0\nupto 3 score 60"


def problems(
    folder: Path, facts: str = "", good: str = GOOD, bad: str = BAD, grades: str = ""
) -> list[Diagnostic]:
    text = BASE + CARD.format(facts=facts, good=good, bad=bad, grades=grades)
    return card_on(make_workspace(folder, text), "card", DAY)[1]


def graded(*thresholds: float) -> str:
    grades = [f"grade g{number}\nfrom {least}" for number, least in enumerate(thresholds, start=1)]
    return "\n".join([*grades, "grade rest\notherwise"])


def dead(
    folder: Path, facts: str, *thresholds: float, good: str = GOOD, bad: str = BAD
) -> list[str]:
    """The grades that nobody gets."""
    found = problems(folder, facts, good, bad, graded(*thresholds))
    assert {each.code for each in found} <= {"K0718", "K0719"}
    return [each.span.text for each in found if each.span is not None]


# ── grades: the total lies between 0 and 90 ──────────────────────────────────────────────────────


def test_grades_within_the_total(tmp_path: Path) -> None:
    assert dead(tmp_path, "round total 1", 90, 60, 0.1) == []


def test_a_grade_above_the_highest_total(tmp_path: Path) -> None:
    assert dead(tmp_path, "round total 1", 90.1, 60) == ["g1"]


def test_a_total_may_be_rounded_up_to_a_grade(tmp_path: Path) -> None:
    better = "curve linear\nat 10 score 0\nat 20 score 119.2"
    assert dead(tmp_path, "round total 0", 90, 60, good=better) == []
    assert dead(tmp_path, "round total 1", 90, 60, good=better) == ["g1"]


def test_a_grade_below_the_lowest_total(tmp_path: Path) -> None:
    assert dead(tmp_path, "round total 1", 80, 0) == ["rest"]
    assert dead(tmp_path, "round total 1\nlimit total 40 to 100", 80, 40) == ["rest"]


def test_the_limit_of_the_total_counts(tmp_path: Path) -> None:
    assert dead(tmp_path, "round total 1\nlimit total 0 to 80", 85, 80) == ["g1"]


def test_the_score_of_what_is_missing_counts(tmp_path: Path) -> None:
    assert dead(tmp_path, "round total 1", 95, bad=f"{BAD}\nwhen missing score 80") == []


def test_an_attainment_reaches_its_limit(tmp_path: Path) -> None:
    attained = "target 3\ncurve attainment\nlimit 0 to 150"
    assert dead(tmp_path, "round total 1", 105, 60, good=attained) == []
    assert dead(tmp_path, "round total 1", 105.1, 60, good=attained) == ["g1"]


def test_rules_may_lift_a_total(tmp_path: Path) -> None:
    bonus = "bonus more\npoints 2\nlimit 5\n" + graded(95)
    assert problems(tmp_path, "round total 1", grades=bonus) == []


@pytest.mark.parametrize(
    ("digits", "thresholds", "expected"),
    [
        (0, (80.4, 80.1), ["g2"]),
        (0, (80.4, 80), []),
        (1, (80.4, 80.1), []),
        (1, (80.4, 80.31), ["g2"]),
    ],
)
def test_no_rounded_total_between_two_thresholds(
    tmp_path: Path, digits: int, thresholds: tuple[float, ...], expected: list[str]
) -> None:
    assert dead(tmp_path, f"round total {digits}", *thresholds) == expected


def test_both_ends_are_said(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "round total 1", grades=graded(95))
    assert found.message().endswith("the total lies between 0.0 and 90.0")


# ── limits ───────────────────────────────────────────────────────────────────────────────────────


def codes(found: list[Diagnostic]) -> list[str]:
    return [f"{each.code} {each.span.text}" for each in found if each.span is not None]


@pytest.mark.parametrize("limit", ["limit 0 to 120", "limit -10 to 300", "limit 50 to 120"])
def test_limits_that_cut_nothing_off_the_top(tmp_path: Path, limit: str) -> None:
    assert codes(problems(tmp_path, good=f"{GOOD}\n{limit}")) == []


def test_a_point_above_the_limit(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, good=f"{GOOD}\nlimit 0 to 100")
    assert codes([found]) == ["K0522 at 20 score 120"]
    assert [label.span.text for label in found.labels] == ["limit 0 to 100"]


def test_a_limit_that_leaves_one_score(tmp_path: Path) -> None:
    found = problems(tmp_path, bad=f"{BAD}\nlimit 60 to 100")
    assert codes(found) == ["K0524 limit 60 to 100"]
    found = problems(tmp_path, bad="curve steps\notherwise score 5\nupto 3 score 5")
    assert codes(found) == ["K0524 curve steps"]
