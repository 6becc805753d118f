"""HTTP: every resource, against what the command line prints for the same question."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from api.http import create_app, schemas
from api.session import Session
from engine import explain
from engine.documents import explanation_document, sheet_document
from tests.support.served import (
    SHOPS,
    Document,
    Watched,
    as_printed,
    client,
    copy_example,
    get,
)
from tests.support.small_workspaces import make_workspace

AS_OF = date(2025, 12, 31)
CARDS = ("store_quarterly", "store_manager", "clerk")
QUERY = {"period": "2025Q3", "as_of": AS_OF.isoformat()}
RANKINGS = "/v1/scorecards/store_quarterly/rankings"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    opened = Watched(copy_example(tmp_path_factory.mktemp("http") / "scorecards"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api(session: Session) -> Iterator[TestClient]:
    with client(session) as served:
        yield served


def pages(api: TestClient, path: str, **query: Any) -> Iterator[Document]:
    """All pages, followed by the Link header."""
    response = api.get(path, params=query)
    while True:
        assert response.status_code == 200, response.text
        yield response.json()
        if "next" not in response.links:
            return
        response = api.get(response.links["next"]["url"])


# ── rankings ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("card", CARDS)
def test_all_pages_together_are_the_ranking_of_the_command_line(
    api: TestClient, session: Session, card: str
) -> None:
    whole = as_printed(sheet_document(session.score(card, "2025Q3", AS_OF)))
    found = list(pages(api, f"/v1/scorecards/{card}/rankings", **QUERY, page_size=4))
    assert len(found) > 2
    assert [item for page in found for item in page["items"]] == whole["items"]
    assert [page["not_ranked"] for page in found] == [
        whole["not_ranked"],
        *[[] for _ in found[1:]],
    ]
    heading = whole.keys() - {"items", "not_ranked"}
    assert all(
        {key: page[key] for key in heading} == {k: whole[k] for k in heading} for page in found
    )


def test_a_page_is_of_100(tmp_path: Path) -> None:
    rows = "\n".join(f"2025-07-01,S{number},{number}" for number in range(230))
    make_workspace(tmp_path, SHOPS, {"sales": f"sold_on,shop,amount\n{rows}"})
    session = Session(tmp_path)
    with client(session) as api:
        found = list(pages(api, "/v1/scorecards/shops/rankings", **QUERY))
    assert [len(page["items"]) for page in found] == [100, 100, 30]
    assert len({item["key"] for page in found for item in page["items"]}) == 230
    assert found[-1]["next_cursor"] is None
    session.close()


def test_cursor_and_link_lead_to_the_same_page(api: TestClient) -> None:
    response = api.get(RANKINGS, params={**QUERY, "page_size": 5})
    by_cursor = get(api, RANKINGS, cursor=response.json()["next_cursor"], page_size=5)
    assert api.get(response.links["next"]["url"]).json() == by_cursor


def test_a_cursor_may_stand_beside_what_it_holds(api: TestClient) -> None:
    cursor = get(api, RANKINGS, **QUERY, group="East", page_size=2)["next_cursor"]
    alone = get(api, RANKINGS, cursor=cursor, page_size=2)
    beside = {**QUERY, "period": "2025-Q3", "group": "East", "page_size": 2}
    assert get(api, RANKINGS, cursor=cursor, **beside) == alone


def test_group_is_a_part_of_the_ranking(api: TestClient) -> None:
    whole = get(api, RANKINGS, **QUERY)
    groups = {item["rank_group"] for item in whole["items"]}
    assert len(groups) == 4
    for group in groups:
        part = get(api, RANKINGS, **QUERY, group=group)
        for listed in ("items", "not_ranked"):
            assert part[listed] == [i for i in whole[listed] if i["rank_group"] == group]


def test_names_are_found_as_the_command_line_finds_them(api: TestClient) -> None:
    as_written = get(api, RANKINGS, **QUERY)
    other = get(api, "/v1/scorecards/STORE_QUARTERLY/rankings", **QUERY | {"period": "2025-q3"})
    assert other == as_written


def test_two_spellings_of_a_period_are_scored_once(session: Session) -> None:
    watched = Watched(session.folder, days=[AS_OF])
    with client(watched) as api:
        for card, period in [("clerk", "2025Q2"), ("Clerk", "2025-Q2"), ("CLERK", " 2025q2 ")]:
            get(api, f"/v1/scorecards/{card}/rankings", period=period)
    assert watched.scored == [("clerk", "2025Q2", AS_OF)]
    watched.close()


def test_today_rolls_over(session: Session) -> None:
    watched = Watched(session.folder, days=[date(2025, 9, 30)])
    with client(watched) as api:
        first = api.get(RANKINGS, params={"period": "2025Q3", "page_size": 5})
        watched.days.append(date(2025, 10, 1))
        next_day = get(api, RANKINGS, period="2025Q3", page_size=5)
        pinned = api.get(first.links["next"]["url"]).json()
    assert (first.json()["as_of"], next_day["as_of"]) == ("2025-09-30", "2025-10-01")
    assert pinned["as_of"] == "2025-09-30"
    watched.close()


# ── explanations ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("card", CARDS)
def test_explanations_are_those_of_the_command_line(
    api: TestClient, session: Session, card: str
) -> None:
    sheet = session.score(card, "2025Q3", AS_OF)
    for key in [str(sheet.keys[place]) for place in sheet.order[::5]]:
        explanation = explain(sheet, key, "en")
        assert explanation is not None
        found = get(api, f"/v1/scorecards/{card}/entities/{key}", **QUERY, language="en")
        assert found == as_printed(explanation_document(explanation, "en"))


def test_a_key_may_hold_anything(tmp_path: Path) -> None:
    keys = ["A/B", "C?d=1", "50%", "#7", "门店 八", "e.", "/f"]
    rows = "\n".join(f"2025-07-{day:02},{key},{day}00" for day, key in enumerate(keys, 1))
    make_workspace(tmp_path, SHOPS, {"sales": f"sold_on,shop,amount\n{rows}"})
    session = Session(tmp_path)
    with client(session) as api:
        for key in keys:
            path = f"/v1/scorecards/shops/entities/{quote(key, safe='')}"
            assert get(api, path, **QUERY)["key"] == key
    session.close()


# ── description and headers ──────────────────────────────────────────────────────────────────────

ANSWERS: list[tuple[str, type[BaseModel], dict[str, Any]]] = [
    ("/v1/health", schemas.Health, {}),
    ("/v1/problems/blocked", schemas.ProblemKind, {}),
    ("/v1/scorecards", schemas.CardList, {}),
    *[(f"/v1/scorecards/{card}", schemas.CardRules, {}) for card in CARDS],
    *[(f"/v1/scorecards/{card}/rankings", schemas.Ranking, QUERY) for card in CARDS],
    ("/v1/scorecards/store_quarterly/entities/S001", schemas.Explanation, QUERY),
    ("/v1/scorecards/store_quarterly/entities/S021", schemas.Explanation, QUERY),
]


@pytest.mark.parametrize(("path", "model", "query"), ANSWERS)
def test_answers_are_as_described(
    api: TestClient, path: str, model: type[BaseModel], query: dict[str, Any]
) -> None:
    model.model_validate_json(api.get(path, params=query).content, strict=True)


def test_the_description(session: Session) -> None:
    description = create_app(session).openapi()
    assert set(description["paths"]) == {
        "/v1/health",
        "/v1/problems/{name}",
        "/v1/scorecards",
        "/v1/scorecards/{card}",
        "/v1/scorecards/{card}/rankings",
        "/v1/scorecards/{card}/entities/{key}",
    }
    for path in description["paths"].values():
        operation = path["get"]
        assert operation["summary"]
        assert operation["description"]
        for status, response in operation["responses"].items():
            wanted = "application/json" if status == "200" else "application/problem+json"
            assert list(response["content"]) == [wanted]
            assert response["content"][wanted]["schema"]


def test_the_examples_are_as_described() -> None:
    for model in (schemas.Ranking, schemas.Explanation, schemas.ProblemDocument):
        for example in model.model_json_schema()["examples"]:
            model.model_validate_json(json.dumps(example), strict=True)


@pytest.mark.parametrize(
    ("header", "query", "label"),
    [
        ("zh-CN, en;q=0.8", {}, "门店季度计分卡"),
        ("fr, en;q=0.5, zh;q=0.4", {}, "Store quarterly scorecard"),
        ("fr;q=oops, *, ;;, zh;q=0", {}, "Store quarterly scorecard"),
        ("en", {"language": "zh"}, "门店季度计分卡"),
    ],
)
def test_labels_are_in_the_language_asked_for(
    api: TestClient, header: str, query: dict[str, str], label: str
) -> None:
    path = "/v1/scorecards/store_quarterly/entities/S001"
    response = api.get(path, params=QUERY | query, headers={"Accept-Language": header})
    assert response.json()["tree"]["label"] == label
    assert response.headers["Vary"] == "Accept-Language"


def test_content_language_is_that_of_the_sentences(api: TestClient) -> None:
    path = "/v1/scorecards/store_quarterly/entities/S001"
    response = api.get(path, params=QUERY | {"language": "en"})
    assert response.headers["Content-Language"] == "en"
    assert response.json()["sentences"][0].endswith("in East.")
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_an_app_that_was_never_started_answers_too(session: Session) -> None:
    assert client(session).get("/v1/health").status_code == 200
