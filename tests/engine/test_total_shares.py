"""`weights of total`: shares of the whole card, said or only meant."""

from datetime import date
from fractions import Fraction as F
from pathlib import Path

import pytest

from engine.documents import weights_document
from grammar import Diagnostic
from tests.support.small_workspaces import card_on, codes, make_workspace, score_card, totals
from tests.support.weighed_cards import BASE, CURVE, DAY

Card = dict[str, tuple[str, dict[str, str]]]
"""By perspective: its own lines, and the weight line of each measure."""

SALES: Card = {
    "money": ("weight 40%", {"a": "weight 25%", "b": "weight 15%"}),
    "people": ("", {"c": "weight 60%"}),
}


def text(facts: str, card: Card) -> str:
    lines = [BASE]
    for _, measures in card.values():
        lines += [
            f"kpi {name}\nformula count(visits)\nunit visits\nbetter higher" for name in measures
        ]
    lines.append(f"scorecard card\n  for store\n  every quarter\n{facts}")
    for name, (own, measures) in card.items():
        lines.append(f"perspective {name}\n{own}")
        lines += [f"measure {each}\n  {weight}\n{CURVE}" for each, weight in measures.items()]
    return "\n".join(lines)


def problems_of(folder: Path, facts: str, card: Card, day: date = DAY) -> list[Diagnostic]:
    return card_on(make_workspace(folder, text(facts, card)), "card", day)[1]


def test_a_perspective_weighs_what_its_measures_make(tmp_path: Path) -> None:
    card, problems = card_on(make_workspace(tmp_path, text("weights of total", SALES)), "card", DAY)
    assert card is not None
    assert codes(problems) == []
    assert [(m.name, m.weight, m.share) for m in card.measures] == [
        ("a", 0.25, 0.625),
        ("b", 0.15, 0.375),
        ("c", 0.6, 1.0),
    ]
    assert [(p.name, p.weight) for p in card.perspectives] == [("money", 0.4), ("people", 0.6)]
    assert [(g["parent"], g["form"], g["weights"]) for g in weights_document(card)["groups"]] == [
        ("card", "total", {"money": 0.4, "people": 0.6}),
        ("money", "total", {"a": 0.25, "b": 0.15}),
        ("people", "total", {"c": 0.6}),
    ]


def test_points_of_the_whole_card(tmp_path: Path) -> None:
    points: Card = {
        "money": ("weight 45 points", {"a": "weight 30 points", "b": "weight 15 points"}),
        "people": ("", {"c": "weight 75 points"}),
    }
    card, problems = card_on(
        make_workspace(tmp_path, text("weights of total", points)), "card", DAY
    )
    assert card is not None
    assert codes(problems) == []
    assert card.full_mark == F(120)
    assert [m.weight for m in card.measures] == [0.25, 0.125, 0.625]


def test_a_card_without_perspectives(tmp_path: Path) -> None:
    lines = text("weights of total", SALES).replace("perspective money\nweight 40%", "")
    card, problems = card_on(
        make_workspace(tmp_path, lines.replace("perspective people\n", "")), "card", DAY
    )
    assert card is not None
    assert codes(problems) == []
    assert [(m.weight, m.share) for m in card.measures] == [(0.25, 0.25), (0.15, 0.15), (0.6, 0.6)]


def test_dated_shares_of_the_card(tmp_path: Path) -> None:
    dated: Card = {
        "money": (
            "weight 40%\nweight 30% from 2025Q3",
            {"a": "weight 40%\nweight 30% from 2025Q3"},
        ),
        "people": ("", {"c": "weight 60%\nweight 70% from 2025Q3"}),
    }
    for day in (date(2025, 4, 1), date(2025, 7, 1)):
        assert codes(problems_of(tmp_path, "weights of total", dated, day)) == []


