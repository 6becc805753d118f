"""HTTP: sheets are computed once, kept within bounds, and told apart by what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier, Event, Lock

import pytest

from api.http.sheets import Scored, SheetKey, Sheets
from engine import Sheet
from tests.support.served import Watched, client, copy_example

AS_OF = date(2025, 12, 31)
MANY = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_example(tmp_path_factory.mktemp("http") / "scorecards")


@pytest.fixture(scope="module")
def sheet(folder: Path) -> Iterator[Sheet]:
    session = Watched(folder)
    yield session.score("store_quarterly", "2025Q3", AS_OF)
    session.close()


def key(day: int) -> SheetKey:
    return SheetKey("store_quarterly", "2025Q3", date(2025, 12, day))


class Counting:
    """Computes a sheet, when it is allowed to, and counts how often."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.asked: list[SheetKey] = []
        self.allowed = Event()
        self.allowed.set()
        self.failure: Exception | None = None
        self._lock = Lock()

    def __call__(self, key: SheetKey) -> Sheet:
        with self._lock:
            self.asked.append(key)
        assert self.allowed.wait(timeout=30)
        if self.failure is not None:
            raise self.failure
        return self.sheet


def at_once(sheets: Sheets, counting: Counting) -> list[Scored | Exception]:
    """What many threads get that ask for one key while it is being computed."""
    counting.allowed.clear()
    together = Barrier(MANY + 1)

    def ask() -> Scored | Exception:
        together.wait(timeout=30)
        try:
            return sheets.get(key(1))
        except Exception as error:
            return error

    with ThreadPoolExecutor(MANY) as pool:
        waiting = [pool.submit(ask) for _ in range(MANY)]
        together.wait(timeout=30)
        counting.allowed.set()
        return [each.result(timeout=30) for each in waiting]


def test_many_who_ask_at_once_get_one_sheet(sheet: Sheet) -> None:
    counting = Counting(sheet)
    found = at_once(Sheets(counting), counting)
    assert len(counting.asked) == 1
    assert len({id(each) for each in found}) == 1


def test_a_failure_reaches_all_who_wait_and_is_not_kept(sheet: Sheet) -> None:
    counting = Counting(sheet)
    sheets = Sheets(counting)
    counting.failure = RuntimeError("no database")
    assert all(isinstance(each, RuntimeError) for each in at_once(sheets, counting))
    counting.failure = None
    failed = len(counting.asked)
    assert sheets.get(key(1)).sheet is sheet
    assert len(counting.asked) == failed + 1


def test_one_sheet_does_not_wait_for_another(sheet: Sheet) -> None:
    slow = Event()

    def compute(wanted: SheetKey) -> Sheet:
        assert wanted != key(1) or slow.wait(timeout=30)
        return sheet

    sheets = Sheets(compute)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(sheets.get, key(1))
        assert sheets.get(key(2)).sheet is sheet
        assert not first.done()
        slow.set()
        assert first.result(timeout=30).sheet is sheet


def test_the_one_not_asked_for_the_longest_goes(sheet: Sheet) -> None:
    counting = Counting(sheet)
    sheets = Sheets(counting, most=2)
    for day in (1, 2, 1, 3, 1, 2):
        sheets.get(key(day))
    assert counting.asked == [key(1), key(2), key(3), key(2)]


def test_first_requests_at_the_same_time_score_once(folder: Path) -> None:
    watched = Watched(folder)
    with client(watched) as api, ThreadPoolExecutor(MANY) as pool:
        url = "/v1/scorecards/{}/rankings?period=2025Q3&as_of=2025-12-31"
        cards = ["store_quarterly", "clerk"] * (MANY // 2)
        found = list(pool.map(lambda card: api.get(url.format(card)), cards))
    assert [each.status_code for each in found] == [200] * MANY
    assert sorted(watched.scored) == [
        ("clerk", "2025Q3", AS_OF),
        ("store_quarterly", "2025Q3", AS_OF),
    ]
    assert len({each.content for each in found}) == 2
    watched.close()


def test_explanations_at_the_same_time_are_those_one_by_one(folder: Path) -> None:
    url = "/v1/scorecards/store_quarterly/entities/{}?period=2025Q3&as_of=2025-12-31"
    watched = Watched(folder)
    with client(watched) as api:
        ranking = api.get("/v1/scorecards/store_quarterly/rankings?period=2025Q3&as_of=2025-12-31")
        keys = [item["key"] for item in ranking.json()["items"]]
        with ThreadPoolExecutor(MANY) as pool:
            together = list(pool.map(lambda key: api.get(url.format(key)).content, keys))
    with client(watched) as api:
        assert together == [api.get(url.format(key)).content for key in keys]
    watched.close()


def test_the_fingerprint_is_of_what_the_sheet_says(folder: Path, sheet: Sheet) -> None:
    session = Watched(folder)
    again = session.score("store_quarterly", "2025Q3", AS_OF)
    other = session.score("store_quarterly", "2025Q2", AS_OF)
    assert Scored(again).fingerprint == Scored(sheet).fingerprint
    assert Scored(other).fingerprint != Scored(sheet).fingerprint
    again.total[1] += 0.1
    assert Scored(again).fingerprint != Scored(sheet).fingerprint
    session.close()


def test_everybody_is_either_ranked_or_not(sheet: Sheet) -> None:
    scored = Scored(sheet)
    assert sorted([*scored.ranked, *scored.unranked]) == list(range(len(sheet)))
    assert all(not sheet.not_ranked[place] for place in scored.ranked)
    assert all(sheet.not_ranked[place] for place in scored.unranked)
