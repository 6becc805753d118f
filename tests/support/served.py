"""Workspaces served over HTTP in the test process: a session, an app, a client."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from api.demo_data import MIN_LINES, build
from api.http import create_app
from api.session import Session
from engine import Sheet

SCORECARDS = Path(__file__).resolve().parents[2] / "scorecards"

Document = dict[str, Any]

SHOPS = """
    data sales "Sales"
      file "sales.csv"
      date sold_on
      column amount unit CNY

    entity shop "Shop"
      values of sales.shop

    kpi net_sales "Net sales"
      formula sum(sales.amount)
      unit CNY
      better higher

    scorecard shops "Shops"
      for shop
      every quarter
      effective from 2024-01-01 through 2024-12-31
      when missing leave out

    measure net_sales
      weight 100%
      target 100
      curve attainment
      limit 0 to 120

    scorecard shops "Shops and stalls"
      for shop
      every quarter
      effective from 2025-01-01
      when missing leave out

    measure net_sales
      weight 100%
      target 200
      target 300 from 2025Q3
      curve linear
      at 0 score 0
      at target score 100
"""
"""A workspace with two versions of one card over `sales.csv` (sold_on, shop, amount)."""


@dataclass(frozen=True)
class Watched(Session):
    """A session that notes what it scores, and believes to be on the last of `days`."""

    scored: list[tuple[str, str, date]] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def score(self, card: str, period: str, as_of: date) -> Sheet:
        self.scored.append((card, period, as_of))
        return super().score(card, period, as_of)

    def today(self) -> date:
        return self.days[-1] if self.days else super().today()


CATALOGUE = ("kpis", "data", "cards", "*_monitor.scorecard")
"""Of the example, what the cards of stores, their managers and clerks do without."""


def copy_example(folder: Path, *, leave_out: tuple[str, ...] = ()) -> Path:
    """The example workspace with little data, in a new folder."""
    ignored = shutil.ignore_patterns(".steelyard", "__pycache__", *leave_out)
    shutil.copytree(SCORECARDS, folder, ignore=ignored)
    build(folder / ".steelyard" / "demo.duckdb", lines=MIN_LINES)
    return folder


def get(api: TestClient, path: str, **query: Any) -> Document:
    """The document of a request that must succeed."""
    response = api.get(path, params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


def as_printed(document: Document) -> Document:
    """What the command line's JSON says."""
    return dict(json.loads(json.dumps(document)))


def client(session: Session) -> TestClient:
    """A client that sees what anybody outside sees: an unexpected exception is a 500."""
    return TestClient(create_app(session), raise_server_exceptions=False)
