"""Weights by comparison, from the text of a card to the published numbers of the literature."""

from fractions import Fraction as F
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from engine.documents import weights_document
from tests.support.small_workspaces import codes
from tests.support.weighed_cards import read, refused, shares

QSE = "prefer quality over service 3\nprefer quality over ease 5\nprefer service over ease 2"
CRITERIA = "size transport neighborhood age yard modern condition financing".split()
HOUSE = (
    "5 3 7 6 6 1/3 1/4  1/3 5 3 3 1/5 1/7  6 3 4 6 1/5  1/3 1/4 1/7 1/8  1/2 1/5 1/6  1/5 1/6  1/2"
)
CAR = "3 7 3  9 1  1/7"


def prefers(names: list[str], upper: str) -> str:
    """`prefer` lines from the upper triangle of a matrix, the more important side first."""
    lines = []
    for (a, b), entry in zip(combinations(names, 2), upper.split(), strict=True):
        over, under = (b, a) if entry.startswith("1/") else (a, b)
        lines.append(f"prefer {over} over {under} {entry.removeprefix('1/')}")
    return "\n".join(lines)


def compared(folder: Path, names: list[str], facts: str) -> dict[str, Any]:
    """The group of the weights document, without faults other than a warning."""
    card, problems = read(folder, f"weights by comparison\n{facts}", dict.fromkeys(names, ""))
    assert [each.code for each in problems if each.is_error] == []
    assert card is not None
    (group,) = weights_document(card)["groups"]
    assert sum(group["weights"].values()) == pytest.approx(1, abs=1e-12)
    return dict(group)


def printed(numbers: dict[str, float], digits: int) -> list[float]:
    return [round(each, digits) for each in numbers.values()]


# ── published ────────────────────────────────────────────────────────────────────────────────────


def test_three_criteria_to_every_printed_digit(tmp_path: Path) -> None:
    names = ["quality", "service", "ease"]
    found = compared(tmp_path / "a", names, f"{QSE}\nrandom index saaty")
    assert printed(found["weights"], 5) == [0.64833, 0.22965, 0.12202]
    assert (round(found["lambda_max"], 5), round(found["ci"], 5)) == (3.00369, 0.00185)
    assert (round(found["cr"], 4), found["random_index"]) == (0.0032, "saaty")
    assert (found["form"], found["method"]) == ("comparison", "eigenvector")
    assert (found["verdict"], found["reconsider"]) == ("ok", None)
    default = compared(tmp_path / "b", names, QSE)
    assert (round(default["cr"], 4), default["random_index"]) == (0.0035, "alonso_lamata")


@pytest.mark.parametrize(
    ("index", "ratio", "verdict"),
    [("alonso_lamata", 0.0753, "ok"), ("donegan_dodd", 0.0801, "caution")],
)
def test_the_car_criteria_at_the_border(
    tmp_path: Path, index: str, ratio: float, verdict: str
) -> None:
    names = ["cost", "safety", "style", "capacity"]
    found = compared(tmp_path, names, f"{prefers(names, CAR)}\nrandom index {index}")
    assert (round(found["cr"], 4), found["verdict"]) == (ratio, verdict)


def test_the_house_and_its_revision(tmp_path: Path) -> None:
    facts = f"{prefers(CRITERIA, HOUSE)}\nrandom index saaty"
    found = compared(tmp_path / "a", CRITERIA, facts)
    assert (round(found["cr"], 3), found["verdict"]) == (0.169, "caution")
    advice = found["reconsider"]
    assert (advice["over"], advice["under"]) == ("neighborhood", "condition")
    assert (advice["stated"], advice["suggested"]) == (6.0, 0.5)
    assert round(advice["cr_after"], 3) == 0.082
    before, after = "neighborhood over condition 6", "condition over neighborhood 2"
    assert before in facts
    revised = compared(tmp_path / "b", CRITERIA, facts.replace(before, after))
    assert revised["cr"] == pytest.approx(advice["cr_after"], rel=1e-9)


