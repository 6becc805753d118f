"""HTTP: what cannot be answered is a problem (RFC 9457), whatever was asked; never a traceback."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.http.kinds import KINDS, kind_of
from api.http.paging import read_cursor
from api.http.schemas import ProblemDocument
from engine import Sheet
from grammar import Diagnostic
from tests.support.served import Document, Watched, client, copy_example
from tests.support.small_workspaces import make_workspace

CARD = "/v1/scorecards/store_quarterly"
RANKINGS = f"{CARD}/rankings"
PERIOD = "period=2025Q3&as_of=2025-12-31"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    opened = Watched(copy_example(tmp_path_factory.mktemp("http") / "scorecards"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def api(session: Watched) -> Iterator[TestClient]:
    with client(session) as served:
        yield served


def problem(response: Any, status: int, kind: str) -> Document:
    """The problem of a response, after all that must hold for every problem."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Content-Language"] == "en"
    document = ProblemDocument.model_validate_json(response.content, strict=True)
    assert document.type == f"/v1/problems/{kind}"
    assert document.status == status
    assert document.title
    assert document.detail
    assert "Traceback" not in response.text
    return dict(response.json())


REFUSED = [
    ("/v1/scorecards/store_quaterly", 404, "unknown_scorecard", "K0905", "store_quarterly"),
    (f"/v1/scorecards/x/rankings?{PERIOD}", 404, "unknown_scorecard", "K0905", "clerk"),
    (f"/v1/scorecards/x/entities/S001?{PERIOD}", 404, "unknown_scorecard", "K0905", "clerk"),
    (f"{CARD}/entities/S999?{PERIOD}", 404, "unknown_key", "K0908", "/rankings"),
    (f"{CARD}/entities/?{PERIOD}", 404, "unknown_key", "K0908", "/rankings"),
    (f"{RANKINGS}?period=2023Q1", 404, "no_version", "K0907", "2025-01-01"),
    (f"{RANKINGS}?period=2025Q3&as_of=2025-06-30", 404, "not_begun", "K0918", "2025-07-01"),
    (f"{RANKINGS}?period=2025M3", 400, "invalid_period", "K0906", "2025Q3"),
    (f"{RANKINGS}?period=2025-07", 400, "invalid_period", "K0906", "month"),
    (f"{CARD}/entities/S001?period=", 400, "invalid_period", "K0906", "2025Q3"),
    (f"{RANKINGS}?period=2025Q3&as_of=2025-02-30", 400, "invalid_date", "K0909", "2025-09-30"),
    (f"{RANKINGS}?perod=2025Q3", 400, "unknown_parameter", None, "`period`"),
    (f"{RANKINGS}?{PERIOD}&x=1", 400, "unknown_parameter", None, "page_size"),
    ("/v1/health?verbose=1", 400, "unknown_parameter", None, "none"),
    (RANKINGS, 400, "invalid_parameter", None, "`period` is missing"),
    (f"{CARD}/entities/S001", 400, "invalid_parameter", None, "`period` is missing"),
    (f"{RANKINGS}?{PERIOD}&period=2025Q2", 400, "invalid_parameter", None, "twice"),
    (f"{RANKINGS}?{PERIOD}&page_size=0", 400, "invalid_parameter", None, "page_size"),
    (f"{RANKINGS}?{PERIOD}&page_size=1001", 400, "invalid_parameter", None, "1000"),
    (f"{RANKINGS}?{PERIOD}&page_size=many", 400, "invalid_parameter", None, "integer"),
    (f"{RANKINGS}?{PERIOD}&group=Norh", 400, "invalid_parameter", None, "`North`"),
    (f"{CARD}/entities/S001?{PERIOD}&language=fr", 400, "invalid_parameter", None, "'zh'"),
    (f"{RANKINGS}?{PERIOD}&cursor=", 400, "invalid_cursor", None, "next_cursor"),
    (f"{RANKINGS}?{PERIOD}&cursor=%C3%A4", 400, "invalid_cursor", None, "next_cursor"),
    (f"{RANKINGS}?{PERIOD}&cursor=e30", 400, "invalid_cursor", None, "next_cursor"),
    ("/v1/problems/nonsense", 404, "not_found", None, "nonsense"),
    ("/v1/scorecards/", 404, "not_found", None, ""),
    ("/", 404, "not_found", None, ""),
    ("/docs", 404, "not_found", None, ""),
]


