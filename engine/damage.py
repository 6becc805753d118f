"""Faults that only follow from lines that could not be read: they are not reported beside them."""

from __future__ import annotations

from engine.model import Workspace
from grammar import Diagnostic, Span
from grammar import syntax as s

# Something is missing, or does not add up: it may stand in the line that could not be read.
_ABSENCES = frozenset(
    "K0204 K0401 K0403 K0406 K0415 K0501 K0502 K0504 K0506 K0508 K0511 K0515 K0601 K0602 K0603 "
    "K0606 K0702 K0705 K0707 K0709 K0710 K0711 K0712".split()
)


def consequences(workspace: Workspace, diagnostics: tuple[Diagnostic, ...]) -> set[int]:
    """The places in the list of those that follow from damage to their section or card."""
    broken = [region for document in workspace.documents for region in _broken(document)]
    return {
        i
        for i, each in enumerate(diagnostics)
        if each.code in _ABSENCES
        and each.span is not None
        and any(region.contains(each.span) for region in broken)
    }


def _broken(document: s.Document) -> list[Span]:
    """The regions of damaged sections; damage to a part of a card is damage to all of it."""
    found: list[Span] = []
    card: list[s.Section] = []
    for section in (*document.sections, None):
        part = isinstance(section, s.CARD_PARTS)
        if card and not part:
            if any(document.damaged(each) for each in card):
                found.extend(map(document.region, card))
            card = []
        if isinstance(section, s.ScorecardSection) or (card and part):
            assert section is not None
            card.append(section)
        elif section is not None and document.damaged(section):
            found.append(document.region(section))
    return found
