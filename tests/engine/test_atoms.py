"""What the database answers, as arrays: keys that identify, who is active, drivers' columns."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from engine.atoms import days, floats, texts
from tests.support.small_workspaces import codes, items, make_workspace, refusal, score_card

CARD = """
    entity store
      file "stores.csv"
      key store_id
      active from opened through closed
    data visits
      file "visits.csv"
      date day
      link store by store_id
    kpi k
      formula count(visits)
      unit visits
    scorecard card
      for store
      every quarter
    measure k
      report only
"""
VISITS = "store_id,day\nS1,2025-07-01"


def test_a_key_that_is_not_unique_is_refused(tmp_path: Path) -> None:
    stores = "store_id,opened,closed\nS1,,\nS2,,\nS1,,\nS3,,\nS3,,"
    workspace = make_workspace(tmp_path, CARD, {"stores": stores, "visits": VISITS})
    (found,) = refusal(workspace, "card", "2025Q3")
    assert (found.code, found.data["keys"], found.data["count"]) == ("K0904", "S1, S3", 2)


def test_a_row_without_a_key_is_refused(tmp_path: Path) -> None:
    stores = "store_id,opened,closed\nS1,2020-01-01,\n,2020-01-01,\n,2020-01-01,"
    workspace = make_workspace(tmp_path, CARD, {"stores": stores, "visits": VISITS})
    (found,) = refusal(workspace, "card", "2025Q3")
    assert (found.code, found.data["count"]) == ("K0903", 2)


LINKED = CARD.replace("link store by store_id", "link store by store_id\nlink topic by topic") + (
    'entity topic\nfile "topics.csv"\nkey id\nattribute weight'
)
TOPICS = {
    "stores": "store_id,opened,closed\nS1,,",
    "visits": "store_id,day,topic\nS1,2025-07-01,A\nS1,2025-07-02,",
}


def test_a_key_of_a_linked_entity_must_be_unique(tmp_path: Path) -> None:
    text = LINKED.replace("count(visits)", "count(visits where topic.weight > 0)")
    csv = {**TOPICS, "topics": "id,weight\nA,1\nA,2\nB,3"}
    # joined twice, the one visit would count as two
    (found,) = refusal(make_workspace(tmp_path, text, csv), "card", "2025Q3")
    assert (found.code, found.data["keys"]) == ("K0904", "A")


def test_what_has_no_key_is_linked_to_nothing(tmp_path: Path) -> None:
    text = LINKED.replace("count(visits)", "count(visits where topic.weight <> 0)")
    csv = {**TOPICS, "topics": "id,weight\nA,1\n,0\n,0"}
    sheet = score_card(make_workspace(tmp_path, text, csv), "card", "2025Q3")
    assert items(sheet)["S1"]["measures"]["k"]["value"] == 2.0


def test_who_is_active_in_the_period(tmp_path: Path) -> None:
    stores = """
        store_id,opened,closed
        always,,
        first,2025-07-01,2025-07-01
        last,2025-09-30,
        late,2025-10-01,
        gone,2020-01-01,2025-06-30
        left,,2025-07-14
        inside,2025-07-31,2025-08-01
        never,2025-08-01,2025-07-31
    """
    workspace = make_workspace(tmp_path, CARD, {"stores": stores, "visits": VISITS})
    sheet = score_card(workspace, "card", "2025Q3")
    assert {key: list(each["assigned"].values()) for key, each in items(sheet).items()} == {
        "always": ["2025-07-01", "2025-09-30", 92],
        "first": ["2025-07-01", "2025-07-01", 1],
        "last": ["2025-09-30", "2025-09-30", 1],
        "left": ["2025-07-01", "2025-07-14", 14],
        "inside": ["2025-07-31", "2025-08-01", 2],
    }
    assert sheet.inactive == 3


def test_before_names_the_first_day_off(tmp_path: Path) -> None:
    text = CARD.replace("through closed", "before closed")
    stores = """
        store_id,opened,closed
        gone,2020-01-01,2025-07-01
        one,2020-01-01,2025-07-02
        open,,
    """
    workspace = make_workspace(tmp_path, text, {"stores": stores, "visits": VISITS})
    sheet = score_card(workspace, "card", "2025Q3")
    assert {key: each["assigned"]["days"] for key, each in items(sheet).items()} == {
        "one": 1, "open": 92,
    }  # fmt: skip


def test_nobody_at_all(tmp_path: Path) -> None:
    stores = "store_id,opened,closed\nS1,2030-01-01,2030-01-02"
    workspace = make_workspace(tmp_path, CARD, {"stores": stores, "visits": VISITS})
    sheet = score_card(workspace, "card", "2025Q3")
    assert (len(sheet), sheet.inactive) == (0, 1)


def test_an_empty_table_of_entities(tmp_path: Path) -> None:
    text = CARD.replace("active from opened through closed", "")
    text = text.replace('file "stores.csv"', 'query "SELECT 1 AS store_id WHERE 1 = 0"')
    workspace = make_workspace(tmp_path, text, {"visits": "store_id,day\n1,2025-07-01"})
    assert len(score_card(workspace, "card", "2025Q3")) == 0


def test_a_query_that_is_no_select_is_refused(tmp_path: Path) -> None:
    text = CARD.replace('file "stores.csv"', 'query "DROP TABLE stores"')
    workspace = make_workspace(tmp_path, text, {"visits": VISITS})
    assert codes(refusal(workspace, "card", "2025Q3")) == ["K0611"]


# ── columns of any driver ────────────────────────────────────────────────────────────────────────


def test_numbers_of_any_driver() -> None:
    masked = np.ma.masked_array([1, 2], mask=[False, True])
    for column in ([1, None], [Decimal("1.0"), None], [1.0, float("nan")], masked, [True, None]):
        found = floats(column)
        assert (found[0], bool(np.isnan(found[1])), found.dtype.str) == (1.0, True, "<f8")
    assert floats(np.array([1, 2])).tolist() == [1.0, 2.0]


def test_texts_of_any_driver() -> None:
    found = texts(
        ["a", None, 1, 1.5, 10.0, float("nan"), True, Decimal("1.50"), date(2025, 7, 1),
         np.datetime64("2025-07-01"), np.datetime64("NaT"), np.bool_(False)]
    )  # fmt: skip
    assert found.tolist() == [
        "a", None, "1", "1.5", "10", None, "true", "1.50", "2025-07-01",
        "2025-07-01", None, "false",
    ]  # fmt: skip


def test_days_of_any_driver() -> None:
    day = np.datetime64("2025-07-01")
    for value in (
        date(2025, 7, 1),
        datetime(2025, 7, 1, 23, 59),
        "2025-07-01",
        "2025-07-01 23:59:59.5",
        np.datetime64("2025-07-01T12:00"),
    ):
        found = days([value, None])
        assert found[0] == day
        assert np.isnat(found[1])
    array = np.ma.masked_array(
        np.array(["2025-07-01T10", "2025-07-01T10"], dtype="datetime64[us]"), mask=[False, True]
    )
    assert days(array)[0] == day
    assert np.isnat(days(array)[1])
