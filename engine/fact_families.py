"""Facts that make sense only together: whoever states one of them anew states all of them anew.

The families stand in `docs/language.md` 6; every other kind of fact is a family of its own.
"""

from __future__ import annotations

from grammar import syntax as s

Family = str | type[s.Node] | tuple[type[s.Node], str]

_TOGETHER: dict[str, tuple[type[s.Node], ...]] = {
    "weights": (s.Weights, s.Prefer, s.Method, s.RandomIndex, s.RoundWeights),
    "curve": (
        *(s.Curve, s.At, s.From, s.Upto, s.Otherwise, s.WordScore),
        *(s.Mean, s.Spread, s.Limit),
    ),
    "effects": (s.CapTotal, s.CapPerspective, s.CapGrade, s.TotalIs, s.NotRanked),
    "threshold": (s.GradeFrom, s.GradeOtherwise),
}
_BY_TYPE = {kind: name for name, kinds in _TOGETHER.items() for kind in kinds}
# A measure that is only shown is not scored, and one that is scored is not only shown.
_EXCLUDED: dict[Family, tuple[Family, ...]] = {
    s.ReportOnly: (s.Weight, s.TargetLine, "curve"),
    s.Weight: (s.ReportOnly,),
    "curve": (s.ReportOnly,),
}


def family(fact: s.Node) -> Family:
    """What is equal for the facts that replace each other."""
    match fact:
        case s.Label(language):
            return s.Label, language.text.casefold()
        case s.WhenMissing(absence):
            return s.WhenMissing, absence
    return _BY_TYPE.get(type(fact), type(fact))


def overlaid(inherited: s.Facts, own: s.Facts) -> s.Facts:
    """The inherited facts whose families are not stated anew, then the own ones."""
    stated = {family(fact) for fact in own}
    gone = stated.union(*(_EXCLUDED.get(each, ()) for each in stated))
    return (*(fact for fact in inherited if family(fact) not in gone), *own)


def says_nothing_new(inherited: s.Facts, own: s.Facts) -> bool:
    """Whether every family that is stated anew is word for word the inherited one."""
    for wanted in {family(fact) for fact in own}:
        old, new = (
            [fact for fact in facts if family(fact) == wanted] for facts in (inherited, own)
        )
        if old != new:
            return False
    return True
