"""Results as plain JSON documents, the same for the command line and HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.atoms import Days
from engine.card import Card
from engine.explanation import Explanation, Node, adjustments, number
from engine.numbers import Floats
from engine.reasons import STATES, name
from engine.sentences import sentences
from engine.sheet import MeasureScores, PerspectiveScores, Sheet
from engine.weights import WeightGroup
from grammar import Diagnostic, Span

Document = dict[str, Any]
Places = NDArray[np.intp]


def sheet_document(sheet: Sheet, only: tuple[str, ...] = ()) -> Document:
    """Ranking and scores; `only` keeps the entities of these keys."""
    wanted = set(only)
    listed = [i for i in sheet.order if not wanted or str(sheet.keys[i]) in wanted]
    ranked = [i for i in listed if not sheet.not_ranked[i]]
    others = [i for i in listed if sheet.not_ranked[i]]
    return {
        **heading(sheet),
        "items": items(sheet, np.array(ranked, dtype=np.intp)),
        "not_ranked": [
            {**each, "reason": str(sheet.not_ranked[i])}
            for i, each in zip(others, items(sheet, np.array(others, dtype=np.intp)), strict=True)
        ],
        "not_active": sheet.inactive,
    }


def heading(sheet: Sheet) -> Document:
    """Which card, version and period a result is of, and as of which day."""
    plan = sheet.plan
    period = plan.period
    return {
        "scorecard": plan.card.name,
        "version": plan.card.source.version,
        "entity": plan.card.entity.name,
        "period": {
            "name": period.name,
            "starts_on": period.start.isoformat(),
            "ends_before": period.end.isoformat(),
            "provisional": plan.moment.running,
        },
        "as_of": plan.as_of.isoformat(),
    }


def item(sheet: Sheet, place: int) -> Document:
    """One entity of a sheet."""
    return items(sheet, np.array([place], dtype=np.intp))[0]


def items(sheet: Sheet, places: Places) -> list[Document]:
    """The entities at these places of a sheet, in their order. Whole columns are read at once:
    picking numbers out of arrays one by one takes six times as long."""
    keys = [str(key) for key in sheet.keys[places].tolist()]
    labels = sheet.labels[places].tolist()
    columns = {
        "key": keys,
        "label": [str(label or key) for label, key in zip(labels, keys, strict=True)],
        "rank": [rank or None for rank in sheet.rank[places].tolist()],
        "rank_group": sheet.group[places].tolist(),
        "total": _numbers(sheet.total, places),
        "total_unrounded": _numbers(sheet.unrounded, places),
        "total_before_rules": _numbers(sheet.before_rules, places),
        "grade": sheet.grade[places].tolist(),
        "grade_coefficient": [sheet.coefficients.get(g) for g in sheet.grade[places].tolist()],
        "suggested_grade": sheet.suggested[places].tolist(),
        "coverage": _numbers(sheet.coverage, places),
        "assigned": _rows(
            {
                "from": _days(sheet.assigned_from, places),
                "through": _days(sheet.assigned_through, places),
                "days": sheet.days[places].tolist(),
            }
        ),
        "perspectives": _named(
            {p.perspective.name: _perspective(p, places) for p in sheet.perspectives}, len(places)
        ),
        "measures": _named({m.name: _measure(m, places) for m in sheet.measures}, len(places)),
        "adjustments": [_adjustments(sheet, place) for place in places.tolist()],
    }
    return _rows(columns)


def _perspective(scores: PerspectiveScores, places: Places) -> list[Document]:
    return _rows(
        {
            "weight": [scores.perspective.weight] * len(places),
            "effective_weight": _numbers(scores.effective, places),
            "score": _numbers(scores.score, places),
        }
    )


def _measure(scores: MeasureScores, places: Places) -> list[Document]:
    measure, target = scores.plan.measure, scores.roles.get("target")
    nothing: list[float | None] = [None] * len(places)
    carries = not measure.report_only
    return _rows(
        {
            "value": _numbers(scores.value, places),
            "target": nothing if target is None else _numbers(target, places),
            "attainment": _numbers(scores.attainment, places),
            "score": _numbers(scores.score, places),
            "weight": [measure.weight] * len(places) if carries else nothing,
            "effective_weight": _numbers(scores.effective, places) if carries else nothing,
            "points": _numbers(scores.points, places) if carries else nothing,
            "state": [STATES[code] for code in scores.state[places].tolist()],
            "reason": [name(code) for code in scores.reason[places].tolist()],
            "representative": _representative(scores, places),
            "window": [w and w.window for w in map(scores.window, places.tolist())],
        }
    )


def _representative(scores: MeasureScores, places: Places) -> list[bool | None]:
    """Null where the KPI does not ask, or has no value that could stand for anything."""
    if scores.representative is None:
        return [None] * len(places)
    there = ~np.isnan(scores.value[places])
    flags = zip(there.tolist(), scores.representative[places].tolist(), strict=True)
    return [bool(flag) if valued else None for valued, flag in flags]


def _adjustments(sheet: Sheet, place: int) -> list[Document]:
    return [
        {
            "kind": a.kind,
            "name": a.name,
            "points_before": a.points_before,
            "points_after": a.points_after,
        }
        for a in adjustments(sheet, place)
    ]


def _numbers(values: Floats, places: Places) -> list[float | None]:
    """JSON numbers: None for NaN; -0.0 is 0.0."""
    return [None if x != x else x for x in (values[places] + 0.0).tolist()]


def _days(days: Days, places: Places) -> list[str]:
    return list(np.datetime_as_string(days[places], unit="D").tolist())


def _rows(columns: Mapping[str, Sequence[object]]) -> list[Document]:
    """One document a row of columns of one length."""
    names = tuple(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _named(parts: Mapping[str, list[Document]], count: int) -> list[Document]:
    """The same, of documents by name; there may be none."""
    return _rows(parts) if parts else [{} for _ in range(count)]


def explanation_document(explanation: Explanation, language: str = "en") -> Document:
    """The tree and the sentences of one entity."""
    sheet, place = explanation.sheet, explanation.place
    head = heading(sheet)
    return {
        "scorecard": head["scorecard"],
        "version": head["version"],
        "entity": head["entity"],
        "key": explanation.key,
        "label": str(sheet.labels[place] or explanation.key),
        "period": head["period"],
        "as_of": head["as_of"],
        "total": number(sheet.total[place]),
        "total_before_rules": number(sheet.before_rules[place]),
        "tree": _node(explanation.tree),
        "sentences": list(sentences(explanation, language)),
    }


def _node(node: Node) -> Document:
    found = {each.name: getattr(node, each.name) for each in fields(node)}
    found["children"] = [_node(child) for child in node.children]
    return found


def weights_document(card: Card) -> Document:
    """Every weight group of a card, with the consistency of its comparisons."""
    return {"scorecard": card.name, "groups": [_group(group) for group in card.groups]}


def _group(group: WeightGroup) -> Document:
    comparison = group.comparison
    change = comparison.reconsider if comparison else None
    return {
        "parent": group.parent,
        "form": group.form,
        "weights": {sibling: float(share) for sibling, share in group.weights.items()},
        "method": comparison.method if comparison else None,
        "random_index": comparison.random_index if comparison else None,
        "lambda_max": comparison.lambda_max if comparison else None,
        "ci": comparison.ci if comparison else None,
        "cr": comparison.cr if comparison else None,
        "verdict": comparison.verdict if comparison else None,
        "reconsider": None
        if change is None
        else {
            "over": change.over,
            "under": change.under,
            "stated": change.stated,
            "suggested": change.suggested,
            "cr_after": change.cr_after,
        },
    }


def diagnostics_document(diagnostics: tuple[Diagnostic, ...], language: str = "en") -> Document:
    return {"diagnostics": [diagnostic_document(each, language) for each in diagnostics]}


def diagnostic_document(diagnostic: Diagnostic, language: str = "en") -> Document:
    """One diagnostic; its place is null where no text is at fault."""
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message(language),
        "help": diagnostic.help(language),
        **_place(diagnostic.span),
        "labels": [
            {**_place(each.span), "text": each.said(language)} for each in diagnostic.labels
        ],
        "fixes": [
            {
                "title": fix.said(language),
                "safe": fix.safe,
                "edits": [{**_place(edit.span), "text": edit.text} for edit in fix.edits],
            }
            for fix in diagnostic.fixes
        ],
    }


def _place(span: Span | None) -> Document:
    if span is None:
        return dict.fromkeys(("file", "line", "column", "end_line", "end_column"))
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
