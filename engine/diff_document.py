"""Changes as a plain JSON document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.changes import Change
from grammar import Span


def changes_document(changes: Iterable[Change]) -> dict[str, Any]:
    """All changes in their order; what there is nothing of is null."""
    return {"changes": [_change(each) for each in changes]}


def _change(change: Change) -> dict[str, Any]:
    subject = change.subject
    return {
        "category": change.category,
        "kind": change.kind,
        "scorecard": subject.scorecard or None,
        "version": subject.version or None,
        "section": subject.section,
        "name": subject.name,
        "fact": subject.fact or None,
        "old": change.old,
        "new": change.new,
        **_place("old", change.old_span),
        **_place("new", change.new_span),
        "cards": list(change.cards),
    }


def _place(side: str, span: Span | None) -> dict[str, Any]:
    found = (span.file, span.line) if span is not None else (None, None)
    return {f"{side}_file": found[0], f"{side}_line": found[1]}
