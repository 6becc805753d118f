"""Examples of the OpenAPI description, shortened to one entity and one measure."""

from __future__ import annotations

from typing import Any

_HEADING: dict[str, Any] = {
    "scorecard": "store_quarterly",
    "version": "2025-01-01",
    "entity": "store",
    "period": {
        "name": "2025Q3",
        "starts_on": "2025-07-01",
        "ends_before": "2025-10-01",
        "provisional": False,
    },
    "as_of": "2025-10-08",
}

RANKING: dict[str, Any] = {
    **_HEADING,
    "items": [
        {
            "key": "S001",
            "label": "宁波江北店",
            "rank": 1,
            "rank_group": "East",
            "total": 88.4,
            "total_unrounded": 88.375,
            "total_before_rules": 88.375,
            "grade": "B",
            "grade_coefficient": 1.0,
            "suggested_grade": None,
            "coverage": 1.0,
            "assigned": {"from": "2025-07-01", "through": "2025-09-30", "days": 92},
            "perspectives": {
                "financial": {"weight": 1.0, "effective_weight": 1.0, "score": 88.375}
            },
            "measures": {
                "net_sales": {
                    "value": 470937.5,
                    "target": 500000.0,
                    "attainment": 0.941875,
                    "score": 88.375,
                    "weight": 1.0,
                    "effective_weight": 1.0,
                    "points": 88.375,
                    "state": "scored",
                    "reason": None,
                    "representative": None,
                    "window": None,
                }
            },
            "adjustments": [],
        }
    ],
    "not_ranked": [],
    "not_active": 2,
    "next_cursor": "eyJjYXJkIjoic3RvcmVfcXVhcnRlcmx5In0",
}

_NODE: dict[str, Any] = dict.fromkeys(
    (
        "value",
        "unit",
        "target",
        "attainment",
        "segment",
        "score",
        "weight",
        "effective_weight",
        "points",
        "rows",
        "skipped",
        "state",
        "reason",
        "file",
        "line",
    )
)

EXPLANATION: dict[str, Any] = {
    **_HEADING,
    "key": "S001",
    "label": "宁波江北店",
    "total": 88.4,
    "total_before_rules": 88.375,
    "tree": {
        **_NODE,
        "kind": "total",
        "name": "store_quarterly",
        "label": "Store quarterly scorecard",
        "value": 88.4,
        "unit": "points",
        "weight": 1.0,
        "points": 88.4,
        "file": "store_quarterly.scorecard",
        "line": 4,
        "children": [
            {
                **_NODE,
                "kind": "measure",
                "name": "net_sales",
                "label": "Net sales",
                "value": 470937.5,
                "unit": "CNY",
                "target": 500000.0,
                "attainment": 0.941875,
                "segment": "80% of target to 100% of target",
                "score": 88.375,
                "weight": 1.0,
                "effective_weight": 1.0,
                "points": 88.375,
                "rows": 1184,
                "skipped": 0,
                "state": "scored",
                "file": "store_quarterly.scorecard",
                "line": 35,
                "children": [],
            },
            {
                **_NODE,
                "kind": "rounding",
                "name": "rounding",
                "label": "rounding",
                "points": 0.025,
                "children": [],
            },
        ],
    },
    "sentences": [
        "宁波江北店 has a total of 88.4 for 2025Q3, grade B, rank 1 of 7 in East.",
        "Rounded to 1 decimals, 88.375 becomes 88.4.",
    ],
}

PROBLEM: dict[str, Any] = {
    "type": "/v1/problems/unknown_scorecard",
    "title": "There is no such scorecard",
    "status": 404,
    "detail": "there is no scorecard called `store_quaterly`. Did you mean store_quarterly?",
    "instance": "/v1/scorecards/store_quaterly",
    "code": "K0905",
    "errors": [
        {
            "code": "K0905",
            "severity": "error",
            "message": "there is no scorecard called `store_quaterly`",
            "help": "Did you mean store_quarterly?",
            **dict.fromkeys(("file", "line", "column", "end_line", "end_column")),
            "labels": [],
            "fixes": [],
        }
    ],
}
