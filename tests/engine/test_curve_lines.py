"""Curves as written on a card: what each line becomes, and what fits neither `better` nor unit."""

from datetime import date
from pathlib import Path

import pytest

from engine.card import Curve
from grammar import Diagnostic
from tests.support.small_workspaces import card_on, codes, make_workspace

BASE = """
entity store
  table stores
  key id
data visits
  table visits
  date day
  link store by id
kpi visits_made
  formula count(visits)
  unit visits
  better {better}
kpi share
  formula count(visits where paid = yes) / count(visits)
  unit percent
  better {better}
scorecard card
  for store
  every quarter
  weights equal
  when missing leave out
measure {kpi}
"""


def read(
    folder: Path, lines: str, better: str = "higher", kpi: str = "visits_made"
) -> tuple[Curve | None, list[Diagnostic]]:
    text = BASE.format(better=better, kpi=kpi) + lines
    card, problems = card_on(make_workspace(folder, text), "card", date(2025, 7, 1))
    assert card is not None
    return card.measures[0].curve, problems


def refused(folder: Path, lines: str, better: str = "higher", kpi: str = "visits_made") -> str:
    """The code and the underlined text of the one fault."""
    _, problems = read(folder, lines, better, kpi)
    (only,) = problems
    assert only.span is not None
    first = only.span.text.splitlines()[0].strip()
    return f"{only.code} {first}"


def test_linear_points(tmp_path: Path) -> None:
    curve, problems = read(
        tmp_path,
        """
        target 200
        floor 80% * target
        curve linear
        at 50 score 0
        at floor score 60
        at target score 100
        at 120% of target score 120
        """,
    )
    assert not problems
    assert curve is not None
    assert (curve.shape, curve.otherwise) == ("linear", None)
    assert [(p.reference, p.value, p.score) for p in curve.points] == [
        ("value", 50.0, 0.0),
        ("floor", 0.0, 60.0),
        ("of_target", 1.0, 100.0),
        ("of_target", 1.2, 120.0),
    ]


def test_percents_and_signs(tmp_path: Path) -> None:
    lines = "curve linear\nat -10% score -5\nat 8.5% score 100"
    curve, problems = read(tmp_path, lines, kpi="share")
    assert not problems
    assert curve is not None
    assert [(p.value, p.score) for p in curve.points] == [(-0.1, -5.0), (0.085, 100.0)]


def test_steps(tmp_path: Path) -> None:
    curve, problems = read(
        tmp_path, "curve steps\notherwise score 10\nfrom 5 score 60\nfrom 9 score 100"
    )
    assert not problems
    assert curve is not None
    assert (curve.shape, curve.form, curve.otherwise) == ("steps", "from", 10.0)
    assert [(p.value, p.score) for p in curve.points] == [(5.0, 60.0), (9.0, 100.0)]


@pytest.mark.parametrize(
    ("better", "form"), [("higher", ""), ("lower", "inverse"), ("lower", "mirrored")]
)
def test_attainment(tmp_path: Path, better: str, form: str) -> None:
    lines = f"target 5\ncurve attainment {form}\nlimit 0 to 120"
    curve, problems = read(tmp_path, lines, better)
    assert not problems
    assert curve == Curve("attainment", form or "direct")


@pytest.mark.parametrize(
    ("better", "lines", "fault"),
    [
        ("higher", "", "K0501 visits_made"),
        ("higher", "curve linear\nat 5 score 60", "K0502 curve linear"),
        (
            "higher",
            "curve linear\nat 5 score 0\nat 5 score 60\nat 6 score 70",
            "K0503 at 5 score 60",
        ),
        ("higher", "curve steps\nfrom 5 score 60", "K0504 curve steps"),
        ("higher", "curve steps\notherwise score 0", "K0504 curve steps"),
        (
            "higher",
            "curve steps\notherwise score 0\nfrom 5 score 60\nupto 9 score 70",
            "K0505 upto 9 score 70",
        ),
        ("higher", "target 5\ncurve attainment", "K0506 curve attainment"),
        ("higher", "target 5\ncurve attainment\nlimit 120 to 0", "K0507 limit 120 to 0"),
        ("higher", "curve steps\notherwise score 0\nupto 5 score 60", "K0509 upto 5 score 60"),
        ("lower", "curve steps\notherwise score 0\nfrom 5 score 60", "K0509 from 5 score 60"),
        ("lower", "target 5\ncurve attainment\nlimit 0 to 120", "K0510 curve attainment"),
        ("higher", "target 5\ncurve attainment inverse\nlimit 0 to 120", "K0510 curve attainment"),
        ("higher", "curve attainment\nlimit 0 to 120", "K0511 curve attainment"),
        ("higher", "curve linear\nat 0 score 0\nat target score 100", "K0511 at target score 100"),
        ("higher", "curve linear\nat 0 score 0\nat 9 score 9\nfrom 5 score 60", "K0512 from 5"),
        ("higher", "target 5\ncurve linear\nat 0 score 0\nat 2 of target score 9", "K0513 2"),
        ("higher", "curve linear\nat 0 score 60\nat 5 score 0", "K0514 at 5 score 0"),
        ("lower", "curve linear\nat 0 score 0\nat 5 score 60", "K0514 at 5 score 60"),
        (
            "higher",
            "target 5\ncurve linear\nat 80% of target score 60\nat 90% of target score 50",
            "K0514 at 90% of target score 50",
        ),
        ("higher", "target 5\ncurve linear\nat 0 score 0\nat 5 score 60", "K0515 target 5"),
    ],
)
def test_lines_at_fault(tmp_path: Path, better: str, lines: str, fault: str) -> None:
    assert refused(tmp_path, lines, better).startswith(fault)


def test_numbers_in_the_unit_of_the_kpi(tmp_path: Path) -> None:
    found = refused(tmp_path / "a", "curve linear\nat 0% score 0\nat 0.85 score 100", kpi="share")
    assert found == "K0303 0.85"
    assert refused(tmp_path / "b", "curve linear\nat 0 score 0\nat 85% score 100") == "K0304 85%"


def test_a_target_for_display_is_not_used(tmp_path: Path) -> None:
    lines = "target 5 for display\ncurve linear\nat 0 score 0\nat 5 score 60"
    _, problems = read(tmp_path, lines)
    assert codes(problems) == []


@pytest.mark.parametrize("floor", ["50% * target", "50%*target", "min(3, target)"])
def test_a_target_may_feed_another_line(tmp_path: Path, floor: str) -> None:
    lines = f"target 5\nfloor {floor}\ncurve linear\nat 0 score 0\nat floor score 60"
    _, problems = read(tmp_path, lines)
    assert codes(problems) == []


def test_any_direction_fits_what_is_best_in_between(tmp_path: Path) -> None:
    lines = "curve linear\nat 0 score 0\nat 5 score 100\nat 10 score 0"
    curve, problems = read(tmp_path, lines, "target")
    assert curve is not None
    assert codes(problems) == []
