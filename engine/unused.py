"""Definitions that nothing uses: often a card reads another one than its author thinks."""

from __future__ import annotations

from collections.abc import Iterator

from engine.facts import Problems
from engine.model import Constant, DataSet, Definition, Entity, Kpi, Workspace, key_of
from engine.walk import Walked
from grammar import syntax as s
from grammar.phrases import Said

_KINDS = {
    Kpi: Said("KPI", "指标"),
    Constant: Said("constant", "常数"),
    DataSet: Said("data set", "数据集"),
    Entity: Said("entity", "对象"),
}
_PLAN = Said("targets table", "目标表")


def check_unused(workspace: Workspace, walked: Walked, problems: Problems) -> None:
    """A hint at every KPI, data set, entity and targets table that no other section names.

    Nothing is said of a workspace without cards, or of which a part could not be read: there the
    user may be missing. What `problems` already hold an error about is to be mended first.
    """
    damaged = any(document.damage for document in workspace.documents)
    if not workspace.cards or workspace.unread or damaged:
        return
    users: dict[str, set[int]] = {}
    for section, nodes in walked:
        own = getattr(section, "name", None)
        for node in nodes:
            if isinstance(node, s.Name) and node is not own:
                users.setdefault(key_of(node.text), set()).add(id(section))
    faults = [each.span for each in problems.errors if each.span is not None]
    for definition in _definitions(workspace):
        if any(definition.section.span.contains(fault) for fault in faults):
            continue
        if not users.get(key_of(definition.name), set()) - {id(definition.section)}:
            kind = _KINDS.get(type(definition), _PLAN)
            problems.report("K0801", definition.span, kind=kind, name=definition.name)


def _definitions(workspace: Workspace) -> Iterator[Definition]:
    yield from (each for each in workspace.entities.values() if not each.everything)
    yield from workspace.data.values()
    yield from workspace.plans.values()
    yield from workspace.constants.values()
    for kpi in workspace.kpis.values():
        # Whoever drives a KPI is part of what is said about it, scored or not.
        if not any(isinstance(fact, s.Drives) for fact in getattr(kpi.section, "facts", ())):
            yield kpi