def test_contradicting_judgements_name_the_one_to_review(tmp_path: Path) -> None:
    names = ["sales", "retention", "satisfaction"]
    facts = f"weights by comparison\n{prefers(names, '3 2 3')}"
    card, problems = read(tmp_path, facts, dict.fromkeys(names, ""))
    assert card is not None
    (warning,) = problems
    assert (warning.code, warning.is_error) == ("K0407", False)
    assert warning.data["cr"] == "0.24"
    assert "4 brings CR to 0.07" in warning.help()
    assert warning.span is not None
    assert warning.span.text == "prefer sales over satisfaction 2"


def test_inconsistency_blocks_only_where_the_card_says_so(tmp_path: Path) -> None:
    names = ["sales", "retention", "satisfaction"]
    facts = f"weights by comparison\n{prefers(names, '3 2 3')}\nrequire consistency"
    measures = dict.fromkeys(names, "")
    assert refused(tmp_path / "a", f"{facts} 0.10", measures).code == "K0408"
    card, problems = read(tmp_path / "b", f"{facts} 0.25", measures)
    assert card is not None
    assert codes(problems) == ["K0407"]


# ── judgements ───────────────────────────────────────────────────────────────────────────────────


def test_words_are_numbers(tmp_path: Path) -> None:
    scale = {
        "equally": 1, "slightly": 2, "moderately": 3, "strongly": 5, "very strongly": 7,
        "extremely": 9,
    }  # fmt: skip
    for word, number in scale.items():
        found = compared(tmp_path / word, ["a", "b"], f"prefer a over b {word}")
        assert found["weights"]["a"] == pytest.approx(number / (number + 1), rel=1e-12)
        assert (found["cr"], found["verdict"]) == (0.0, "ok")


def test_a_chain_of_judgements_is_enough(tmp_path: Path) -> None:
    found = compared(tmp_path, ["a", "b", "c"], "prefer a over b 2\nprefer b over c 3")
    # a : b : c = 6 : 3 : 1; nothing tests the two judgements
    assert list(found["weights"].values()) == pytest.approx([0.6, 0.3, 0.1], rel=1e-12)
    assert found["cr"] is None


def test_the_geometric_method(tmp_path: Path) -> None:
    names = ["quality", "service", "ease"]
    found = compared(tmp_path, names, f"{QSE}\nmethod geometric")
    means = [15 ** (1 / 3), (2 / 3) ** (1 / 3), (1 / 10) ** (1 / 3)]
    assert list(found["weights"].values()) == pytest.approx([m / sum(means) for m in means])
    assert found["method"] == "geometric"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ("prefer a over a 3\nprefer a over b 2\nprefer b over c 2", "K0411"),
        ("prefer a over x 3\nprefer a over b 2\nprefer b over c 2", "K0412"),
        ("prefer a over b 3\nprefer b over a 2\nprefer b over c 2", "K0413"),
        ("prefer a over b 3\nprefer a over b 3\nprefer b over c 2", "K0414"),
        ("prefer a over b 3", "K0415"),
        ("prefer a over b 0.5\nprefer b over c 2", "K0416"),
        ("prefer a over b 10\nprefer b over c 2", "K0417"),
    ],
)
def test_judgements_at_fault(tmp_path: Path, facts: str, code: str) -> None:
    found = refused(tmp_path, f"weights by comparison\n{facts}", dict.fromkeys("abc", ""))
    assert (found.code, found.is_error) == (code, code not in ("K0414", "K0417"))


# ── judges ───────────────────────────────────────────────────────────────────────────────────────


def test_judges_are_a_weighted_geometric_mean(tmp_path: Path) -> None:
    judges = """
judge "Wang" share 2
  prefer a over b 4
judge "Li"
  prefer b over a 2
"""
    found = shares(tmp_path, "weights by comparison", {"a": "", "b": ""}, judges)
    ratio = (4 * 4 / 2) ** (1 / 3)  # 4 counts twice, 1/2 once: 2
    assert ratio == pytest.approx(2)
    assert float(found["a"]) == pytest.approx(2 / 3, rel=1e-12)


