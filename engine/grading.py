"""Grades and the rounding of totals, as written on a card."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import nan

from engine.card import Grade
from engine.facts import Facts, Problems
from engine.literals import number, score_of
from engine.mends import added, as_number
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
        top = facts.one(s.Top)
        grades.append(
            Grade(
                name=part.name.text,
                labels=facts.labels(part.label),
                least=value,
                span=part.name.span,
                top=Fraction(top.share.value) if top else None,
                within=top.within if top else None,
                coefficient=_coefficient(facts, problems),
            )
        )
    seen: dict[str, Grade] = {}
    for grade in grades:
        first = seen.setdefault(grade.name.casefold(), grade)
        if first is not grade:
            problems.report("K0202", grade.span, labels=[(first.span, "first")], name=grade.name)
    _check(version, grades, problems)
    _check_coefficients(version, grades, problems)
    return tuple(grades)


def _coefficient(facts: Facts, problems: Problems) -> float | None:
    """What pay takes from a grade: a plain number, not negative (K0350)."""
    line = facts.one(s.Coefficient)
    if line is None:
        return None
    if not isinstance(line.value, s.Number) or line.value.value < 0:
        fixes = as_number(line.value) if isinstance(line.value, s.Percent) else ()
        problems.report("K0350", line.value.span, fixes=fixes, found=line.value.span.text)
        return nan
    return number(line.value)


def read_forced(version: CardVersion, card: Facts, problems: Problems) -> bool:
    """`grades forced`: the shares decide, and are not only a suggestion (K0748: there are none).
    Reports shares of more than all (K0749), and those of different groups (K0750)."""
    tops = [
        top
        for part in version.parts
        if isinstance(part, s.GradeSection)
        for top in part.facts
        if isinstance(top, s.Top)
    ]
    line = card.one(s.GradesForced)
    if line is not None and not tops:
        problems.report("K0748", line.span)
    whole = sum((top.share.value for top in tops), Decimal(0))
    if whole > 1:
        problems.report("K0749", tops[-1].share.span, whole=f"{whole * 100:g}%")
    for top in tops[1:]:
        if top.within != tops[0].within:
            labels = [(tops[0].within.span, "first")]
            problems.report("K0750", top.within.span, labels=labels, path=top.within.span.text)
    return line is not None


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


def _check_coefficients(version: CardVersion, grades: list[Grade], problems: Problems) -> None:
    """Every grade has a coefficient or none (K0751); a better one has no lower one (K0752)."""
    stated = [grade for grade in grades if grade.coefficient is not None]
    sections = [part for part in version.parts if isinstance(part, s.GradeSection)]
    for grade in grades if stated else ():
        if grade.coefficient is None:
            section = next(each for each in sections if each.name.span == grade.span)
            problems.report(
                "K0751",
                grade.span,
                labels=[(stated[0].span, "has one")],
                fixes=added("coefficient 1", section),
                grade=grade.name,
            )
    for better, worse in pairwise(stated):
        assert better.coefficient is not None
        assert worse.coefficient is not None
        if better.coefficient < worse.coefficient:
            found = {"better": better.name, "worse": worse.name}
            shown = {"low": f"{better.coefficient:g}", "high": f"{worse.coefficient:g}"}
            labels = [(worse.span, "higher")]
            problems.report("K0752", better.span, {**found, **shown}, labels=labels)


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
