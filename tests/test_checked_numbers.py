"""Numbers that products and papers print, or get wrong: each through a card, from text to score.

The table of checked numbers that the scoring was designed by. A row that cannot be written is
refused, with the line and the reason.
"""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from engine import Sheet
from engine.documents import weights_document
from tests.support.small_workspaces import (
    card_on,
    codes,
    items,
    make_workspace,
    refusal,
    score_card,
    shown,
    totals,
)
from tests.support.weighed_cards import DAY, read, refused, shares

BASE = """
entity store
  file "stores.csv"
  key id
data facts
  file "facts.csv"
  date day
  link store by store
  column paid unit CNY
kpi value
  formula average(facts.x)
  unit points
  better {better}
"""
CARD = """
scorecard card
  for store
  every quarter
  when missing leave out
  {facts}
measure value
  weight 100%
"""


def written(curve: str, better: str = "higher", facts: str = "") -> str:
    """A card whose one measure is the number that stands in the row of a store."""
    return f"{BASE}{CARD}{{curve}}\n".format(better=better, facts=facts, curve=curve)


def scored(folder: Path, text: str, values: Mapping[str, object]) -> Sheet:
    """The card over one row a store."""
    rows = [f"{store},2025-07-01,{value},{value}" for store, value in values.items()]
    csv = {
        "stores": "\n".join(["id", *values]),
        "facts": "\n".join(["store,day,x,paid", *rows]),
    }
    return score_card(make_workspace(folder, text, csv), "card", "2025Q3")


def score_of(folder: Path, x: float, curve: str, better: str = "higher") -> float | str | None:
    """The score of one value."""
    return shown(scored(folder, written(curve, better), {"s": x}), "value", "score")["s"]


def refusal_of(folder: Path, text: str) -> list[str]:
    csv = {"stores": "id\ns", "facts": "store,day,x,paid\ns,2025-07-01,5,5"}
    return codes(refusal(make_workspace(folder, text, csv), "card", "2025Q3"))


# ── curves ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("x", "expected"), [(300, 0), (500, 10 / 3), (700, 20 / 3), (900, 10)])
def test_goal_and_red_flag(tmp_path: Path, x: float, expected: float) -> None:
    """Goal 700 and red flag 500 on a scale of 10: the ends lie one distance beyond each."""
    points = "at 300 score 0\nat 900 score 10"
    assert score_of(tmp_path, x, f"curve linear\n{points}") == pytest.approx(expected)


def test_interpolation(tmp_path: Path) -> None:
    """50 + 50 x (1313 - 620) / (1997 - 620) = 75.163..."""
    curve = "curve linear\nat 620 score 50\nat 1997 score 100"
    found = score_of(tmp_path, 1313, curve)
    assert found == pytest.approx(50 + 50 * 693 / 1377)
    assert f"{found:.2f}" == "75.16"


BANDS = "curve steps\notherwise score 0\nfrom 0 score 5\nfrom 10_001 score 8"


@pytest.mark.parametrize(("x", "expected"), [(10_000, 5), (10_000.5, 5), (10_001, 8), (-1, 0)])
def test_bands_have_no_gap(tmp_path: Path, x: float, expected: float) -> None:
    """A step holds from its edge to the next: 10,000.50 lies in the one below 10,001."""
    assert score_of(tmp_path, x, BANDS) == expected


@pytest.mark.parametrize(
    "steps",
    [
        "from 0 upto 10_000 score 5\nfrom 10_001 upto 20_000 score 8",
        "from 0 to 10_000 score 5\nfrom 10_001 to 20_000 score 8",
        "from 0 score 5\nfrom 10_001 score 8",
    ],
)
def test_a_gap_between_bands_cannot_be_written(tmp_path: Path, steps: str) -> None:
    """Neither an upper edge beside a lower one, nor steps that leave a value without a score."""
    assert refusal_of(tmp_path, written(f"curve steps\n{steps}"))


