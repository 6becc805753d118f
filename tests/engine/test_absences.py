"""`when few` and `when no target` beside `when missing`."""

from pathlib import Path

from tests.engine.test_scoring import card, facts, part, scored
from tests.support.small_workspaces import totals

FEW = facts("S1 80 60 40 20", "S2 100 50 0 5", "S3 - 20 20 20", "S4 - 0 0 5")


def test_too_few_rows_do_something_else_than_no_value(tmp_path: Path) -> None:
    text = card("when missing leave out", "rated\nweight 50%\nwhen few score 30", "b\nweight 50%")
    sheet = scored(tmp_path, text, FEW)
    # S2 has 5 answers: 15 + 25. S3 and S4 have no value at all, and are left out.
    assert totals(sheet) == {"S1": 70.0, "S2": 40.0, "S3": 20.0, "S4": 0.0}
    found = part(sheet, "S2", "rated")
    assert (found["state"], found["reason"], found["score"]) == ("missing", "below_sample", 30.0)
    assert found["value"] == 100.0


def test_the_card_says_it_for_all_measures_and_a_measure_for_itself(tmp_path: Path) -> None:
    text = card("when missing leave out\nwhen few no total", "rated\nweight 50%", "b\nweight 50%")
    assert totals(scored(tmp_path / "all", text, FEW))["S2"] is None
    text = card(
        "when missing leave out\nwhen few no total",
        "rated\nweight 50%\nwhen few leave out",
        "b\nweight 50%",
    )
    assert totals(scored(tmp_path / "own", text, FEW))["S2"] == 50.0


TARGET = """
    rated
    weight 50%
    target 50 where region = "West"
    curve attainment
    limit 0 to 200
    when no target no total
    when few score 10
"""


def test_without_a_target(tmp_path: Path) -> None:
    rows = facts("S1 80 60 40 20", "S2 100 50 0 5", "S3 20 20 20 20", "S4 20 0 0 5")
    text = card("when missing leave out", TARGET, "b\nweight 50%")
    # S1 has no target; S2 has neither answers nor a target: the sample is asked first.
    assert totals(scored(tmp_path, text, rows)) == {"S1": None, "S2": 30.0, "S3": 30.0, "S4": 5.0}


def test_in_chinese(tmp_path: Path) -> None:
    text = card("缺失时 剔除", "rated\nweight 50%\n样本不足时 得分 30", "b\nweight 50%")
    assert totals(scored(tmp_path, text, FEW))["S2"] == 40.0