def test_opposite_judges_are_equal(tmp_path: Path) -> None:
    judges = 'judge "A"\nprefer a over b 5\njudge "B" of card\nprefer b over a 5'
    found = shares(tmp_path, "weights by comparison", {"a": "", "b": ""}, judges)
    assert float(found["a"]) == pytest.approx(0.5, rel=1e-12)


def test_a_judge_names_an_existing_group(tmp_path: Path) -> None:
    judges = 'judge "A" of people\nprefer a over b 5'
    facts = "weights by comparison\nprefer a over b 3"
    found = refused(tmp_path, facts, {"a": "", "b": ""}, judges)
    assert found.code == "K0203"
    assert found.span is not None
    assert found.span.text == "people"


# ── mixed, rounded ───────────────────────────────────────────────────────────────────────────────


def test_fixed_weights_beside_compared_ones(tmp_path: Path) -> None:
    measures = {"a": "", "fixed": "weight 40%", "b": ""}
    facts = "weights by comparison\nprefer a over b 2"
    card, problems = read(tmp_path, facts, measures)
    assert card is not None
    assert not problems
    assert card.groups[0].form == "mixed"
    found = card.groups[0].weights
    assert (list(found), found["fixed"]) == (["a", "fixed", "b"], F(2, 5))
    assert float(found["a"]) == pytest.approx(0.4, rel=1e-12)  # two thirds of 60 %
    assert sum(found.values()) == 1


@pytest.mark.parametrize("fixed", ["100%", "120%"])
def test_fixed_weights_leave_something_to_compare(tmp_path: Path, fixed: str) -> None:
    measures = {"a": "", "b": "", "c": f"weight {fixed}"}
    assert refused(tmp_path, "weights by comparison\nprefer a over b 2", measures).code == "K0401"


def test_weights_are_rounded_by_largest_remainder(tmp_path: Path) -> None:
    # 64.833, 22.965 and 12.202 %: 64, 22 and 12 are two short, .965 and .833 get one each
    names = dict.fromkeys(("quality", "service", "ease"), "")
    found = shares(tmp_path, f"weights by comparison\n{QSE}\nround weights 1%", names)
    assert found == {"quality": F(65, 100), "service": F(23, 100), "ease": F(12, 100)}


def test_equal_remainders_go_to_the_first(tmp_path: Path) -> None:
    names = dict.fromkeys("abcdef", "")
    facts = "\n".join(f"prefer {a} over {b} 1" for a, b in zip("abcde", "bcdef", strict=True))
    found = shares(tmp_path, f"weights by comparison\n{facts}\nround weights 1%", names)
    # 6 times 16.67 %: four of them get 17 %
    assert list(found.values()) == [F(17, 100)] * 4 + [F(16, 100)] * 2


def test_weights_are_rounded_to_steps_of_five(tmp_path: Path) -> None:
    names = dict.fromkeys(("quality", "service", "ease"), "")
    found = shares(tmp_path, f"weights by comparison\n{QSE}\nround weights 5%", names)
    # in steps: 12.97, 4.59, 2.44; one step is left for .97, one for .59
    assert found == {"quality": F(65, 100), "service": F(25, 100), "ease": F(10, 100)}


def test_a_step_that_does_not_divide_all_is_refused(tmp_path: Path) -> None:
    names = dict.fromkeys(("quality", "service", "ease"), "")
    card, problems = read(tmp_path, f"weights by comparison\n{QSE}\nround weights 3%", names)
    total = sum(card.groups[0].weights.values()) if card and card.groups else 0
    assert total == 1 or any(each.is_error for each in problems)


def test_mixed_weights_are_rounded_too(tmp_path: Path) -> None:
    names = {"quality": "", "service": "", "ease": "", "fixed": "weight 15%"}
    found = shares(tmp_path, f"weights by comparison\n{QSE}\nround weights 1%", names)
    # shares of 85 %: 55.108, 19.520 and 10.372
    assert found["fixed"] == F(15, 100)
    assert [found[n] for n in ("quality", "service", "ease")] == [
        F(55, 100), F(20, 100), F(10, 100),
    ]  # fmt: skip
