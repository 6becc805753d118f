"""Hints at whole cards: quiet on good ones, and each at what it is about."""

from pathlib import Path

import pytest

from engine import check
from tests.support.small_workspaces import make_workspace

DATA = """
    entity store
      file "stores.csv"
      key store_id
    data sales
      file "sales.csv"
      date day
      link store by store_id
      column amount unit CNY
    data calls
      file "calls.csv"
      date day
      link store by store_id
    kpi taken
      formula sum(sales.amount)
      unit CNY
      better higher
      owner "Finance"
    kpi baskets
      formula count(sales)
      unit sales
      better higher
      owner "Finance"
    kpi kept
      formula count(sales where back = no) / baskets
      unit percent
      better higher
      owner "Finance"
    kpi back
      formula 1 - kept
      unit percent
      better lower
      owner "Finance"
    kpi answered
      formula count(calls)
      unit calls
      better higher
      owner "Service"
"""
PERCENTS = ("kept", "back")


def hints(folder: Path, weights: dict[str, int], more: str = "") -> list[tuple[str, str]]:
    text = DATA + "\nscorecard card\nfor store\nevery quarter\nwhen missing leave out\n"
    for name, weight in weights.items():
        top = "100%" if name in PERCENTS else "100"
        low, high = ("100", "0") if name == "back" else ("0", "100")
        zero = "0%" if name in PERCENTS else "0"
        text += f"\nmeasure {name}\nweight {weight}%\ncurve linear\n"
        text += f"at {zero} score {low}\nat {top} score {high}\n"
    found = check(make_workspace(folder, text + more))
    assert not [d for d in found if d.is_error]
    return [(d.code, d.span.text) for d in found if d.span and "K0810" <= d.code <= "K0815"]


GOOD = {"taken": 40, "baskets": 20, "back": 20, "answered": 20}


def test_a_good_card_is_left_alone(tmp_path: Path) -> None:
    assert hints(tmp_path, GOOD) == []


def test_a_card_of_few_measures_is_left_alone(tmp_path: Path) -> None:
    assert hints(tmp_path, {"taken": 90, "baskets": 10}) == []


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"taken": 40, "baskets": 20, "back": 40}, []),
        ({"taken": 30, "baskets": 20, "kept": 20, "back": 30}, ["K0810", "K0813"]),
        ({"taken": 51, "baskets": 9, "back": 20, "answered": 20}, ["K0811"]),
        ({"taken": 50, "baskets": 10, "back": 20, "answered": 20}, []),
        ({"taken": 20, "kept": 20, "back": 20, "answered": 40}, ["K0813"]),
        ({"taken": 51, "baskets": 9, "kept": 20, "answered": 20}, ["K0811", "K0814"]),
    ],
)
def test_mistakes(tmp_path: Path, weights: dict[str, int], expected: list[str]) -> None:
    assert sorted(code for code, _ in hints(tmp_path, weights)) == expected


def test_a_policy_speaks_instead(tmp_path: Path) -> None:
    policy = '\npolicy p\nrequire measure at most 60%\nnote "Sales first."\n'
    assert hints(tmp_path, {**GOOD, "taken": 51, "answered": 9}, policy) == []


def test_what_most_others_say(tmp_path: Path) -> None:
    more = "\nkpi plain\nformula count(calls where good = yes)\nunit calls\nbetter higher\n"
    more += "\nscorecard other\nfor store\nevery quarter\nwhen missing leave out\n"
    more += "measure plain\nweight 100%\ncurve linear\nat 0 score 0\nat 1 score 100\n"
    assert hints(tmp_path, GOOD, more) == [("K0812", "plain")]
