"""Grades and the rounding of totals, as written on a card."""

from __future__ import annotations

from itertools import pairwise

from engine.card import Grade
from engine.facts import Facts, Problems
from engine.literals import score_of
from engine.mends import added
from engine.model import CardVersion
from grammar import syntax as s


def read_grades(version: CardVersion, problems: Problems) -> tuple[Grade, ...]:
    """The grades of a card, best first, the last one `otherwise`."""
    grades: list[Grade] = []
    for part in version.parts:
        if not isinstance(part, s.GradeSection):
            continue
        facts = Facts(part, problems)
        least, otherwise = facts.one(s.GradeFrom), facts.one(s.GradeOtherwise)
        if (least is None) == (otherwise is None):
            problems.report("K0709", part.name.span, grade=part.name.text)
            continue
        value = score_of(least.value, problems) if least else None
        grades.append(Grade(part.name.text, facts.labels(part.label), value, part.name.span))
    seen: dict[str, Grade] = {}
    for grade in grades:
        first = seen.setdefault(grade.name.casefold(), grade)
        if first is not grade:
            problems.report("K0202", grade.span, labels=[(first.span, "first")], name=grade.name)
    _check(version, grades, problems)
    return tuple(grades)


def _check(version: CardVersion, grades: list[Grade], problems: Problems) -> None:
    """Best first, each below the one before, and exactly one `otherwise`, last."""
    if not grades:
        return
    for above, grade in pairwise(grades):
        dead = above.least is None or (grade.least is not None and grade.least >= above.least)
        if dead:
            problems.report("K0710", grade.span, labels=[(above.span, "above")], grade=grade.name)
    if grades[-1].least is not None:
        problems.report("K0711", grades[-1].span, card=version.name)


def read_digits(
    version: CardVersion, card: Facts, grades: tuple[Grade, ...], problems: Problems
) -> int | None:
    """`round total N`; a card with grades must say it."""
    line = card.one(s.RoundTotal)
    if line is None:
        if grades:
            fixes = added("round total 1", version.section)
            problems.report("K0712", version.span, fixes=fixes, card=version.name)
        return None
    digits = int(line.digits.value)
    if digits != line.digits.value or not 0 <= digits <= 6:
        problems.report("K0713", line.digits.span, found=str(line.digits.value))
        return None
    return digits
