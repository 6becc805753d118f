"""HTTP: the rules of scorecards as they are written, and whether the server lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.session import Session
from engine import load
from engine.documents import weights_document
from engine.effective import effective
from engine.facts import Problems
from tests.support.served import (
    SCORECARDS,
    SHOPS,
    Document,
    Watched,
    as_printed,
    client,
    copy_example,
    get,
)
from tests.support.small_workspaces import make_workspace

CARDS = sorted(load(SCORECARDS).cards)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    opened = Session(copy_example(tmp_path_factory.mktemp("http") / "scorecards"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api(session: Session) -> Iterator[TestClient]:
    with client(session) as served:
        yield served


# ── scorecards ───────────────────────────────────────────────────────────────────────────────────


def test_scorecards_are_listed(api: TestClient) -> None:
    items = get(api, "/v1/scorecards")["items"]
    assert [item["name"] for item in items] == CARDS
    (store,) = [item for item in items if item["name"] == "store_quarterly"]
    assert store["label"] == "Store quarterly scorecard"
    assert store["labels"] == {"zh": "门店季度计分卡"}
    assert (store["entity"], store["every"]) == ("store", "quarter")
    assert store["versions"] == [
        {
            "version": "2025-01-01",
            "since": "2025-01-01",
            "through": None,
            "file": "store_quarterly.scorecard",
            "line": 4,
        }
    ]


def test_the_rules_of_a_scorecard(api: TestClient) -> None:
    card = get(api, "/v1/scorecards/store_quarterly")
    measures = {measure["name"]: measure for measure in card["measures"]}
    assert sum(measure["weight"] for measure in measures.values()) == pytest.approx(1)
    growth = measures["sales_growth"]
    assert (growth["kpi"], growth["unit"], growth["better"]) == (
        "sales_growth",
        "percent",
        "higher",
    )
    assert growth["formula"]["text"] == "growth(net_sales)"
    assert [line["text"] for line in growth["targets"]] == [
        "target 5%",
        'target 7% where region = "East" from 2025Q3',
    ]
    assert [line["text"] for line in growth["curve"]["points"]] == [
        "at -15% score 0",
        "at 0% score 60",
        "at target score 100",
        "at 15% score 120",
    ]
    satisfaction = measures["satisfaction"]
    assert (satisfaction["curve"]["shape"], satisfaction["curve"]["otherwise"]) == ("steps", 0)
    assert satisfaction["when_missing"] == "score 60"
    assert measures["retention"]["curve"]["limit"] == [0, 120]
    assert card["assignments"] == [
        {"attribute": "format", "values": ["flagship", "community", "outlet"], "dated": []}
    ]
    assert [(grade["name"], grade["from"]) for grade in card["grades"]] == [
        ("A", 95),
        ("B", 80),
        ("C", None),
    ]
    assert (card["rank_within"], card["break_ties"]) == ("region", "net_sales")
    assert card["ranked_when"]["text"] == "coverage >= 80%"


def test_every_rule_stands_where_it_says(api: TestClient) -> None:
    card = get(api, "/v1/scorecards/store_quarterly")
    rules = list(places(card))
    assert len(rules) > 50
    for rule in rules:
        lines = (SCORECARDS / rule["file"]).read_text("utf-8").splitlines()
        first = str(rule.get("text") or rule.get("name") or "").partition("\n")[0]
        assert first in lines[rule["line"] - 1], rule


def places(value: object) -> Iterator[Document]:
    """Everything inside a document that says where it stands."""
    if isinstance(value, dict):
        if "line" in value:
            yield value
        yield from (place for each in value.values() for place in places(each))
    elif isinstance(value, list):
        yield from (place for each in value for place in places(each))


@pytest.mark.parametrize("name", CARDS)
def test_weight_groups_are_those_of_the_command_line(
    api: TestClient, session: Session, name: str
) -> None:
    version = session.workspace.cards[name][-1]
    card = effective(session.workspace, version, session.today(), Problems())
    assert card is not None
    found = get(api, f"/v1/scorecards/{name}")
    assert found["weight_groups"] == as_printed(weights_document(card))["groups"]


def test_the_latest_version_is_described_on_a_day_it_holds(tmp_path: Path) -> None:
    make_workspace(tmp_path, SHOPS, {"sales": "sold_on,shop,amount\n2025-07-01,A,1"})
    session = Watched(tmp_path, days=[date(2024, 6, 1)])
    with client(session) as api:
        card = get(api, "/v1/scorecards/shops")
    assert [version["version"] for version in card["versions"]] == ["2024-01-01", "2025-01-01"]
    assert (card["label"], card["version"], card["on"]) == (
        "Shops and stalls",
        "2025-01-01",
        "2025-01-01",
    )
    session.close()


# ── health ───────────────────────────────────────────────────────────────────────────────────────


def test_health(api: TestClient) -> None:
    assert get(api, "/v1/health") == {
        "status": "ok",
        "workspace": "scorecards",
        "diagnostics": {"errors": 0, "warnings": 0},
        "database": {"reachable": True, "name": "duckdb: demo.duckdb", "problem": None},
    }


@pytest.mark.parametrize(
    ("file", "text", "reachable", "wrong"),
    [
        ("steelyard.toml", "[connection]\nurl = 'duckdb:///nowhere.duckdb'\n", False, False),
        ("steelyard.toml", "[connection\n", False, True),
        ("broken.scorecard", "kpi\nscorecard 7\n", True, True),
        ("catalog.json", "{", True, False),  # not read where the database answers
    ],
)
def test_health_answers_whatever_is_broken(
    tmp_path: Path, file: str, text: str, reachable: bool, wrong: bool
) -> None:
    make_workspace(tmp_path, SHOPS, {"sales": "sold_on,shop,amount\n2025-07-01,A,1"})
    (tmp_path / file).write_text(text, encoding="utf-8")
    session = Session(tmp_path)
    with client(session) as api:
        health = get(api, "/v1/health")
        assert get(api, "/v1/scorecards")["items"]
    assert health["status"] == "ok"
    assert health["database"]["reachable"] is reachable
    assert (health["database"]["problem"] is None) is reachable
    assert (health["diagnostics"]["errors"] > 0) is wrong
    session.close()


def test_health_without_a_workspace(tmp_path: Path) -> None:
    with client(Session(tmp_path / "nothing")) as api:
        assert get(api, "/v1/health")["diagnostics"]["errors"] == 1
        assert get(api, "/v1/scorecards") == {"items": []}
