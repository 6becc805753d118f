"""Examples of cards: scored by the rules of scores, from nothing but what they give."""

import json
from inspect import cleandoc
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from engine import Workspace, check, load
from engine.examples import ExampleResult, run_examples
from grammar import Refused
from tests.support.small_workspaces import items, make_workspace, score_card

REPOSITORY = Path(__file__).resolve().parent.parent

SHOP = """
entity store "Store"
  file "store.csv"
  key id
  attribute region
  attribute opened
  attribute size

data sale
  file "sale.csv"
  date day
  link store by store

targets plan
  file "plan.csv"
  link kpi by kpi
  link store by store
  period starts every quarter
  value target

kpi sales
  formula sum(sale.amount)
  unit CNY
  better higher

kpi cost
  formula sum(sale.cost)
  unit CNY
  better lower

kpi margin
  formula (sales - cost) / sales
  unit percent
  better higher

kpi tickets
  formula count(sale)
  unit tickets
  better higher
  needs count(sale) >= 30

scorecard shop "Shop"
  for store
  every quarter
  effective from 2025-01-01
  when missing leave out
  round total 1
"""
SALES = """
measure sales
  weight 60%
  target 1000
  target 2000 where region = "East"
  target 4000 where region = "East" from 2025Q3
  curve attainment
  limit 0 to 120
"""
MARGIN = """
measure margin
  weight 40%
  target 20%
  curve linear
  at 0% score 0
  at target score 100
"""
GRADES = """
grade good
  from 80
grade poor
  otherwise
"""
EXPECTS = "  expect total 0"


def workspace(folder: Path, *parts: str) -> Workspace:
    return make_workspace(folder, "\n\n".join(map(cleandoc, (SHOP, *parts))))


def example(*lines: str) -> str:
    return "\n".join(['example "one"', *(f"  {line}" for line in lines)])


def run(folder: Path, *parts: str) -> ExampleResult:
    """The result of the only example."""
    (result,) = run_examples(workspace(folder, *parts))
    return result


def measures(result: ExampleResult, what: str) -> dict[str, object]:
    return {each.name: getattr(each, what) for each in result.measures}


def codes(result: ExampleResult) -> list[str]:
    return [each.code for each in result.diagnostics]


# ── what is given ────────────────────────────────────────────────────────────────────────────────


def test_given_values_are_scored(tmp_path: Path) -> None:
    lines = ("given sales CNY 900", "given margin 10%", "expect total 74", "expect grade poor")
    result = run(tmp_path, SALES, MARGIN, GRADES, example(*lines))
    assert result.passed
    assert (result.total, result.grade, result.period) == (74.0, "poor", "2025Q1")
    assert measures(result, "points") == pytest.approx({"sales": 54.0, "margin": 20.0})


def test_a_wrong_expectation_fails(tmp_path: Path) -> None:
    lines = ("given sales 900", "given margin 10%", "expect total 75", "expect grade good")
    result = run(tmp_path, SALES, MARGIN, GRADES, example(*lines))
    assert not result.passed
    assert not result.total_fits
    assert not result.grade_fits
    assert (result.expected_total, result.expected_grade) == (75.0, "good")


def test_one_that_fits_does_not_hide_the_other(tmp_path: Path) -> None:
    lines = ("given sales 900", "given margin 10%", "expect total 74", "expect grade good")
    result = run(tmp_path, SALES, MARGIN, GRADES, example(*lines))
    assert result.total_fits
    assert not result.passed


@pytest.mark.parametrize("line", ["given margin missing", 'note "nothing about it"'])
def test_what_is_missing_is_left_out(tmp_path: Path, line: str) -> None:
    result = run(tmp_path, SALES, MARGIN, example("given sales 900", line, "expect total 90"))
    assert result.passed
    assert measures(result, "state") == {"sales": "scored", "margin": "missing"}
    assert measures(result, "weight") == pytest.approx({"sales": 1.0, "margin": 0.0})


def test_without_any_value_there_is_no_total(tmp_path: Path) -> None:
    result = run(tmp_path, SALES, MARGIN, GRADES, example("expect total 0", "expect grade poor"))
    assert (result.total, result.grade, result.passed) == (None, None, False)


def test_counts_are_missing_not_zero(tmp_path: Path) -> None:
    part = "measure tickets\n  weight 40%\n  target 10\n  curve attainment\n  limit 0 to 120"
    result = run(tmp_path, SALES, part, example("given sales 900", "expect total 90"))
    assert measures(result, "state")["tickets"] == "missing"
    assert result.passed


