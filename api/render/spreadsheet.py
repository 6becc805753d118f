"""A sheet as CSV for spreadsheet programs: one row for each entity, flat columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the text for an old Chinese or Western code
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_ENTITY = (
    "key label rank rank_group total total_unrounded total_before_rules grade grade_coefficient "
    "suggested_grade coverage reason"
).split()
_WHO = ("entity", "key", "label")
_PART = (
    "scorecard version from through days total grade grade_coefficient rank rank_group reason"
).split()
_COMBINED = ("days", "total", "grade", "grade_coefficient")
_MEASURE = (
    "value target attainment score weight effective_weight points state reason representative "
    "window"
).split()


def spreadsheet(document: dict[str, Any]) -> str:
    """The ranked entities in their order, then the others; absent values are empty.

    Percents, attainment, coverage and weights are fractions of 1, as in the JSON document.
    """
    items = [*document["items"], *document["not_ranked"]]
    measures = list(items[0]["measures"]) if items else []
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([*_ENTITY, *(f"{name}.{part}" for name in measures for part in _MEASURE)])
    for item in items:
        writer.writerow(map(_safe, _row(item, measures)))
    return _BYTE_ORDER_MARK + written.getvalue()


def roll_spreadsheet(document: dict[str, Any]) -> str:
    """A row for every result of everybody, and one for who has none."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([*_WHO, *_PART, *(f"combined_{column}" for column in _COMBINED)])
    for person in document["people"]:
        who = [person[column] for column in _WHO]
        whole = [(person["combined"] or {}).get(column) for column in _COMBINED]
        for part in person["parts"] or [{}]:
            parts = [part.get(column) for column in _PART]
            writer.writerow(map(_safe, [*who, *parts, *whole]))
    return _BYTE_ORDER_MARK + written.getvalue()


def _row(item: dict[str, Any], measures: list[str]) -> Iterator[Any]:
    yield from (item.get(column) for column in _ENTITY)
    for name in measures:
        yield from (item["measures"][name][part] for part in _MEASURE)


def _safe(cell: Any) -> Any:
    """A text that a spreadsheet program would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