@pytest.mark.parametrize(("x", "expected"), [(9, 100), (10, 100), (10.01, 40)])
def test_on_the_border_there_is_one_answer(tmp_path: Path, x: float, expected: float) -> None:
    """Lower is better, the target 10, the value 10: reached, with the score of reached."""
    curve = "target 10\ncurve steps\nupto target score 100\notherwise score 40"
    assert score_of(tmp_path, x, curve, "lower") == expected


@pytest.mark.parametrize(
    ("form", "x", "expected"),
    [("inverse", 2, 250), ("mirrored", 2, 160), ("inverse", 10, 50), ("mirrored", 10, 0)],
)
def test_two_formulas_for_lower_is_better(
    tmp_path: Path, form: str, x: float, expected: float
) -> None:
    """A target of 5: T / x and 2 - x / T, which the card has to name."""
    curve = f"target 5\ncurve attainment {form}\nlimit 0 to 300"
    assert score_of(tmp_path, x, curve, "lower") == expected


def test_inverse_of_nothing_is_the_upper_limit(tmp_path: Path) -> None:
    assert score_of(tmp_path, 0, "target 5\ncurve attainment inverse\nlimit 0 to 120", "lower") == (
        120
    )


@pytest.mark.parametrize("form", ["", " inverse", " mirrored"])
def test_there_is_no_proportion_to_a_target_of_zero(tmp_path: Path, form: str) -> None:
    """No complaint allowed, 5 met: no formula gives a number, and none is made up (600, say)."""
    curve = f"target 0\ncurve attainment{form}\nlimit 0 to 120"
    sheet = scored(tmp_path, written(curve, "lower" if form else "higher"), {"s": 5})
    assert shown(sheet, "value", "score") == {"s": "target_not_positive"}
    assert totals(sheet) == {"s": None}


@pytest.mark.parametrize(("x", "expected"), [(0, 100), (1, 60), (5, 0)])
def test_steps_say_what_zero_complaints_are_worth(
    tmp_path: Path, x: float, expected: float
) -> None:
    curve = "target 0\ncurve steps\nupto target score 100\nupto 2 score 60\notherwise score 0"
    assert score_of(tmp_path, x, curve, "lower") == expected


# ── weights ──────────────────────────────────────────────────────────────────────────────────────


def test_three_times_a_third_as_percents(tmp_path: Path) -> None:
    found = refused(tmp_path, "", dict.fromkeys("abc", "weight 33.33%"))
    assert (found.code, found.data["gap"]) == ("K0401", "0.01% too little")


def test_three_times_a_third_as_points(tmp_path: Path) -> None:
    found = shares(tmp_path, "", dict.fromkeys("abc", "weight 33.33 points"))
    assert set(found.values()) == {Fraction(1, 3)}


def test_rounded_weights_of_six_are_all(tmp_path: Path) -> None:
    """100 / 6 with two decimals: four times 16.67 and twice 16.66 are 100, not 99.97."""
    facts = "weights by comparison\nround weights 0.01%\n" + "\n".join(
        f"prefer a over {other} equally" for other in "bcdef"
    )
    found = shares(tmp_path, facts, dict.fromkeys("abcdef", ""))
    assert sum(found.values()) == 1
    assert sorted(found.values()) == [Fraction(1666, 10_000)] * 2 + [Fraction(1667, 10_000)] * 4


@pytest.mark.parametrize(("index", "ratio"), [("saaty", "0.0032"), ("alonso_lamata", "0.0035")])
def test_ahp_of_three(tmp_path: Path, index: str, ratio: str) -> None:
    facts = f"""weights by comparison
    random index {index}
    prefer quality over service 3
    prefer quality over experience 5
    prefer service over experience 2"""
    card, problems = read(tmp_path, facts, dict.fromkeys(["quality", "service", "experience"], ""))
    assert codes(problems) == []
    assert card is not None
    weighed = card.groups[0].comparison
    assert weighed is not None
    assert [f"{each:.5f}" for each in weighed.weights.values()] == ["0.64833", "0.22965", "0.12202"]
    assert (f"{weighed.lambda_max:.5f}", f"{weighed.ci:.5f}") == ("3.00369", "0.00185")
    assert f"{weighed.cr:.4f}" == ratio
    assert weights_document(card)