def test_a_given_value_needs_no_sample(tmp_path: Path) -> None:
    part = "measure tickets\n  weight 100%\n  target 10\n  curve attainment\n  limit 0 to 120"
    assert run(tmp_path, part, example("given tickets 8", "expect total 80")).passed


def test_a_kpi_follows_from_given_ones(tmp_path: Path) -> None:
    lines = ("given sales 1000", "given cost 900", "expect total 80")
    result = run(tmp_path, SALES, MARGIN, example(*lines))
    assert result.passed
    assert measures(result, "value") == pytest.approx({"sales": 1000.0, "margin": 0.1})


def test_the_name_of_a_measure_or_of_its_kpi(tmp_path: Path) -> None:
    first = SALES.replace("measure sales", "measure sales as turnover")
    for name in ("turnover", "sales"):
        lines = (f"given {name} 900", f"given target of {name} 1800", "expect total 50")
        assert run(tmp_path / name, first, MARGIN, example(*lines)).passed


def test_the_own_name_of_a_measure_wins(tmp_path: Path) -> None:
    part = "measure {}\n  weight 50%\n  target 100\n  curve attainment\n  limit 0 to 120"
    both = (part.format("sales as a"), part.format("sales as b"))
    result = run(tmp_path, *both, example("given sales 40", "given b 80", "expect total 60"))
    assert result.passed
    assert measures(result, "value") == {"a": 40.0, "b": 80.0}


# ── targets ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lines", "target"),
    [
        ((), 1000.0),
        (('given region "North"',), 1000.0),
        (('given region "East"',), 2000.0),
        (('given region "East"', "on 2025Q3"), 4000.0),
        (('given region "East"', "on 2025-08-15"), 4000.0),
        (('given region "East"', "given target of sales CNY 500"), 500.0),
        (("given target of sales missing",), None),
    ],
)
def test_which_target(tmp_path: Path, lines: tuple[str, ...], target: float | None) -> None:
    result = run(tmp_path, SALES, MARGIN, example("given sales 900", *lines, "expect total 0"))
    assert measures(result, "target")["sales"] == target
    assert measures(result, "state")["sales"] == ("missing" if target is None else "scored")


@pytest.mark.parametrize(
    "target",
    ["from plan", "sales for previous period", "1.1 * (sales for same period last year)"],
)
def test_other_targets_must_be_given(tmp_path: Path, target: str) -> None:
    part = f"measure sales\n  weight 100%\n  target {target}\n  curve attainment\n  limit 0 to 120"
    without = run(tmp_path / "a", part, example("given sales 900", EXPECTS.strip()))
    assert measures(without, "state") == {"sales": "missing"}
    lines = ("given sales 900", "given target of sales 1000", "expect total 90")
    assert run(tmp_path / "b", part, example(*lines)).passed


@pytest.mark.parametrize(
    ("condition", "line", "holds"),
    [
        ("opened < 2024-01-01", "given opened 2023-06-01", True),
        ("opened < 2024-01-01", "given opened 2024-06-01", False),
        ("opened < 2024-01-01", 'given region "East"', False),
        ("size > 100", "given size 120", True),
        ("size > 100", "given size 80", False),
        ("size > 100", 'given region "East"', False),
        ('not region = "East"', 'given region "East"', False),
        ('not region = "East"', "given size 80", True),
        ("cost > 10", "given cost 20", True),
        ("cost > 10", "given cost missing", False),
        ("not cost > 10", "given cost missing", False),
        ("not sum(sale.cost) > 10", "given size 80", False),
        ("opened >= period_start", "given opened 2025-01-01", True),
        ("opened > period_start", "given opened 2025-01-01", False),
        ("days(opened, period_end) >= 89", "given opened 2025-01-01", True),
        ("days(opened, period_end) > 89", "given opened 2025-01-01", False),
    ],
)
def test_conditions_see_what_is_given(
    tmp_path: Path, condition: str, line: str, holds: bool
) -> None:
    part = SALES.replace('2000 where region = "East"', f"3000 where {condition}")
    result = run(tmp_path, part, MARGIN, example("given sales 900", line, "expect total 0"))
    assert codes(result) == []
    assert measures(result, "target")["sales"] == (3000.0 if holds else 1000.0)


