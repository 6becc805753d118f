"""What holds for the scores of any card: shifted, joined by others, reordered, limited.

That the leaf points of every explanation add up to its total is a property too; it stands with the
recomputation of the same random workspaces, in tests/test_points_add_up.py.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import connect
from engine import Sheet, load, score
from engine.documents import sheet_document
from tests.support.documents import by_key
from tests.support.plain_rows import Row
from tests.support.random_workspaces import Case, cases
from tests.support.small_workspaces import make_workspace, score_card, shown

Temporary = pytest.TempPathFactory
slow = settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
SECTION = re.compile(r"^(?=(?:entity|data|targets|kpi|scorecard) )", re.MULTILINE)


def scored(case: Case, folder: Path, period: str = "2025Q3") -> Sheet:
    with connect(case.write(folder, "duckdb"), folder=folder) as source:
        return score(load(folder), "card", period, source, case.quarter.as_of)


def results(sheet: Sheet) -> dict[str, Any]:
    """Every number and reason of everybody, by key; not what depends on the others."""
    document = by_key(sheet_document(sheet))
    everybody = {**document["items"], **document["not_ranked"]}
    return {
        key: {name: each[name] for name in ("measures", "perspectives", "total", "grade")}
        for key, each in everybody.items()
    }


def moved(case: Case, move: Callable[[date], date]) -> Case:
    """The same rows, entities and plan on other days, and the day of the run with them."""
    rows: Mapping[str, list[Row]] = {
        table: [
            {name: move(it) if isinstance(it, date) else it for name, it in row.items()}
            for row in held
        ]
        for table, held in case.rows.items()
    }
    quarter = replace(case.quarter, as_of=move(case.quarter.as_of))
    return replace(case, rows=rows, quarter=quarter)


@slow
@given(case=cases(), years=st.integers(1, 4))
def test_years_later_the_scores_are_the_same(
    case: Case, years: int, tmp_path_factory: Temporary
) -> None:
    """Whole years move every window onto one of the same length; no 29 February lies in them."""
    later = moved(case, lambda day: day.replace(year=day.year + years))
    before = scored(case, tmp_path_factory.mktemp("before"))
    after = scored(later, tmp_path_factory.mktemp("after"), f"{2025 + years}Q3")
    assert results(after) == results(before)


def three_months_later(day: date) -> date:
    year, month = divmod(day.month + 2, 12)
    return day.replace(year=day.year + year, month=month + 1)


@slow
@given(case=cases())
def test_a_quarter_later_the_scores_are_the_same(case: Case, tmp_path_factory: Temporary) -> None:
    """The third quarter and the fourth have 92 days, and 15 August is as far into the one as
    15 November is into the other."""
    before = scored(case, tmp_path_factory.mktemp("before"))
    after = scored(moved(case, three_months_later), tmp_path_factory.mktemp("after"), "2025Q4")
    assert results(after) == results(before)


@slow
@given(case=cases(), region=st.sampled_from(["North", "South"]))
def test_one_more_entity_changes_nobody_else(
    case: Case, region: str, tmp_path_factory: Temporary
) -> None:
    """No random card compares its entities with one another. The deals of the shop that joins
    were there before, as those of nobody."""
    late = {"id": "late", "region": region, "opened": date(2020, 1, 1), "closed": None}
    more = replace(case, rows={**case.rows, "shops": [*case.rows["shops"], late]})
    before = results(scored(case, tmp_path_factory.mktemp("before")))
    after = results(scored(more, tmp_path_factory.mktemp("after")))
    assert "late" in after
    assert {key: it for key, it in after.items() if key != "late"} == before


@slow
@given(case=cases(), order=st.randoms(use_true_random=False), files=st.integers(1, 4))
def test_the_order_of_sections_and_files_changes_nothing(
    case: Case, order: random.Random, files: int, tmp_path_factory: Temporary
) -> None:
    before = sheet_document(scored(case, tmp_path_factory.mktemp("before")))
    folder = tmp_path_factory.mktemp("after")
    url = case.write(folder, "duckdb")
    (folder / "all.scorecard").unlink()
    sections = [each for each in SECTION.split(case.text) if each.strip()]
    order.shuffle(sections)
    for place in range(files):
        if held := sections[place::files]:
            (folder / f"{order.random()}.scorecard").write_text("\n".join(held), "utf-8")
    with connect(url, folder=folder) as source:
        sheet = score(load(folder), "card", "2025Q3", source, case.quarter.as_of)
    assert sheet_document(sheet) == before


@slow
@given(case=cases(), low=st.integers(0, 60), width=st.integers(1, 60))
def test_totals_stay_within_the_limits(
    case: Case, low: int, width: int, tmp_path_factory: Temporary
) -> None:
    high = low + width
    text = case.text.replace("limit total 0 to 120", f"limit total {low} to {high}")
    sheet = scored(replace(case, text=text), tmp_path_factory.mktemp("limited"))
    for item in results(sheet).values():
        assert item["total"] is None or low <= item["total"] <= high
        for measure in item["measures"].values():
            assert measure["score"] is None or 0 <= measure["score"] <= 120


# ── curves ───────────────────────────────────────────────────────────────────────────────────────

DATA = """
entity store
  file "stores.csv"
  key id
