"""Which attributes that are made of rows took part in a score: for the explanation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine import scalars as r
from engine import values as v
from engine.sheet import MeasureScores, Sheet


def made_of_rows(nodes: Iterable[object]) -> tuple[r.Tally, ...]:
    """The numbers of entities that values and conditions read, one for each attribute and range."""
    roots = [node for node in nodes if node is not None]
    read = [each for root in roots for each in v.walk(root)]
    asked = [each for each in read if isinstance(each, v.Aggregate | v.AttributeOf)]
    return _once(r.tallies_of(asked))


def of_sheet(sheet: Sheet) -> tuple[r.Tally, ...]:
    """Those of the card as a whole: who is scored, and in which group."""
    plan = sheet.plan
    grouped = made_of_rows((plan.rank_within, plan.top_within))
    return _once((*r.tallies_of(plan.levels[0].spine.conditions), *grouped))


def of_measure(scores: MeasureScores, place: int) -> tuple[r.Tally, ...]:
    """Those of one measure of an entity: its value, the groups of its peers, and the condition of
    the target that holds."""
    plan = scores.plan
    return made_of_rows((scores.made(place), plan.peers_within, *_conditions(scores, place)))


def reads_opening(scores: MeasureScores) -> bool:
    """Whether a measure counts hours of opening time."""
    read = v.walk(scores.plan.value)
    asked = [each for each in read if isinstance(each, v.Aggregate | v.AttributeOf)]
    return r.of_opening(asked)


def _conditions(scores: MeasureScores, place: int) -> Iterator[object]:
    yield scores.plan.applies
    line = int(scores.target_line[place])
    lines = scores.plan.targets.get("target", ())
    if 0 <= line < len(lines):
        yield lines[line].where


def _once(tallies: Iterable[r.Tally]) -> tuple[r.Tally, ...]:
    return tuple({(each.origin, each.range): each for each in tallies}.values())
