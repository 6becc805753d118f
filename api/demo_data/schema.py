"""The tables of the example and the types of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_WHO = "store_id VARCHAR, employee_id VARCHAR, customer_id VARCHAR"
TABLES: Mapping[str, str] = {
    "stores": "store_id VARCHAR, store_name VARCHAR, region VARCHAR, format VARCHAR,"
    " opened_on DATE, closed_on DATE",
    "employees": "employee_id VARCHAR, full_name VARCHAR, role VARCHAR, store_id VARCHAR,"
    " hired_on DATE, left_on DATE",
    "customers": "customer_id VARCHAR, first_seen_on DATE, is_member BOOLEAN",
    "sales": f"ticket BIGINT, sold_at TIMESTAMP, {_WHO}, category VARCHAR, quantity INTEGER,"
    " amount DECIMAL(12,2), cost DECIMAL(12,2), is_return BOOLEAN, is_test BOOLEAN",
    "surveys": f"survey_id BIGINT, answered_on DATE, {_WHO}, satisfaction INTEGER,"
    " recommend INTEGER",
    "service_requests": "request_id BIGINT, opened_at TIMESTAMP, first_response_at TIMESTAMP,"
    f" resolved_at TIMESTAMP, {_WHO}, kind VARCHAR, is_complaint BOOLEAN, upheld BOOLEAN",
    "kpi_targets": "kpi_code VARCHAR, store_id VARCHAR, starts_on DATE, target_value DECIMAL(14,2)",
}
"""Every table with its columns and declared types, which DuckDB and SQLite both accept."""


def columns(table: str) -> Iterator[tuple[str, str]]:
    """Name and type of each column in order, the type without length and precision."""
    for column in TABLES[table].split(", "):
        name, _, kind = column.partition(" ")
        yield name, kind.partition("(")[0]
