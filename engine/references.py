"""Which names of the syntax refer to which kind of definition, and which cards use what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from engine.model import Workspace, key_of
from grammar import syntax as s

S = TypeVar("S", bound=s.Node)

Key = tuple[str, str]
"""A definition: its kind, and the form in which its name is looked up."""

CALENDAR: Key = ("calendar", "")

_SIBLINGS = ("perspective", "measure")

NAMES: Mapping[tuple[type[s.Node], str], tuple[str, ...]] = {
    (s.Link, "entity"): ("entity",),
    (s.LinkThrough, "entity"): ("entity",),
    (s.LinkThrough, "through"): ("entity",),
    (s.BelongsTo, "entity"): ("entity",),
    (s.Group, "entities"): ("entity",),
    (s.Drives, "kpi"): ("kpi",),
    (s.AtEntity, "entity"): ("entity",),
    (s.ForEntity, "entity"): ("entity",),
    (s.Exempt, "entity"): ("entity",),
    (s.Exempt, "measure"): ("measure",),
    (s.BasedOn, "scorecard"): ("scorecard",),
    (s.BreakTies, "measure"): ("measure",),
    (s.Prefer, "over"): _SIBLINGS,
    (s.Prefer, "under"): _SIBLINGS,
    (s.ScoreOf, "scorecard"): ("scorecard",),
    (s.ScoreOf, "descendants"): ("entity",),
    (s.ScoreOf, "weighted_by"): ("kpi",),
    (s.FromPlan, "plan"): ("targets",),
    (s.AddsUp, "entity"): ("entity",),
    (s.AddsUp, "plan"): ("targets",),
    (s.PartScore, "part"): _SIBLINGS,
    (s.CapPerspective, "perspective"): ("perspective",),
    (s.CapGrade, "grade"): ("grade",),
    (s.AppliesTo, "scorecard"): ("scorecard",),
    (s.RequirePerspective, "perspective"): ("perspective",),
    (s.Given, "subject"): ("kpi",),
    (s.GivenTarget, "subject"): ("kpi",),
    (s.ExpectGrade, "grade"): ("grade",),
    (s.MeasureSection, "measured"): ("kpi",),
    (s.MeasureSection, "at"): ("entity",),
    (s.JudgeSection, "group"): ("perspective", "scorecard"),
}
"""By class and field: the kinds of which a name may be, where it is not a column."""

PATH = ("entity", "data")
"""What the first name of a path may be."""
VALUE = (*_SIBLINGS, "kpi", "constant", *PATH)
"""What a single name may be, outside of functions of rows."""

_OF_ROWS = frozenset(
    "sum average count unique min max median percentile deviation first last retained lost new "
    "returned top_share".split()
)


def is_of_rows(call: s.Call) -> bool:
    """Whether names in a call are those of rows; `min(a, b)` compares two values."""
    name = function_of(call)
    return name in _OF_ROWS and not (name in ("min", "max") and len(call.arguments) > 1)


def function_of(call: s.Call) -> str:
    return ".".join(key_of(part.text) for part in call.function.parts)


def fields_of(node: s.Node) -> tuple[str, ...]:
    """The names of the parts of a node, its place in the file left out."""
    return node.__match_args__


def used_by(workspace: Workspace) -> Mapping[Key, frozenset[str]]:
    """For every definition the names of the cards that use it, also by way of others.

    A card uses itself; what it is based on, or takes the scores of, it uses whole. A policy is said
    to be used by the cards that it looks at.
    """
    graph = _graph(workspace)
    found: dict[Key, set[str]] = {}
    for key, versions in workspace.cards.items():
        for reached in _reached(graph, ("scorecard", key)):
            found.setdefault(reached, set()).add(versions[-1].name)
    everybody = {versions[-1].name for versions in workspace.cards.values()}
    for policy in sections_of(workspace, s.PolicySection):
        named = {key_of(f.scorecard.text) for f in policy.facts if isinstance(f, s.AppliesTo)}
        looked_at = {name for name in everybody if key_of(name) in named or not named}
        found[("policy", key_of(policy.name.text))] = looked_at
    return {key: frozenset(cards) for key, cards in found.items()}


def _graph(workspace: Workspace) -> dict[Key, set[Key]]:
    """For every definition those that it names."""
    graph: dict[Key, set[Key]] = {CALENDAR: set()}

    def add(kind: str, name: s.Name, *said: object) -> None:
        graph.setdefault((kind, key_of(name.text)), set()).update(_references(said))

    for entity in sections_of(workspace, s.EntitySection):
        add("entity", entity.name, entity.facts)
    for data in sections_of(workspace, s.DataSection):
        add("data", data.name, data.facts)
    for plan in sections_of(workspace, s.TargetsSection):
        add("targets", plan.name, plan.facts)
    for constant in sections_of(workspace, s.ConstantSection):
        add("constant", constant.name, constant.facts)
    for each in graph.values():  # a single name in there is a column, never a KPI
        each -= {key for key in each if key[0] == "kpi"}
    for kpi in sections_of(workspace, s.KpiSection):
        add("kpi", kpi.name, kpi.facts)
    for versions in workspace.cards.values():
        for version in versions:
            parts = (each for each in version.parts if not isinstance(each, s.ExampleSection))
            add("scorecard", version.section.name, version.section, *parts)
            graph[("scorecard", key_of(version.name))].add(CALENDAR)
    return graph


def sections_of(workspace: Workspace, kind: type[S]) -> Iterator[S]:
    """The sections of one kind, in the order of the files."""
    for document in workspace.documents:
        yield from (each for each in document.sections if isinstance(each, kind))


def _reached(graph: Mapping[Key, set[Key]], start: Key) -> set[Key]:
    found: set[Key] = set()
    waiting = {start}
    while waiting:
        here = waiting.pop()
        if here in graph and here not in found:
            found.add(here)
            waiting |= graph[here]
    return found


def _references(value: object, rows: bool = False) -> Iterator[Key]:
    """What is named somewhere in a syntax tree; `rows`: inside a function of rows."""
    match value:
        case s.Drives():  # says what is meant to follow, and computes nothing
            return
        case s.Path(parts):
            kinds = VALUE if len(parts) == 1 and not rows else PATH
            kinds = (*kinds, "constant") if rows and len(parts) == 1 else kinds
            yield from ((kind, key_of(parts[0].text)) for kind in kinds)
        case s.Call():
            rows = rows or is_of_rows(value)
            yield from _references((value.arguments, value.clauses), rows)
        case s.Node():
            for field in fields_of(value):
                part = getattr(value, field)
                yield from _named(NAMES.get((type(value), field), ()), part)
                yield from _references(part, rows)
        case tuple():
            for each in value:
                yield from _references(each, rows)


def _named(kinds: tuple[str, ...], part: object) -> Iterator[Key]:
    for each in part if isinstance(part, tuple) else (part,):
        if isinstance(each, s.Name):
            yield from ((kind, key_of(each.text)) for kind in kinds)
