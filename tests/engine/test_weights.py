"""Weights of one group of siblings, from the text of a card: every form, exactly or refused."""

from datetime import date
from fractions import Fraction as F
from pathlib import Path

import pytest

from engine.documents import weights_document
from tests.support.small_workspaces import card_on, codes, make_workspace
from tests.support.weighed_cards import BASE, CURVE, DAY, read, refused, shares, written

# ── direct ───────────────────────────────────────────────────────────────────────────────────────


def test_percents_are_exact(tmp_path: Path) -> None:
    found = shares(tmp_path, "", {"a": "weight 33.3%", "b": "weight 33.3%", "c": "weight 33.4%"})
    assert found == {"a": F(333, 1000), "b": F(333, 1000), "c": F(334, 1000)}


def test_ten_times_ten_percent_are_exactly_all(tmp_path: Path) -> None:
    found = shares(tmp_path, "", {f"m{n}": "weight 10%" for n in range(10)})
    assert set(found.values()) == {F(1, 10)}


@pytest.mark.parametrize(
    ("weights", "total", "gap"),
    [
        (["33.33%", "33.33%", "33.33%"], "99.99%", "0.01% too little"),
        (["50%", "50.5%"], "100.5%", "0.5% too much"),
        (["40%"], "40%", "60% too little"),
        (["100%", "0.000001%"], "100.000001%", "0.000001% too much"),
    ],
)
def test_a_sum_that_is_not_all_says_what_is_missing(
    tmp_path: Path, weights: list[str], total: str, gap: str
) -> None:
    measures = {f"m{n}": f"weight {share}" for n, share in enumerate(weights)}
    found = refused(tmp_path, "", measures)
    assert (found.code, found.data["total"], found.data["gap"]) == ("K0401", total, gap)
    assert found.span is not None
    assert found.span.text == weights[0]
    assert [label.span.text for label in found.labels] == weights[1:]


def test_rest_takes_what_is_left(tmp_path: Path) -> None:
    found = shares(tmp_path, "", {"a": "weight 33.33%", "b": "weight rest", "c": "weight 20%"})
    assert found == {"a": F(3333, 10_000), "b": F(4667, 10_000), "c": F(1, 5)}


def test_there_must_be_something_left_for_rest(tmp_path: Path) -> None:
    found = refused(tmp_path, "", {"a": "weight 60%", "b": "weight rest", "c": "weight 40%"})
    assert (found.code, found.data["total"]) == ("K0401", "100%")


def test_only_one_sibling_takes_the_rest(tmp_path: Path) -> None:
    measures = {"a": "weight rest", "b": "weight rest", "c": "weight 40%"}
    assert refused(tmp_path, "", measures).code == "K0406"


def test_a_weight_of_nothing_is_allowed_and_of_less_is_not(tmp_path: Path) -> None:
    assert shares(tmp_path, "", {"a": "weight 100%", "b": "weight 0%"})["b"] == 0


def test_everybody_needs_a_weight(tmp_path: Path) -> None:
    found = refused(tmp_path, "", {"a": "weight 100%", "b": ""})
    assert (found.code, found.data["name"]) == ("K0403", "b")


# ── points, equal ────────────────────────────────────────────────────────────────────────────────


def test_points_are_parts_of_their_sum(tmp_path: Path) -> None:
    points = {"a": "weight 15 points", "b": "weight 5 points", "c": "weight 20 points"}
    card, _ = read(tmp_path, "", points)
    assert card is not None
    assert card.groups[0].weights == {"a": F(3, 8), "b": F(1, 8), "c": F(1, 2)}
    assert (card.groups[0].form, card.full_mark) == ("points", F(40))
    assert sum(card.groups[0].weights.values()) == 1


def test_points_and_percents_do_not_mix(tmp_path: Path) -> None:
    assert refused(tmp_path, "", {"a": "weight 15 points", "b": "weight 85%"}).code == "K0404"


def test_no_points_at_all(tmp_path: Path) -> None:
    measures = {"a": "weight 0 points", "b": "weight 0 points"}
    assert refused(tmp_path, "", measures).code == "K0405"