data facts
  file "facts.csv"
  date day
  link store by store
kpi value
  formula average(facts.x)
  unit points
  better {better}
scorecard card
  for store
  every quarter
  when missing leave out
measure value
  weight 100%
"""


def distinct(least: int, most: int, count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(least, most), min_size=count, max_size=count, unique=True)


@st.composite
def monotone_curves(draw: st.DrawFn, better: str) -> str:
    """A curve that never falls towards what is better; its score may stand still."""
    count = draw(st.integers(2, 5))
    values = sorted(draw(distinct(1, 100, count)))
    scores = sorted(draw(distinct(0, 120, count)))
    points = zip(values if better == "higher" else reversed(values), scores, strict=True)
    match draw(st.sampled_from(["linear", "steps", "attainment"])):
        case "linear":
            return "curve linear\n" + "\n".join(f"at {x} score {s}" for x, s in points)
        case "steps":
            edge = "from" if better == "higher" else "upto"
            (_, worst), *others = points
            steps = [f"{edge} {x} score {s}" for x, s in others]
            return "\n".join(["curve steps", f"otherwise score {worst}", *steps])
        case _:
            forms = [""] if better == "higher" else ["inverse", "mirrored"]
            form = draw(st.sampled_from(forms))
            return f"target {values[0]}\ncurve attainment {form}\nlimit 0 to {scores[-1]}"


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.data(),
    better=st.sampled_from(["higher", "lower"]),
    values=st.lists(st.decimals(0, 150, places=2), min_size=2, max_size=12, unique=True),
)
def test_a_worse_value_never_scores_higher(
    data: st.DataObject, better: str, values: Sequence[Any], tmp_path_factory: Temporary
) -> None:
    text = DATA.format(better=better) + data.draw(monotone_curves(better))
    names = [f"s{place}" for place in range(len(values))]
    rows = [f"{name},2025-07-01,{x}" for name, x in zip(names, values, strict=True)]
    csv = {
        "stores": "\n".join(["id", *names]),
        "facts": "\n".join(["store,day,x", *rows, "nobody,2025-07-01,0.5"]),
    }
    workspace = make_workspace(tmp_path_factory.mktemp("curve"), text, csv)
    sheet = score_card(workspace, "card", "2025Q3")
    scores = shown(sheet, "value", "score")
    worst_first = sorted(zip(values, names, strict=True), reverse=better == "lower")
    found = [scores[name] for _, name in worst_first]
    numbers = [each for each in found if isinstance(each, float)]
    assert len(numbers) == len(found)
    assert numbers == sorted(numbers)