@pytest.mark.parametrize(("url", "status", "kind", "code", "hint"), REFUSED)
def test_what_is_refused(
    api: TestClient, url: str, status: int, kind: str, code: str | None, hint: str
) -> None:
    found = problem(api.get(url), status, kind)
    assert found["code"] == (code or kind)
    assert found["instance"] == url.partition("?")[0]
    assert hint in found["detail"]
    assert [error["code"] for error in found["errors"]][:1] == [code or kind][
        : len(found["errors"])
    ]


def test_every_unknown_parameter_is_named(api: TestClient) -> None:
    found = problem(api.get(f"{RANKINGS}?perod=1&grp=2"), 400, "unknown_parameter")
    assert [error["help"] for error in found["errors"]] == [
        "Did you mean `period`?",
        "Did you mean `group`?",
    ]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_resources_are_for_reading(api: TestClient, method: str) -> None:
    response = api.request(method, RANKINGS)
    problem(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "GET"


def test_the_type_of_a_problem_leads_to_its_meaning(api: TestClient) -> None:
    for name, kind in KINDS.items():
        found = api.get(f"/v1/problems/{name}").json()
        assert found["type"] == f"/v1/problems/{name}"
        assert (found["status"], found["title"]) == (kind.status, kind.title)
        assert found["meaning"].endswith(".")


# ── cursors ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def cursor(api: TestClient) -> str:
    return str(api.get(f"{RANKINGS}?{PERIOD}&page_size=3").json()["next_cursor"])


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (f"{RANKINGS}?period=2025Q2", "period"),
        (f"{RANKINGS}?as_of=2025-12-30", "as_of"),
        (f"{RANKINGS}?group=East", "group"),
        ("/v1/scorecards/clerk/rankings?page_size=3", "scorecard"),
    ],
)
def test_a_cursor_keeps_to_its_ranking(api: TestClient, cursor: str, url: str, named: str) -> None:
    found = problem(api.get(f"{url}&cursor={cursor}"), 400, "invalid_cursor")
    assert f"another {named} than" in found["detail"]


def test_a_ranking_that_has_changed_is_not_continued(session: Watched, cursor: str) -> None:
    moved = Watched(session.folder)
    with client(moved) as api:
        assert api.get(f"{RANKINGS}?cursor={cursor}").status_code == 200
    changed = Changing(session.folder)
    with client(changed) as api:
        problem(api.get(f"{RANKINGS}?cursor={cursor}"), 410, "ranking_changed")
    moved.close()
    changed.close()


class Changing(Watched):
    """A session whose data have changed by a tenth of a point for one entity."""

    def score(self, card: str, period: str, as_of: date) -> Sheet:
        sheet = super().score(card, period, as_of)
        sheet.total[0] += 0.1
        return sheet


@pytest.mark.parametrize("place", ["-1", "0", "1e3", '"7"', "true", "null"])
def test_a_cursor_that_was_tampered_with(api: TestClient, place: str) -> None:
    text = (
        '{"card":"store_quarterly","period":"2025Q3","as_of":"2025-12-31","group":null,'
        f'"place":{place},"fingerprint":"0"}}'
    )
    tampered = urlsafe_b64encode(text.encode()).decode()
    problem(api.get(f"{RANKINGS}?cursor={tampered}"), 400, "invalid_cursor")


def test_a_cursor_reads_what_it_wrote(cursor: str) -> None:
    assert str(read_cursor(cursor)) == cursor


# ── workspace and database ───────────────────────────────────────────────────────────────────────


def test_a_card_with_errors_is_blocked(tmp_path: Path) -> None:
    folder = copy_example(tmp_path / "scorecards")
    card = folder / "store_quarterly.scorecard"
    card.write_text(card.read_text("utf-8").replace("weight 15%", "weight 5%"), encoding="utf-8")
    broken = Watched(folder)
    with client(broken) as api:
        assert api.get(f"/v1/scorecards/clerk/rankings?{PERIOD}").status_code == 200
        assert "store_quarterly" in api.get("/v1/scorecards").text
        for url in (CARD, f"{RANKINGS}?{PERIOD}", f"{CARD}/entities/S001?{PERIOD}"):
            found = problem(api.get(url), 409, "blocked")
            (error,) = found["errors"]
            assert found["code"] == error["code"] == "K0401"
            assert error["file"] == "store_quarterly.scorecard"
            assert "weight" in card.read_text("utf-8").splitlines()[error["line"] - 1]
            assert error["labels"]
    broken.close()