def test_not_applicable(tmp_path: Path) -> None:
    part = MARGIN + '  applies when region = "East"\n'
    lines = ("given sales 900", "given margin 10%", 'given region "West"', "expect total 90")
    result = run(tmp_path, SALES, part, example(*lines))
    assert measures(result, "state")["margin"] == "not_applicable"
    assert result.passed


# ── the same rules as a score ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("amount", "cost"), [(900, 800), (1500, 900), (330, 333), (1, 0)])
def test_an_example_is_scored_like_a_store(tmp_path: Path, amount: int, cost: int) -> None:
    card = SHOP.replace("  round", "  limit total 10 to 105\n  round")
    text = "\n\n".join(map(cleandoc, (card, SALES, MARGIN, GRADES)))
    csv = {
        "store": "id,region,opened,size\nS1,West,2020-01-01,90",
        "sale": f"store,day,amount,cost\nS1,2025-02-01,{amount},{cost}",
        "plan": "kpi,store,starts,target\nsales,S1,2025-01-01,1",
    }
    scored = items(score_card(make_workspace(tmp_path / "a", text, csv), "shop", "2025Q1"))["S1"]
    lines = (f"given sales {amount}", f"given cost {cost}", 'given region "West"')
    expected = (f"expect total {scored['total']}", f"expect grade {scored['grade']}")
    (result,) = run_examples(
        make_workspace(tmp_path / "b", f"{text}\n\n{example(*lines, *expected)}")
    )
    assert result.passed
    for name, points in measures(result, "points").items():
        assert points == pytest.approx(scored["measures"][name]["points"])


THIRDS = "measure sales\n  weight 100%\n  target 3\n  curve attainment\n  limit 0 to 120"


@pytest.mark.parametrize(
    ("written", "passed"), [("66.67", True), ("66.7", True), ("66.6", False), ("66.66", False)]
)
def test_an_unrounded_total_is_compared_as_it_is_written(
    tmp_path: Path, written: str, passed: bool
) -> None:
    card = SHOP.replace("  round total 1\n", "")
    parts = (card, THIRDS, example("given sales 2", f"expect total {written}"))
    (result,) = run_examples(make_workspace(tmp_path, "\n\n".join(map(cleandoc, parts))))
    assert result.passed is passed


def test_a_rounded_total_is_compared_exactly(tmp_path: Path) -> None:
    result = run(tmp_path, THIRDS, example("given sales 2", "expect total 67"))
    assert (result.total, result.passed) == (66.7, False)


# ── mistakes ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lines", "code", "place"),
    [
        (("given slaes 5", "expect total 0"), "K0720", "slaes"),
        (("given sales 5",), "K0721", '"one"'),
        (('given sales "much"', "expect total 0"), "K0722", '"much"'),
        (("given sales 2025-01-01", "expect total 0"), "K0722", "2025-01-01"),
        (("given target of cost 5", "expect total 0"), "K0723", "cost"),
        (("given target of slaes 5", "expect total 0"), "K0723", "slaes"),
        (("on 2025-07", "expect total 0"), "K0724", "2025-07"),
        (("on 2024Q4", "expect total 0"), "K0724", "2024Q4"),
        (("expect grade great",), "K0725", "great"),
        (("given margin 8", "expect total 0"), "K0303", "8"),
        (("given sales 8%", "expect total 0"), "K0304", "8%"),
        (("expect total 8%",), "K0309", "8%"),
        (("given sales 1", "given sales 2", "expect total 0"), "K0701", "given sales 2"),
    ],
)
def test_mistakes_are_found_by_check_and_by_test(
    tmp_path: Path, lines: tuple[str, ...], code: str, place: str
) -> None:
    found = workspace(tmp_path, SALES, MARGIN, GRADES, example(*lines))
    (result,) = run_examples(found)
    for diagnostics in (result.diagnostics, check(found)):
        shown = [(d.code, d.span.text) for d in diagnostics if d.span is not None and d.is_error]
        assert shown == [(code, place)]
    assert not result.passed
    assert result.measures == ()


def test_a_near_name_is_suggested(tmp_path: Path) -> None:
    result = run(tmp_path, SALES, MARGIN, example("given slaes 5", "expect total 0"))
    assert "`sales`" in result.diagnostics[0].help()


