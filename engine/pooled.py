"""`pooled`: what can be computed once, from the rows of all peers together.

Sums and counts of the rows make a total, averages and quotients of them an average. What is known
of one entity only, and levels that every entity has at a moment of its own, cannot be pooled.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine import values as v
from engine.facts import Problems
from engine.kinds import kind_of_formula
from engine.model import Workspace
from grammar import Edit, Fix
from grammar import syntax as s
from grammar.names import chinese
from grammar.phrases import Said

_FUNCTION = {"flow": "peer_total", "distinct": "peer_total"} | {
    "average": "peer_average",
    "ratio": "peer_average",
}
"""What the value that the rows make is called, by its kind."""
_KINDS = {"flow": "sum", "distinct": "distinct count", "average": "average", "ratio": "quotient"}
_OF_A_DAY = ("first", "last")


def fits_pool(
    workspace: Workspace, name: str, call: s.Call, clause: s.Pooled, problems: Problems
) -> bool:
    """Whether a function may say `pooled` of its argument; reports (K0341, K0343) where not."""
    if name not in _FUNCTION.values():
        problems.report("K0341", clause.span, name=call.function.span.text)
        return False
    argument = call.arguments[0]
    kind = kind_of_formula(workspace, argument)
    wanted = _FUNCTION.get(kind)
    if wanted is None:
        problems.report("K0344", argument.span, found=argument.span.text)
    elif wanted != name:
        place, said = call.function.span, Said(wanted, chinese("functions", wanted))
        text = wanted if place.text.lower() == name else said.zh
        fix = Fix(f"write `{text}`", (Edit(place, text),))
        names = {"found": argument.span.text, "kind": _KINDS[kind], "wanted": said}
        problems.report("K0343", place, names, fixes=(fix,), name=place.text)
    return wanted == name


def is_of_rows(value: v.Value, call: s.Call, problems: Problems) -> bool:
    """Whether a value needs nothing but rows; reports (K0344) what is of one entity."""
    found = next(_of_one(value), None)
    if found is not None:
        problems.report("K0344", call.arguments[0].span, found=found)
    return found is None


def _of_one(value: v.Value) -> Iterator[str]:
    """What is known of one entity only, as it is written."""
    for node in v.walk(value):
        match node:
            case v.AttributeOf(name=name) | v.Known(name=name) | v.Series(name=name):
                yield name
            case v.Peers(name=name):
                yield name
            case v.Growth():
                yield "growth"
            case v.AtLevel(level=level):
                yield f"at {level}"
            case v.Aggregate(function=function, groups=groups, origin=origin):
                inner = {each.function for each in groups.numbers} if groups else set()
                if {function, *inner} & set(_OF_A_DAY):
                    yield origin.text