def test_the_database_may_come_later(tmp_path: Path) -> None:
    folder = copy_example(tmp_path / "scorecards")
    database = folder / ".steelyard" / "demo.duckdb"
    database.rename(folder / "elsewhere.duckdb")
    opened = Watched(folder)
    with client(opened) as api:
        found = problem(api.get(f"{RANKINGS}?{PERIOD}"), 503, "unavailable")
        assert found["code"] == "K0901"
        assert "demo.duckdb" in found["detail"]
        assert api.get("/v1/health").json()["database"]["reachable"] is False
        (folder / "elsewhere.duckdb").rename(database)
        assert api.get(f"{RANKINGS}?{PERIOD}").status_code == 200
        assert api.get("/v1/health").json()["database"]["reachable"] is True
    opened.close()


def test_settings_that_cannot_be_read(tmp_path: Path) -> None:
    make_workspace(tmp_path, 'scorecard a "A"\n  for b\n  every quarter')
    (tmp_path / "steelyard.toml").write_text("[connection", encoding="utf-8")
    with client(Watched(tmp_path)) as api:
        found = problem(api.get("/v1/scorecards/a/rankings?period=2025Q3"), 503, "unavailable")
    assert found["code"] == "K0902"


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        ("absent", 503),
        ("locked", 503),
        ("unreachable", 503),
        ("denied", 503),
        ("interrupted", 503),
        ("timed_out", 504),
        ("bad_sql", 409),
        ("missing_table", 409),
        ("read_only", 409),
    ],
)
def test_failures_at_the_database(failure: str, status: int) -> None:
    found = Diagnostic("K0901", None, {"message": "", "hint": "", "kind": failure})
    assert kind_of(found).status == status


class Failing(Watched):
    """A session with a fault of its own."""

    def score(self, card: str, period: str, as_of: date) -> Sheet:
        raise RuntimeError(f"swordfish, for {card}, {period} and {as_of}")


def test_what_nobody_expected_is_logged_and_tells_nothing(
    session: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    with client(Failing(session.folder)) as api, caplog.at_level(logging.ERROR, "api.http"):
        response = api.get(f"{RANKINGS}?{PERIOD}")
    found = problem(response, 500, "internal")
    assert found["errors"] == []
    assert "swordfish" not in response.text
    (record,) = [each for each in caplog.records if each.name.startswith("api.http")]
    assert record.getMessage() == f"GET {RANKINGS} failed"
    assert record.exc_info is not None
    assert "swordfish" in str(record.exc_info[1])


# ── odd input ────────────────────────────────────────────────────────────────────────────────────

ODD = st.text(st.characters(codec="utf-8"), max_size=12)
NAMES = st.sampled_from(
    ["period", "as_of", "group", "page_size", "cursor", "language", "Period", "", "a b"]
)
VALUES = ODD | st.sampled_from(
    [
        *("2025Q3", "2025-Q3", "1900Q1", "2999Q4", "2025-W53", "２０２５Q3", "FY2025Q1"),
        *("2025-12-31", "0001-01-01", "9999-12-31", "20251231", "2025-W01-1"),
        *("0", "-1", "1e400", "9" * 400, "\x00", "East", "zh"),
    ]
)
PATHS = st.sampled_from(
    [RANKINGS, CARD, f"{CARD}/entities/S001", "/v1/scorecards", "/v1/health", "/v1/problems/x"]
) | ODD.map(lambda text: f"/v1/scorecards/{quote(text, safe='')}/entities/{quote(text)}")


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=PATHS, query=st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_odd_input_never_fails(api: TestClient, path: str, query: list[tuple[str, str]]) -> None:
    response = api.get(f"{path}?{urlencode(query)}", headers={"Accept-Language": "en"})
    assert response.status_code < 500, response.text
    assert response.json()
    if response.status_code != 200:
        kind = response.json()["type"].rpartition("/")[2]
        problem(response, KINDS[kind].status, kind)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(raw=st.binary(max_size=20))
def test_odd_bytes_never_fail(api: TestClient, raw: bytes) -> None:
    encoded = quote(raw, safe="")
    for url in (f"/{encoded}", f"{RANKINGS}?period={encoded}", f"{CARD}/entities/{encoded}"):
        assert api.get(url).status_code in (200, 400, 404)