@pytest.mark.parametrize(
    ("lines", "right", "safe"),
    [
        (("given slaes 5", "expect total 0"), "sales", True),
        (("given target of slaes 5", "expect total 0"), "sales", True),
        (("expect grade god",), "good", True),
        (("expect grade zz",), None, False),
    ],
)
def test_a_near_name_is_offered_as_a_fix(
    tmp_path: Path, lines: tuple[str, ...], right: str | None, safe: bool
) -> None:
    (fault,) = run(tmp_path, SALES, GRADES, example(*lines)).diagnostics
    written = [(edit.text, fix.safe) for fix in fault.fixes for edit in fix.edits]
    assert written == ([(right, safe)] if right else [])


def test_a_card_with_errors_cannot_be_run(tmp_path: Path) -> None:
    part = SALES.replace("limit 0 to 120", "")
    result = run(tmp_path, part, MARGIN, example("given sales 5", "expect total 0"))
    assert codes(result) == ["K0506"]
    assert not result.passed


def test_an_unknown_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="K0905"):
        run_examples(workspace(tmp_path, SALES, MARGIN), "shpo")


def test_every_version_runs_its_own_examples(tmp_path: Path) -> None:
    header = SHOP[SHOP.index("scorecard shop") :]
    second = header.replace("2025-01-01", "2026-04-01")
    parts = (SALES, MARGIN, example("given sales 900", "expect total 90"))
    later = SALES.replace("target 1000", "target 1800")
    first = SHOP.replace("2025-01-01", "2025-01-01 through 2026-03-31")
    texts = (first, *parts, second, later, MARGIN, parts[2])
    found = make_workspace(tmp_path, "\n\n".join(map(cleandoc, texts)))
    results = run_examples(found, "shop")
    assert [(r.version, r.period, r.total) for r in results] == [
        ("2025-01-01", "2025Q1", 90.0),
        ("2026-04-01", "2026Q2", 50.0),
    ]


# ── the example workspace and the command ────────────────────────────────────────────────────────


def test_the_examples_of_the_example_pass() -> None:
    results = run_examples(load(REPOSITORY / "scorecards"))
    assert len(results) >= 2
    assert [r.name for r in results if not r.passed] == []


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    good = example("given sales 900", "given margin 10%", "expect total 74")
    bad = good.replace("one", "two").replace("74", "99.5")
    wrong = example("given slaes 900", "expect total 1").replace("one", "three")
    workspace(tmp_path / "all", SALES, MARGIN, good, bad, wrong)
    workspace(tmp_path / "good", SALES, MARGIN, good)
    workspace(tmp_path / "none", SALES, MARGIN)
    return tmp_path


def test_command_in_text(shop: Path) -> None:
    done = CliRunner().invoke(app, ["-w", str(shop / "all"), "test"])
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "passed  shop: one (2025Q1)"
    assert lines[1:3] == ["failed  shop: two (2025Q1)", "  total: expected 99.5, is 74"]
    assert lines[4].split() == ["sales", "CNY", "900", "CNY", "1,000", "90", "60%", "54"]
    assert lines[5].split() == ["margin", "10%", "20%", "50", "40%", "20"]
    assert lines[6] == "failed  shop: three (2025Q1)"
    assert lines[-1] == "3 examples, 2 failed"
    assert "K0720" in done.stderr


def test_command_in_json(shop: Path) -> None:
    done = CliRunner().invoke(app, ["-w", str(shop / "all"), "test", "shop", "--format", "json"])
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert (found["passed"], found["failed"]) == (1, 2)
    first, second, third = found["examples"]
    assert (first["passed"], first["expected"]["total"], first["actual"]["total"]) == (True, 74, 74)
    assert second["actual"] == {"total": 74, "grade": None}
    assert second["measures"]["sales"]["points"] == pytest.approx(54)
    assert [each["code"] for each in third["diagnostics"]] == ["K0720"]


def test_command_where_all_pass(shop: Path) -> None:
    done = CliRunner().invoke(app, ["-w", str(shop / "good"), "test"])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "1 example, none failed")


def test_command_without_examples(shop: Path) -> None:
    done = CliRunner().invoke(app, ["-w", str(shop / "none"), "test"])
    assert done.exit_code == 0
    assert done.stdout.startswith("There are no examples.")


def test_command_for_an_unknown_card(shop: Path) -> None:
    done = CliRunner().invoke(app, ["-w", str(shop / "good"), "test", "shpo"])
    assert done.exit_code == 1
    assert "K0905" in done.stderr