def test_six_equal_siblings_make_exactly_all(tmp_path: Path) -> None:
    # six published weights of 16.66 and a rounded last one made 99.97
    found = shares(tmp_path, "weights equal", dict.fromkeys("abcdef", ""))
    assert set(found.values()) == {F(1, 6)}


def test_a_weight_beside_equal_weights_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "weights equal", {"a": "weight 50%", "b": ""}).code == "K0402"


def test_measures_without_weight_take_no_part(tmp_path: Path) -> None:
    shown = "kpi shown\nformula count(visits)\nunit visits\nmeasure shown\nreport only"
    text = written("weights equal", {"a": "", "b": ""})
    kpi, measure = shown.split("measure", maxsplit=1)
    workspace = make_workspace(tmp_path, f"{kpi}{text}measure{measure}")
    card, problems = card_on(workspace, "card", DAY)
    assert card is not None
    assert not problems
    assert card.groups[0].weights == {"a": F(1, 2), "b": F(1, 2)}
    assert [(m.name, m.weight) for m in card.measures] == [("a", 0.5), ("b", 0.5), ("shown", 0.0)]


# ── dated ────────────────────────────────────────────────────────────────────────────────────────

DATED = {
    "a": "weight 60%\nweight 50% from 2025Q3\nweight 30% from 2026-01-01",
    "b": "weight 40%\nweight 50% from 2025-07-01\nweight 70% from 2026",
}


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2025, 4, 1), F(60, 100)),
        (date(2025, 7, 1), F(50, 100)),
        (date(2025, 10, 1), F(50, 100)),
        (date(2026, 1, 1), F(30, 100)),
    ],
)
def test_the_latest_dated_weight_holds(tmp_path: Path, day: date, share: F) -> None:
    assert shares(tmp_path, "", DATED, day=day) == {"a": share, "b": 1 - share}


def test_weights_must_sum_at_every_date(tmp_path: Path) -> None:
    measures = {"a": "weight 60%\nweight 50% from 2025Q3", "b": "weight 40%"}
    assert shares(tmp_path, "", measures, day=date(2025, 4, 1))["a"] == F(60, 100)
    _, problems = read(tmp_path, "", measures, day=date(2025, 7, 1))
    assert codes(problems) == ["K0401"]


def test_a_weight_begins_with_a_period(tmp_path: Path) -> None:
    measures = {"a": "weight 100%\nweight 100% from 2025-08-01"}
    found = refused(tmp_path, "", measures)
    assert (found.code, found.data["next"]) == ("K0516", "2025-10-01")


# ── perspectives ─────────────────────────────────────────────────────────────────────────────────


def test_global_weights_are_products(tmp_path: Path) -> None:
    lines = [BASE]
    for name in ("a", "b", "c"):
        lines.append(f"kpi {name}\nformula count(visits)\nunit visits\nbetter higher")
    lines.append("scorecard card\nfor store\nevery quarter")
    lines.append("perspective money\nweight 65%")
    lines.append(f"measure a\nweight 40%\n{CURVE}\nmeasure b\nweight 60%\n{CURVE}")
    lines.append("perspective people\nweight 35%")
    lines.append(f"measure c\nweight 100%\n{CURVE}")
    card, problems = card_on(make_workspace(tmp_path, "\n".join(lines)), "card", DAY)
    assert card is not None
    assert not problems
    assert [group.parent for group in card.groups] == ["card", "money", "people"]
    assert [(m.name, m.share, m.weight) for m in card.measures] == [
        ("a", 0.4, 0.26),
        ("b", 0.6, 0.39),
        ("c", 1.0, 0.35),
    ]
    assert [(p.name, p.weight) for p in card.perspectives] == [("money", 0.65), ("people", 0.35)]


def test_the_weights_document(tmp_path: Path) -> None:
    card, _ = read(tmp_path, "", {"a": "weight 37.5%", "b": "weight rest"})
    assert card is not None
    assert weights_document(card) == {
        "scorecard": "card",
        "groups": [
            {
                "parent": "card",
                "form": "direct",
                "weights": {"a": 0.375, "b": 0.625},
                "method": None,
                "random_index": None,
                "lambda_max": None,
                "ci": None,
                "cr": None,
                "verdict": None,
                "reconsider": None,
            }
        ],
    }
