"""Which file a section stands in, and in which order, says nothing about anybody's score."""

from dataclasses import asdict
from functools import cache
from inspect import cleandoc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Workspace, explain, load
from engine.sentences import sentences
from tests.support.small_workspaces import items, score_card

CSV = {
    "stores": "store_id,region\nS1,East\nS2,West\nS3,East\n",
    "visits": "store_id,day,minutes\nS1,2025-02-01,20\nS1,2025-02-02,5\nS2,2025-02-03,30\n",
}
CARDS = ("base", "small")
# A scorecard with its parts is one block: they attach to it.
BLOCKS = [
    cleandoc(block)
    for block in (
        """
        calendar
          fiscal year starts in January
        """,
        """
        entity store
          file "stores.csv"
          key store_id
          attribute region
        """,
        """
        data visits
          file "visits.csv"
          date day
          link store by store_id
        """,
        """
        kpi made "Visits"
          formula count(visits)
          unit visits
          better higher
          benchmark 3 source "Trade body"
        """,
        """
        kpi long "Long visits"
          formula count(visits where minutes >= 10) / made
          unit percent
          better higher
        """,
        """
        policy house
          require at most 9 measures
          note "Not too many."
        """,
        """
        scorecard base "Base"
          for store
          every quarter
          when missing leave out
          round total 1
          rank within region
          weights by comparison
          prefer many over kind moderately
        perspective many
        measure made
          weight 100%
          target 4
          curve linear
          at 0 score 0
          at target score 100
        perspective kind
        measure long
          weight 100%
          curve linear
          at 0% score 0
          at 100% score 100
        """,
        """
        scorecard small "Small"
          based on base
          assign region "East"
        change measure made
          target 2
        """,
    )
]


def written(folder: Path, files: list[list[str]]) -> Workspace:
    for name, rows in CSV.items():
        (folder / f"{name}.csv").write_text(rows, "utf-8")
    for number, blocks in enumerate(files):
        text = "\n\n".join(blocks) + "\n"
        (folder / f"{number}.scorecard").write_text(text, "utf-8")
    return load(folder)


def answers(files: list[list[str]]) -> Any:
    """Results and explanations, without the places of the lines."""
    with TemporaryDirectory() as folder:
        workspace = written(Path(folder), files)
        assert not [d for d in workspace.diagnostics if d.is_error]
        sheets = [score_card(workspace, card, "2025Q1") for card in CARDS]
        found = [(sheet, explain(sheet, str(key))) for sheet in sheets for key in sheet.keys]
        return (
            [items(sheet) for sheet in sheets],
            [placeless(asdict(each.tree)) for _, each in found if each],
            [list(sentences(each)) for _, each in found if each],
        )


def placeless(node: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in node.items() if name not in ("file", "line")}
    return kept | {"children": [placeless(child) for child in node["children"]]}


@cache
def as_written() -> Any:
    return answers([BLOCKS])


@st.composite
def arrangements(draw: st.DrawFn) -> list[list[str]]:
    order = draw(st.permutations(BLOCKS))
    places = draw(st.lists(st.integers(0, 2), min_size=len(order), max_size=len(order)))
    files = [[b for b, p in zip(order, places, strict=True) if p == i] for i in range(3)]
    return [blocks for blocks in files if blocks]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(arrangements())
def test_order_and_files_change_nothing(files: list[list[str]]) -> None:
    assert answers(files) == as_written()
