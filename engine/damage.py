"""Faults that only follow from lines that could not be read: they are not reported beside them.

A fault that says that something is missing or does not add up follows from damage if what is
missing may stand in a damaged line: that line is in reach of it and does not begin with the words
of another fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from engine.model import Workspace
from grammar import Diagnostic, Span
from grammar import syntax as s
from grammar.words import words

# By code: the facts whose absence it reports.
_ABSENT: dict[str, str] = {
    "K0204": "formula unit better",
    "K0401": "weight prefer weights_equal weights_of_total weights_by_comparison",
    "K0403": "weight prefer weights_equal weights_of_total weights_by_comparison",
    "K0406": "weight",
    "K0415": "prefer",
    "K0501": "curve_linear curve_steps curve_attainment curve_peers curve_formula curve_words",
    "K0502": "point_at",
    "K0504": "step_from step_upto otherwise",
    "K0506": "limit",
    "K0508": "when_missing based_on",
    "K0511": "target floor stretch",
    "K0515": "curve_linear curve_steps curve_attainment point_at",
    "K0524": "point_at step_from step_upto",
    "K0601": "key",
    "K0602": "table query file",
    "K0603": "link_kpi link period_column value_column",
    "K0606": "link belongs_to",
    "K0702": "scorecard",
    "K0705": "for_entity every based_on",
    "K0707": "measure",
    "K0709": "grade_from otherwise",
    "K0710": "grade_from",
    "K0711": "grade_from otherwise",
    "K0712": "round_total based_on",
    "K0718": "point_at step_from step_upto grade_from limit_total",
    "K0765": "based_on",
    "K0806": "review_by based_on",
    "K0809": "note",
}
_HEADERS = "scorecard perspective measure grade entity data targets kpi"


def consequences(workspace: Workspace, diagnostics: tuple[Diagnostic, ...]) -> set[int]:
    """The places in the list of those that follow from damage."""
    damaged = {each.source.name: each for each in workspace.documents if each.damage}
    return {
        i
        for i, each in enumerate(diagnostics)
        if each.span is not None
        and (document := damaged.get(each.span.file)) is not None
        and _follows(document, each.code, each.span)
    }


def _follows(document: s.Document, code: str, place: Span) -> bool:
    """What is wrong with the words of a damaged line, and what may be missing because of it."""
    if not code.startswith("K01") and any(line.contains(place) for line in document.damage):
        return True
    return code in _ABSENT and any(
        _may_hold(line, code) for line in _in_reach(document, code, place)
    )


def _in_reach(document: s.Document, code: str, place: Span) -> Iterator[Span]:
    """The damaged lines of the sections in which what is missing could stand."""
    at = next((i for i, x in enumerate(document.sections) if _holds(document, x, place)), None)
    if at is None:
        return
    for section in _sections_in_reach(document.sections, at, code):
        region = document.region(section)
        yield from (line for line in document.damage if region.contains(line))


def _holds(document: s.Document, section: s.Section, place: Span) -> bool:
    return document.region(section).contains(place)


def _sections_in_reach(sections: tuple[s.Section, ...], at: int, code: str) -> list[s.Section]:
    here = sections[at]
    card = _card(sections, at)
    if not card or (code.startswith("K05") and code != "K0508"):
        return [here]
    if not code.startswith("K04"):
        return card
    if isinstance(here, s.MeasureSection):
        return _branch(card, here)
    return [each for each in card if not isinstance(each, s.MeasureSection)] or [here]


def _card(sections: tuple[s.Section, ...], at: int) -> list[s.Section]:
    """The card that a section is of, with all its parts; empty where it is of none."""
    first = at
    while first > 0 and isinstance(sections[first], s.CARD_PARTS):
        first -= 1
    if not isinstance(sections[first], s.ScorecardSection):
        return []
    last = first + 1
    while last < len(sections) and isinstance(sections[last], s.CARD_PARTS):
        last += 1
    return list(sections[first:last])


def _branch(card: list[s.Section], here: s.Section) -> list[s.Section]:
    """The measures among which a measure has its weight, with what they stand under."""
    at = next(i for i, each in enumerate(card) if each is here)
    above = (s.ScorecardSection, s.PerspectiveSection)
    first = max(i for i in range(at) if isinstance(card[i], above))
    later = (i for i in range(at, len(card)) if isinstance(card[i], s.PerspectiveSection))
    return card[first : next(later, len(card))]


def _may_hold(line: Span, code: str) -> bool:
    """Whether a damaged line may be the fact that is missed: not if it begins as another one."""
    text = " ".join(line.text.split()).lower()
    wanted = _spellings(f"{_ABSENT[code]} {_HEADERS}")
    begins = max((each for each in _all_spellings() if _begins(text, each)), key=len, default="")
    if begins:
        return begins in wanted
    first = text.split(" ", 1)[0]  # of a fact of several words the first may be right
    meant = {each for each in _all_spellings() if each.startswith(f"{first} ")}
    return not meant or not meant.isdisjoint(wanted)


def _begins(text: str, phrase: str) -> bool:
    rest = text[len(phrase) :]
    return text.startswith(phrase) and not (rest[:1].isalnum() and phrase.isascii())


@cache
def _spellings(constructs: str) -> frozenset[str]:
    return frozenset(p.lower() for each in constructs.split() for p in words().spellings(each))


@cache
def _all_spellings() -> frozenset[str]:
    return _spellings(" ".join(words().rows))
