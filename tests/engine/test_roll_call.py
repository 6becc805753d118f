"""`score --all`: everybody's results, who has two cards on one day, and who has none."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.session import Session
from engine.roll_call import RollCall
from engine.roll_document import roll_document
from grammar import Refused
from tests.support.small_workspaces import LATER, codes, make_workspace

TEXT = """
    entity person
      file "people.csv"
      key id
      name name
      attribute role
      active from since through until
    data facts
      file "facts.csv"
      date day
      link person by id
    kpi points
      formula average(facts.a)
      unit points
      better higher
    scorecard clerks
      for person
      assign role "clerk"
      assign role "driver"
      every quarter
      round total 0
      when missing leave out
    measure points
      weight 100%
      curve linear
      at 0 score 0
      at 100 score 100
    grade A
      from 50
    grade B
      otherwise
    scorecard drivers
      for person
      assign role "driver"
      every quarter
      round total 1
      when missing leave out
    measure points
      weight 100%
      curve linear
      at 0 score 0
      at 200 score 100
    scorecard yearly
      for person
      every year
      when missing leave out
    measure points
      report only
    scorecard later
      for person
      every quarter
      effective from 2026-01-01
      when missing leave out
    measure points
      report only
"""
FILES = {
    "people": """
        id,name,role,since,until
        P1,Ann,clerk,,
        P2,Bob,driver,2025-08-01,
        P3,Cid,cook,2025-09-21,
        P4,Dee,cook,2025-01-01,2025-06-30
    """,
    "facts": "id,day,a\nP1,2025-07-02,80\nP2,2025-08-02,70",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_workspace(tmp_path, TEXT, FILES)
    return tmp_path


def roll(folder: Path, period: str, as_of: date = LATER) -> RollCall:
    return Session(folder).call_roll(period, as_of)


def test_everybody_with_every_result(folder: Path) -> None:
    document = roll_document(roll(folder, "2025Q3"))
    found = {each["key"]: each["parts"] for each in document["people"]}
    assert list(found) == ["P1", "P2", "P3"]  # P4 has left
    ann, bob = found["P1"], found["P2"]
    assert [(p["scorecard"], p["total"], p["grade"]) for p in ann] == [("clerks", 80, "A")]
    assert [(p["scorecard"], p["total"], p["days"]) for p in bob] == [
        ("clerks", 70, 61),
        ("drivers", 35, 61),
    ]
    assert found["P3"] == []
    assert document["left_out"] == ["yearly", "later"]


def test_two_cards_on_one_day_and_days_without_a_card(folder: Path) -> None:
    document = roll_document(roll(folder, "2025-Q3"))
    who = {"entity": "person", "key": "P2", "label": "Bob"}
    days = {"from": "2025-08-01", "through": "2025-09-30"}
    assert document["overlaps"] == [{**who, "scorecards": ["clerks", "drivers"], **days}]
    assert [(each["key"], each["days"]) for each in document["without_card"]] == [("P3", 10)]


def test_the_cards_of_another_period(folder: Path) -> None:
    document = roll_document(roll(folder, "2025"))
    assert document["left_out"] == ["clerks", "drivers", "later"]
    assert {p["scorecard"] for each in document["people"] for p in each["parts"]} == {"yearly"}


def test_a_period_that_is_running(folder: Path) -> None:
    document = roll_document(roll(folder, "2025Q3", date(2025, 9, 22)))
    assert document["period"]["provisional"]
    assert [(each["key"], each["days"]) for each in document["without_card"]] == [("P3", 2)]


def test_a_faulty_card_is_named_and_the_others_are_scored(tmp_path: Path) -> None:
    make_workspace(tmp_path, TEXT.replace("at 200 score 100", "", 1), FILES)
    found = roll(tmp_path, "2025Q3")
    assert {name: codes(list(why)) for name, why in found.refused.items()} == {"drivers": ["K0502"]}
    arguments = ["-w", str(tmp_path), "score", "--all", "-p", "2025Q3", "--format", "json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["refused"] == ["drivers"]
    assert "K0502" in result.stderr


def test_no_such_period(folder: Path) -> None:
    with pytest.raises(Refused) as caught:
        roll(folder, "2025Q5")
    assert codes(list(caught.value.diagnostics)) == ["K0906"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_names_cards_and_people(folder: Path, language: str) -> None:
    options = ["--all", "-p", "2025Q3", "--as-of", "2025-12-31", "--language", language]
    result = CliRunner().invoke(app, ["-w", str(folder), "score", *options])
    assert result.exit_code == 0, result.stderr
    ending = {
        "en": "3 in all, 1 overlaps, 1 with days without a card, "
        "not scored over such periods: yearly, later.",
        "zh": "共 3 个，1 处重叠，1 个有若干天没有记分卡，不按此周期考核：yearly，later。",
    }
    assert result.stdout.strip().endswith(ending[language])


@pytest.mark.parametrize("arguments", [[], ["clerks", "--all"], ["--all", "--only", "P1"]])
def test_one_card_or_all_of_them(folder: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(app, ["-w", str(folder), "score", *arguments, "-p", "2025Q3"])
    assert result.exit_code == 2
