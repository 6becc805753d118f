"""What a planned card depends on: only errors there keep it from being scored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.damage import consequences
from engine.holders import paths_in
from engine.model import CardVersion, Definition, Kpi, Workspace, holder_key, key_of
from engine.plan import Plan, tallies_of_levels
from engine.scalars import hops_of
from grammar import Diagnostic, Span
from grammar import syntax as s

_CALENDAR = re.compile(r"^\s*(calendar|日历|考核日历)\s*$", re.MULTILINE | re.IGNORECASE)


def blocking(
    workspace: Workspace,
    version: CardVersion,
    plan: Plan | None,
    found: Iterable[Diagnostic],
    elsewhere: Iterable[Diagnostic] = (),
) -> tuple[Diagnostic, ...]:
    """The errors that make a score wrong or impossible: those found while planning; those in the
    sections that the card uses, of the workspace and found `elsewhere`; and, where a name is
    missing for it, what could not be read."""
    planning = [d for d in found if d.is_error]
    used = _regions(workspace, version, plan)
    inside = [
        d
        for d in (*workspace.diagnostics, *elsewhere)
        if d.is_error and any(region.contains(place) for place in _places(d) for region in used)
    ]
    planning += [d for d in inside if d.follows]
    inside = [d for d in inside if not d.follows]
    unread = [d for d in workspace.diagnostics if d.is_error and _is_unread(d, workspace)]
    follows = any(d.follows for d in planning) or _calendar_unread(workspace)
    shown = tuple([d for d in planning if not d.follows] + inside + (unread if follows else []))
    hidden = consequences(workspace, shown)
    causes = tuple(each for i, each in enumerate(shown) if i not in hidden)
    return causes or shown or tuple(planning)


def _places(diagnostic: Diagnostic) -> tuple[Span, ...]:
    """A second definition of a name is also a fault of the first."""
    own = (diagnostic.span,) if diagnostic.span is not None else ()
    return (*own, *(label.span for label in diagnostic.labels))


def _calendar_unread(workspace: Workspace) -> bool:
    """No calendar was read, and a file that could not be read begins a line with one."""
    sections = [each for document in workspace.documents for each in document.sections]
    if any(isinstance(each, s.CalendarSection) for each in sections):
        return False
    spans = [d.span for d in workspace.diagnostics if d.span is not None]
    texts = {span.source.text for span in spans if span.file in workspace.unread}
    return any(_CALENDAR.search(text) for text in texts)


def _is_unread(diagnostic: Diagnostic, workspace: Workspace) -> bool:
    return diagnostic.span is not None and diagnostic.span.file in workspace.unread


def _regions(workspace: Workspace, version: CardVersion, plan: Plan | None) -> list[Span]:
    """Where the sections stand that a card uses, with the lines below them that were not read."""
    used = {id(section) for section in _sections(workspace, version, plan)}
    return [
        document.region(section)
        for document in workspace.documents
        for section in document.sections
        if id(section) in used
    ]


def _sections(workspace: Workspace, version: CardVersion, plan: Plan | None) -> Iterator[s.Section]:
    written: CardVersion | None = version
    while written is not None:
        yield from written.written
        written = written.base
    yield from (kpi.section for kpi in _kpis(workspace, version))
    yield from _constants(workspace, version)
    for document in workspace.documents:
        yield from (each for each in document.sections if isinstance(each, s.CalendarSection))
    if plan is None:
        return
    names = _names(plan)
    everything: list[Definition] = [*workspace.data.values(), *workspace.entities.values()]
    everything += [*workspace.plans.values()]
    for definition in everything:
        if holder_key(definition) in names:
            yield definition.section
    for inner in plan.inner.values():
        yield from _sections(workspace, inner.card.source, inner)


def _names(plan: Plan) -> set[str]:
    """Data sets, entities (also those only passed through) and plans, as `holder_key` says."""
    names: set[str] = set()
    for level in plan.levels:
        names.add(f"entity {level.name}")
        for grain in level.classes:
            names.add(grain.holder)
            for chain in hops_of(grain.cells):
                names.update(f"entity {hop.entity}" for hop in chain)
    for tally in tallies_of_levels(plan.levels):
        names.add(tally.holder)
    return names


def _kpis(workspace: Workspace, version: CardVersion) -> list[Kpi]:
    """The KPIs that a card names, and those that they name in turn, as far as they can be read."""
    found: dict[str, Kpi] = {}
    waiting: list[s.Section] = [version.section, *version.parts]
    while waiting:
        section = waiting.pop()
        for name in _named(section):
            kpi = workspace.kpis.get(name)
            if kpi is not None and name not in found:
                found[name] = kpi
                waiting.append(kpi.section)
    return list(found.values())


def _constants(workspace: Workspace, version: CardVersion) -> Iterator[s.Section]:
    """The constants that a card and its KPIs name."""
    sections = [version.section, *version.parts]
    sections += [kpi.section for kpi in _kpis(workspace, version)]
    paths = paths_in(tuple(getattr(section, "facts", ()) for section in sections))
    for name in {key_of(path.parts[0].text) for path in paths if len(path.parts) == 1}:
        if name in workspace.constants:
            yield workspace.constants[name].section


def _named(section: s.Section) -> Iterator[str]:
    """The names in a section that may be KPIs."""
    if isinstance(section, s.MeasureSection) and isinstance(section.measured, s.Name):
        yield key_of(section.measured.text)
    for path in paths_in(getattr(section, "facts", ())):
        if len(path.parts) == 1:
            yield key_of(path.parts[0].text)
