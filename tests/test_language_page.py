"""The small workspace of docs/language.md is scored. What the page shows in backticks is written
and scored in tests/test_language_forms.py.
"""

from datetime import date
from pathlib import Path

import duckdb

from api.database import described
from connectors import connect
from engine import check, score
from tests.support.page_workspace import WAITING_SECTIONS, errors, write

ROWS = """
CREATE TABLE stores (store_id VARCHAR, store_name VARCHAR, region VARCHAR, format VARCHAR,
  opened_on DATE, closed_on DATE);
INSERT INTO stores VALUES ('S1', 'One', 'East', 'flagship', '2020-01-01', NULL),
  ('S2', 'Two', 'West', 'community', '2020-01-01', NULL),
  ('S3', 'Three', 'West', 'kiosk', '2020-01-01', NULL);
CREATE TABLE employees (employee_id VARCHAR, full_name VARCHAR, role VARCHAR, store_id VARCHAR,
  hired_on DATE, left_on DATE);
CREATE TABLE customers (customer_id VARCHAR);
INSERT INTO customers VALUES ('C1'), ('C2'), ('C3');
CREATE TABLE sales (sold_at TIMESTAMP, store_id VARCHAR, employee_id VARCHAR, customer_id VARCHAR,
  amount DECIMAL(12, 2), quantity INTEGER, ticket VARCHAR, is_return BOOLEAN, is_test BOOLEAN);
INSERT INTO sales SELECT day, store, 'E1', customer, amount, 1,
  'T' || row_number() OVER (), FALSE, FALSE
  FROM range(TIMESTAMP '2024-01-01', TIMESTAMP '2025-10-01', INTERVAL 1 DAY) AS days(day),
  (VALUES ('S1', 'C1', 10), ('S2', 'C2', 5), ('S3', 'C3', 1)) AS each(store, customer, amount);
CREATE TABLE surveys (answered_on DATE, store_id VARCHAR, customer_id VARCHAR, satisfaction DOUBLE);
INSERT INTO surveys SELECT DATE '2025-07-01' + CAST(i AS INTEGER), store, 'C1', score
  FROM range(20) AS numbers(i), (VALUES ('S1', 4.2), ('S2', 3.5)) AS each(store, score);
CREATE TABLE service_requests (opened_at TIMESTAMP, store_id VARCHAR, employee_id VARCHAR,
  customer_id VARCHAR, is_complaint BOOLEAN, upheld BOOLEAN);
INSERT INTO service_requests SELECT day, store, 'E1', 'C1', store = 'S2', TRUE
  FROM range(TIMESTAMP '2025-07-01', TIMESTAMP '2025-10-01', INTERVAL 1 DAY) AS days(day),
  (VALUES ('S1'), ('S2')) AS each(store);
CREATE TABLE kpi_targets (kpi_code VARCHAR, store_id VARCHAR, starts_on DATE, target_value DOUBLE);
INSERT INTO kpi_targets VALUES ('net_sales', 'S1', '2025-07-01', 920),
  ('net_sales', 'S2', '2025-07-01', 460);
"""


def test_the_small_workspace_is_scored(tmp_path: Path) -> None:
    """S1 sold 10 on each of 92 days: its target of 920. Its 20 answers are 4.2, the target too."""
    workspace = write(tmp_path)
    with duckdb.connect(str(tmp_path / "rows.duckdb")) as database:
        database.execute(ROWS)
    with connect(f"duckdb:///{tmp_path / 'rows.duckdb'}", folder=tmp_path) as source:
        assert errors(check(workspace, described(workspace, source))) == []
        sheet = score(workspace, "store_quarterly", "2025Q3", source, date(2026, 1, 1))
    assert set(sheet.index) == {"S1", "S2"}  # the kiosk is assigned to no card
    measures = {each.name: each for each in sheet.measures}
    one = sheet.index["S1"]
    assert measures["net_sales"].value[one] == 920
    assert measures["net_sales"].score[one] == 100
    assert measures["satisfaction"].score[one] == 100
    assert (
        measures["retention"].score[one] == 100 / 45 * 100
        or measures["retention"].score[one] == 120
    )
    assert sheet.total[one] > sheet.total[sheet.index["S2"]]


def test_what_the_small_workspace_waits_for(tmp_path: Path) -> None:
    found = [
        each for each in check(write(tmp_path, leave_out=frozenset())) if each.severity == "error"
    ]
    assert {each.code for each in found} <= {"K0109"}
    assert len(found) == len(WAITING_SECTIONS)