# ── what is missing ──────────────────────────────────────────────────────────────────────────────


THREE = f"""{BASE.format(better="higher")}
kpi goal
  formula average(facts.x)
  unit points
  better higher
kpi feedback
  formula average(facts.x)
  unit points
  better higher
kpi self_review
  formula average(facts.x where x > 100)
  unit points
  better higher
scorecard card
  for store
  every quarter
  weights equal
  when missing leave out
"""


def test_an_absent_part_is_not_zero(tmp_path: Path) -> None:
    """5, 5 and nothing is 5 and not (5 + 5 + 0) / 3 = 3.33."""
    curve = "curve linear\nat 0 score 0\nat 5 score 5"
    parts = [f"measure {name}\n{curve}" for name in ("goal", "feedback", "self_review")]
    sheet = scored(tmp_path, THREE + "\n".join(parts), {"s": 5})
    assert totals(sheet) == {"s": 5.0}
    assert shown(sheet, "self_review") == {"s": "no_rows"}


GROWTH = f"""{BASE.format(better="higher")}
kpi paid
  formula sum(facts.paid)
  unit CNY
  better higher
kpi growth_of_paid
  formula growth(paid)
  unit percent
  better higher
scorecard card
  for store
  every quarter
  when missing leave out
measure growth_of_paid
  weight 100%
  curve linear
  at 0% score 0
  at 100% score 100
"""


def test_growth_from_zero_has_no_value(tmp_path: Path) -> None:
    csv = {
        "stores": "id\ns",
        "facts": "store,day,x,paid\ns,2025-04-01,1,0\ns,2025-07-01,1,100",
    }
    sheet = score_card(make_workspace(tmp_path, GROWTH, csv), "card", "2025Q3")
    assert shown(sheet, "growth_of_paid") == {"s": "zero_base"}
    assert totals(sheet) == {"s": None}


def test_a_ratio_over_time_is_that_of_the_sums(tmp_path: Path) -> None:
    """50,734 of 199,097 in a quarter are 25.48 %, though its days' rates are 22.19 % on average."""
    text = f"""{BASE.format(better="higher")}
kpi rate
  formula sum(facts.x) / sum(facts.n)
  unit percent
  better higher
kpi mean_of_rates
  formula average(facts.x / facts.n)
  unit percent
  better higher
scorecard card
  for store
  every quarter
measure rate
  report only
measure mean_of_rates
  report only
"""
    days = ["s,2025-07-01,1_870,0,10_097", "s,2025-07-02,48_864,0,189_000"]
    csv = {
        "stores": "id\ns",
        "facts": "\n".join(["store,day,x,paid,n", *(day.replace("_", "") for day in days)]),
    }
    sheet = score_card(make_workspace(tmp_path, text, csv), "card", "2025Q3")
    (rate,) = shown(sheet, "rate").values()
    assert rate == pytest.approx(50_734 / 199_097)
    assert isinstance(rate, float)
    assert f"{rate:.2%}" == "25.48%"
    mean = shown(sheet, "mean_of_rates")["s"]
    assert isinstance(mean, float)
    assert f"{mean:.2%}" == "22.19%"


PRORATED = """
entity store
  file "stores.csv"
  key id
  active from opened
data facts
  file "facts.csv"
  date day
  link store by store
  column paid unit CNY
kpi sales
  formula sum(facts.paid)
  unit CNY
  better higher
kpi retention
  formula sum(facts.stayed) / sum(facts.asked)
  unit percent
  better higher
scorecard card
  for store
  every quarter
  when missing leave out
measure sales
  weight 50%
  target 400_000
  prorate
  curve attainment
  limit 0 to 120
measure retention
  weight 50%
  target 45%
  {prorated}
  curve attainment
  limit 0 to 120
"""
HALF = {
    "stores": "id,opened\ns,2025-08-16",
    "facts": "store,day,paid,stayed,asked\ns,2025-09-01,150000,36,100",
}