def test_the_same_scores_as_shares_of_perspectives(tmp_path: Path) -> None:
    inner: Card = {
        "money": ("weight 40%", {"a": "weight 62.5%", "b": "weight 37.5%"}),
        "people": ("weight 60%", {"c": "weight 100%"}),
    }
    csv = {"visits": "id,day\nS1,2025-07-01\nS1,2025-07-02\nS2,2025-07-01", "stores": "id\nS1\nS2"}
    found = []
    for facts, card in (("weights of total", SALES), ("", inner)):
        written = text(facts, card)
        for old, new in {
            "table stores": 'file "stores.csv"',
            "table visits": 'file "visits.csv"',
            "kpi b\nformula count": "kpi b\nformula 5 * count",
            "kpi c\nformula count": "kpi c\nformula 20 * count",
        }.items():
            written = written.replace(old, new)
        found.append(totals(score_card(make_workspace(tmp_path, written, csv), "card", "2025Q3")))
    # 0.25 × 2 + 0.15 × 10 + 0.6 × 40
    assert found == [{"S1": 26.0, "S2": 13.0}] * 2


# ── meant, but not said ──────────────────────────────────────────────────────────────────────────


def meant(folder: Path, card: Card) -> Diagnostic:
    (only,) = problems_of(folder, "", card)
    assert only.code == "K0423"
    return only


def test_shares_of_the_card_are_recognised(tmp_path: Path) -> None:
    found = meant(tmp_path, SALES | {"people": ("weight 60%", {"c": "weight 60%"})})
    assert (str(found.data["parts"]), str(found.data["total"])) == ("money 40%, people 60%", "100%")
    assert found.message("zh").endswith("money 40%、people 60%，合计 100%")


@pytest.mark.parametrize(
    "card",
    [
        {
            "money": ("weight 40%", {"a": "weight 50%", "b": "weight 50%"}),
            "people": SALES["people"],
        },
        {"money": ("", {"a": "weight 100%"}), "people": ("", {"c": "weight 100%"})},
        {
            "money": ("weight 40%", {"a": "weight 30%"}),
            "people": ("weight 60%", {"c": "weight 60%"}),
        },
        {"money": ("weights equal", {"a": "weight 40%"}), "people": ("", {"c": "weight 60%"})},
        {"money": ("weight 100%", {"a": "weight 40%", "b": "weight 60%"})},
    ],
    ids=["one perspective is whole", "both are", "nothing adds up", "another form", "one only"],
)
def test_other_weights_are_not_taken_for_shares_of_the_card(tmp_path: Path, card: Card) -> None:
    assert "K0423" not in codes(problems_of(tmp_path, "", card))


def mended(folder: Path, card: Card, title: str) -> str:
    """The text after the fix of that title."""
    found = meant(folder, card)
    (fix,) = (each for each in found.fixes if each.title == title)
    source = fix.edits[0].span.source.text
    for edit in sorted(fix.edits, key=lambda each: -each.span.start):
        source = source[: edit.span.start] + edit.text + source[edit.span.end :]
    return source


def test_the_line_that_is_missing_is_offered(tmp_path: Path) -> None:
    added = mended(tmp_path, SALES, "add `weights of total`")
    _, problems = card_on(make_workspace(tmp_path, added), "card", DAY)
    assert codes(problems) == []


def test_shares_of_perspectives_are_offered(tmp_path: Path) -> None:
    written = mended(tmp_path, SALES, "write each weight as a share of its perspective")
    card, problems = card_on(make_workspace(tmp_path, written), "card", DAY)
    assert card is not None
    assert codes(problems) == []
    assert [(m.weight, m.share) for m in card.measures] == [
        (0.25, 0.625),
        (0.15, 0.375),
        (0.6, 1.0),
    ]


def test_shares_without_short_decimals_are_not_offered(tmp_path: Path) -> None:
    thirds: Card = {
        "money": ("", {"a": "weight 10%", "b": "weight 20%"}),
        "people": ("", {"c": "weight 70%"}),
    }
    assert [each.title for each in meant(tmp_path, thirds).fixes] == ["add `weights of total`"]
