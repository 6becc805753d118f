"""What most KPIs and cards of a workspace say, and one leaves out; and `drives` in circles.

Hints, because a score is right without: an owner to ask, the objective that a KPI serves, what a
card is for. Where most do without, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.card import Card
from engine.facts import Problems
from engine.model import Definition, Kpi, Workspace, key_of
from engine.policies import weighed
from grammar import syntax as s
from grammar.phrases import Said

Drives = Mapping[str, Sequence[s.Drives]]
"""By KPI the lines that say what it drives."""


def check_customs(workspace: Workspace, cards: Iterable[Card], problems: Problems) -> None:
    """Hints at the KPIs that carry weight in some card, and at the cards."""
    kpis: dict[str, Kpi] = {}
    for card in cards:
        kpis |= {key_of(m.kpi.name): m.kpi for m in weighed(card) if m.source is None}
    latest = [versions[-1] for versions in workspace.cards.values()]
    _check_custom(kpis.values(), s.Owner, Said("`owner`", "`责任人`"), problems)
    _check_custom(kpis.values(), s.Objective, Said("`objective`", "`战略目标`"), problems)
    _check_custom(latest, s.Purpose, Said("`purpose`", "`考核目的`"), problems)
    _check_circles(workspace, problems)


def _check_custom(
    definitions: Iterable[Definition], kind: type[s.Node], fact: Said, problems: Problems
) -> None:
    everyone = list(definitions)
    without = [
        each
        for each in everyone
        if not any(isinstance(line, kind) for line in getattr(each.section, "facts", ()))
    ]
    if 2 * len(without) < len(everyone):
        for each in without:
            problems.report("K0812", each.span, name=each.name, fact=fact)


def _check_circles(workspace: Workspace, problems: Problems) -> None:
    """A cause that is its own effect: one of both arrows was meant the other way round."""
    drives: Drives = {
        key: [f for f in getattr(kpi.section, "facts", ()) if isinstance(f, s.Drives)]
        for key, kpi in workspace.kpis.items()
    }
    for key, lines in drives.items():
        for line in lines:
            path = _way(drives, key_of(line.kpi.text), key, (key,))
            if path:
                names = " → ".join(workspace.kpis[each].name for each in path)
                problems.report("K0815", line.kpi.span, cycle=names)


def _way(drives: Drives, here: str, wanted: str, seen: tuple[str, ...]) -> tuple[str, ...]:
    """The KPIs from the start to `wanted`; empty where there is no way."""
    if here == wanted:
        return (*seen, wanted)
    if here in seen:
        return ()
    for line in drives.get(here, ()):
        found = _way(drives, key_of(line.kpi.text), wanted, (*seen, here))
        if found:
            return found
    return ()