def test_a_flow_target_is_prorated_and_a_rate_is_not(tmp_path: Path) -> None:
    """46 of 92 days: of 400,000 in sales 200,000 are asked, of 45 % who stay still 45 %."""
    workspace = make_workspace(tmp_path, PRORATED.replace("{prorated}", ""), HALF)
    sheet = score_card(workspace, "card", "2025Q3")
    assert shown(sheet, "sales", "target") == {"s": 200_000}
    assert shown(sheet, "retention", "target") == {"s": 0.45}
    assert shown(sheet, "sales", "score") == {"s": 75}
    assert shown(sheet, "retention", "score") == {"s": 80}


def test_a_target_of_a_rate_cannot_be_prorated(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, PRORATED.replace("{prorated}", "prorate"), HALF)
    (found,) = refusal(workspace, "card", "2025Q3")
    assert found.span is not None
    assert found.span.text == "prorate"


# ── ranks and rounding ───────────────────────────────────────────────────────────────────────────


IDENTITY = "curve linear\nat 0 score 0\nat 200 score 200"


@pytest.mark.parametrize(
    ("percents", "seats"),
    [([20, 70, 10], [4, 13, 2]), ([10, 20, 40, 20, 10], [2, 4, 7, 4, 2])],
)
def test_seats_of_nineteen_people(tmp_path: Path, percents: list[int], seats: list[int]) -> None:
    """Shares of 3.8, 13.3 and 1.9, and of 1.9, 3.8, 7.6, 3.8 and 1.9: everybody has a grade."""
    grades = [
        f"grade G{place}\n{{}}\n  top {each}% within all" for place, each in enumerate(percents)
    ]
    last = len(percents) - 1
    lines = [each.format(f"  from {1 + last - place}") for place, each in enumerate(grades[:last])]
    text = written(IDENTITY, facts="round total 1\n  grades forced").replace(
        "  key id", "  key id\n  attribute all"
    )
    people = {f"p{place:02}": 100 + place for place in range(19)}
    csv = {
        "stores": "\n".join(["id,all", *(f"{each},x" for each in people)]),
        "facts": "\n".join(
            ["store,day,x,paid", *(f"{each},2025-07-01,{x},{x}" for each, x in people.items())]
        ),
    }
    text += "\n" + "\n".join([*lines, f"grade G{last}\n  otherwise"])
    sheet = score_card(make_workspace(tmp_path, text, csv), "card", "2025Q3")
    given = [each["grade"] for each in items(sheet).values()]
    assert [given.count(f"G{place}") for place in range(len(percents))] == seats


def test_ties_share_a_rank(tmp_path: Path) -> None:
    """101, 100, 100, 99 are 1, 2, 2, 4."""
    values = {"a": 101, "b": 100, "c": 100, "d": 99}
    found = items(scored(tmp_path, written(IDENTITY), values))
    assert {key: each["rank"] for key, each in found.items()} == {"a": 1, "b": 2, "c": 2, "d": 4}


GRADES = '\ngrade A "A"\nfrom 85\ngrade B "B"\notherwise'


def test_a_total_is_rounded_half_up_and_graded_as_rounded(tmp_path: Path) -> None:
    """84.95 with one digit is 85.0, and so an A."""
    text = written(IDENTITY, facts="round total 1") + GRADES
    sheet = scored(tmp_path, text, {"s": 84.95, "t": 84.94})
    assert totals(sheet) == {"s": 85.0, "t": 84.9}
    found = items(sheet)
    assert (found["s"]["grade"], found["t"]["grade"]) == ("A", "B")


def test_a_card_with_grades_says_how_it_rounds(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, written(IDENTITY) + GRADES)
    assert len(codes(card_on(workspace, "card", DAY)[1])) == 1
