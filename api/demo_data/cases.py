"""The odd stores, and the days and amounts that make them odd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from api.demo_data.encoding import number_of
from api.demo_data.timeline import quarter_of

CASES: Mapping[str, tuple[str, ...]] = {
    "opens_after_data": ("S039",),
    "opens_in_2025Q4": ("S038",),
    "opens_in_2025Q3": ("S036",),
    "opens_in_2025Q1": ("S037",),
    "closes_in_2025Q3": ("S014",),
    "closes_in_2025Q4": ("S026",),
    "no_rows": ("S021",),
    "zero_in_2025Q2": ("S008", "S017", "S030"),
    "negative_in_2025Q2": ("S023",),
    "zero_in_2025Q3": ("S011",),
    "negative_in_2025Q3": ("S032",),
    "few_surveys": ("S004",),
    "no_target": ("S025",),
}
"""The odd stores of every data set, whatever its size."""

OPENED = {"S036": "2025-08-11", "S037": "2025-02-10", "S038": "2025-11-05", "S039": "2026-01-15"}
CLOSED = {"S014": "2025-08-20", "S026": "2025-11-20"}


def stores_of(case: str) -> list[int]:
    """The numbers of the stores of a case."""
    return [number_of(code) for code in CASES[case]]


def cancelled() -> Iterator[tuple[int, int, int]]:
    """A quarter, a store, and what came back of its only sale, in fen; 0 where it had no sale."""
    for case, codes in CASES.items():
        sign, _, period = case.partition("_in_")
        if sign in ("zero", "negative"):
            for code in codes:
                back = 248_000 if sign == "negative" else 64_000 * (code != "S008")
                yield quarter_of(period), number_of(code), back
