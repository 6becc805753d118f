"""From sections to definitions: the calendar, names in any case, what stands twice."""

from pathlib import Path

import pytest

from engine.periods import Calendar
from tests.support.small_workspaces import make_workspace


@pytest.mark.parametrize(
    ("text", "calendar"),
    [
        ("", Calendar()),
        ("fiscal year starts in April", Calendar(fiscal_month=4)),
        (
            "fiscal year starts in october\nfiscal year named by start",
            Calendar(fiscal_month=10, named_by_start=True),
        ),
        ("weeks start on Sunday", Calendar(first_weekday=6)),
        ('timezone "Asia/Shanghai"', Calendar(timezone="Asia/Shanghai")),
    ],
)
def test_calendars(tmp_path: Path, text: str, calendar: Calendar) -> None:
    workspace = make_workspace(tmp_path, f"calendar\n{text}")
    assert workspace.diagnostics == ()
    assert workspace.calendar == calendar


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("calendar\nfiscal year starts in Brumaire", "K0203", "Brumaire"),
        ("calendar\nweeks start on Someday", "K0203", "Someday"),
        ('calendar\ntimezone "Mars/Olympus"', "K0203", '"Mars/Olympus"'),
        ("calendar\ncalendar", "K0202", "calendar"),
        (
            "calendar\nweeks start on Monday\nweeks start on Monday",
            "K0701",
            "weeks start on Monday",
        ),
        ("entity a\ntable t\nkey id\nentity A\ntable t\nkey id", "K0202", "A"),
        ("entity a\ntable t", "K0601", "a"),
        ("data a\ndate day", "K0602", "a"),
        ("kpi a\nformula 1", "K0204", "a"),
        ("kpi a\nunit points", "K0204", "a"),
        ("targets a\ntable t\nlink store by s\nperiod p", "K0603", "a"),
        ("measure a\nreport only", "K0702", "a"),
    ],
)
def test_sections_at_fault(tmp_path: Path, text: str, code: str, words: str) -> None:
    (found,) = make_workspace(tmp_path, text).diagnostics
    assert found.span is not None
    assert (found.code, found.span.text.strip()) == (code, words)


def test_names_are_found_in_any_case(tmp_path: Path) -> None:
    workspace = make_workspace(
        tmp_path,
        """
        entity Store "Shop"
          label zh "门店"
          table shops
          key ID
          attribute Region
          belongs to District by d
        entity 区域 "Region"
          values of store.region
        """,
    )
    store = workspace.entities["store"]
    assert (store.name, store.label(), store.label("zh"), store.label("fr")) == (
        "Store", "Shop", "门店", "Shop",
    )  # fmt: skip
    assert list(store.attributes) == ["region"]
    assert list(store.parents) == ["district"]
    assert workspace.entities["区域"].label() == "Region"


def test_sections_attach_to_the_card_above_them_in_their_file(tmp_path: Path) -> None:
    workspace = make_workspace(
        tmp_path,
        """
        scorecard a
          for store
        measure m
          report only
        kpi k
          formula 1
          unit points
        scorecard b
          for store
        grade g
          otherwise
        """,
    )
    parts = {name: [type(p).__name__ for p in v[0].parts] for name, v in workspace.cards.items()}
    assert parts == {"a": ["MeasureSection"], "b": ["GradeSection"]}
