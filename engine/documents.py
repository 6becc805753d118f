"""Results as plain JSON documents, the same for the command line and HTTP."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from engine.card import Card
from engine.explanation import Explanation, Node, adjustments, number
from engine.reasons import STATES, name
from engine.sentences import sentences
from engine.sheet import MeasureScores, Sheet
from engine.weights import WeightGroup
from grammar import Diagnostic, Span

Document = dict[str, Any]


def sheet_document(sheet: Sheet, only: tuple[str, ...] = ()) -> Document:
    """Ranking and scores; `only` keeps the entities of these keys."""
    wanted = set(only)
    listed = [i for i in sheet.order if not wanted or str(sheet.keys[i]) in wanted]
    return {
        **heading(sheet),
        "items": [item(sheet, i) for i in listed if not sheet.not_ranked[i]],
        "not_ranked": [
            {**item(sheet, i), "reason": str(sheet.not_ranked[i])}
            for i in listed
            if sheet.not_ranked[i]
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
    rank = int(sheet.rank[place])
    return {
        "key": str(sheet.keys[place]),
        "label": str(sheet.labels[place] or sheet.keys[place]),
        "rank": rank or None,
        "rank_group": sheet.group[place],
        "total": number(sheet.total[place]),
        "total_unrounded": number(sheet.unrounded[place]),
        "total_before_rules": number(sheet.before_rules[place]),
        "grade": sheet.grade[place],
        "coverage": number(sheet.coverage[place]),
        "assigned": {
            "from": str(sheet.assigned_from[place]),
            "through": str(sheet.assigned_through[place]),
            "days": int(sheet.days[place]),
        },
        "perspectives": {
            each.perspective.name: {
                "weight": each.perspective.weight,
                "effective_weight": number(each.effective[place]),
                "score": number(each.score[place]),
            }
            for each in sheet.perspectives
        },
        "measures": {each.name: _measure(each, place) for each in sheet.measures},
        "adjustments": [
            {
                "kind": each.kind,
                "name": each.name,
                "points_before": each.points_before,
                "points_after": each.points_after,
            }
            for each in adjustments(sheet, place)
        ],
    }


def _measure(scores: MeasureScores, place: int) -> Document:
    measure = scores.plan.measure
    target = scores.roles.get("target", np.full(place + 1, np.nan))
    return {
        "value": number(scores.value[place]),
        "target": number(target[place]),
        "attainment": number(scores.attainment[place]),
        "score": number(scores.score[place]),
        "weight": None if measure.report_only else measure.weight,
        "effective_weight": None if measure.report_only else number(scores.effective[place]),
        "points": None if measure.report_only else number(scores.points[place]),
        "state": STATES[scores.state[place]],
        "reason": name(int(scores.reason[place])),
    }


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
        "labels": [{**_place(each.span), "text": each.text} for each in diagnostic.labels],
        "fixes": [
            {
                "title": fix.title,
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
