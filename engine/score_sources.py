"""`measure score of CARD from ENTITY …` as written -> whose totals a measure takes."""

from __future__ import annotations

from datetime import date

from engine.called import called
from engine.card import ScoreSource
from engine.facts import Problems
from engine.finding import find_entity, find_kpi, report_unknown
from engine.model import CardVersion, Entity, Kpi, Workspace, key_of
from engine.reach import Ambiguous, NoLink, chain
from grammar import syntax as s


def score_kpi(version: CardVersion) -> Kpi:
    """The total of a card as a KPI: points, the more the better. Its name is none that a file can
    give to another one."""
    points = s.Unit(s.Name("points", span=version.span), None, "plain", span=version.span)
    return Kpi(
        name=f"score of {version.name}",
        labels=version.labels,
        section=version.section,
        formula=None,
        unit=points,
        better="higher",
        needs=None,
    )


def read_source(
    workspace: Workspace,
    written: s.ScoreOf,
    level: Entity | None,
    cadence: str | None,
    day: date,
    problems: Problems,
) -> ScoreSource | None:
    """The card version that holds on `day` and the entities whose totals count for one of `level`.

    None means: reported. K0780 unknown card, K0781 no version on the day, K0782 another entity,
    K0783 another cadence, K0784 entities that do not belong to the scored one.
    """
    versions = workspace.cards.get(key_of(written.scorecard.text))
    if not versions:
        known = called(each[-1] for each in workspace.cards.values())
        name, unread = written.scorecard, bool(workspace.unread)
        report_unknown("K0780", name.span, name.text, known, problems, unread)
        return None
    weight = find_kpi(workspace, written.weighted_by, problems) if written.weighted_by else None
    entity = _entity(workspace, written.descendants, problems)
    holding = [version for version in versions if version.holds_on(day)]
    if entity is None or (weight is None) != (written.weighted_by is None):
        return None
    if not holding:
        problems.report("K0781", written.scorecard.span, card=versions[0].name, day=day.isoformat())
        return None
    source = ScoreSource(holding[-1], entity, weight)
    fits = _fits(workspace, written, source, level, cadence, problems)
    return source if fits else None


def _entity(workspace: Workspace, name: s.Name, problems: Problems) -> Entity | None:
    """`stores` are the entities of `store`; an entity may also be called in the plural."""
    own = workspace.entities.get(key_of(name.text))
    text = name.text
    singular = [text[: -len(end)] for end in ("s", "es") if key_of(text).endswith(end)]
    if text.casefold().endswith("ies"):
        singular.append(f"{text[:-3]}y")
    found = [workspace.entities[key_of(t)] for t in singular if key_of(t) in workspace.entities]
    if own is None and found:
        return found[0]
    return find_entity(workspace, name, problems)


def _fits(
    workspace: Workspace,
    written: s.ScoreOf,
    source: ScoreSource,
    level: Entity | None,
    cadence: str | None,
    problems: Problems,
) -> bool:
    """The other card scores these entities, as often, and they belong to who is scored."""
    facts = source.version.section.facts
    card, entity = source.version.name, source.entity
    scored = next((f.entity.text for f in facts if isinstance(f, s.ForEntity)), entity.name)
    if key_of(scored) != key_of(entity.name):
        problems.report(
            "K0782", written.descendants.span, card=card, entity=entity.name, scored=scored
        )
        return False
    every = next((f.cadence for f in facts if isinstance(f, s.Every)), None)
    if None not in (every, cadence) and every != cadence:
        problems.report("K0783", written.scorecard.span, card=card, every=every, cadence=cadence)
        return False
    if level is None:
        return True
    try:
        if entity is not level:
            chain(workspace, entity, level.name)
            return True
    except (NoLink, Ambiguous):
        pass
    problems.report("K0784", written.descendants.span, entity=entity.name, level=level.name)
    return False


def taken_cards(version: CardVersion) -> list[s.Name]:
    """The cards whose totals a version takes."""
    parts = (part for part in version.parts if isinstance(part, s.MeasureSection))
    return [p.measured.scorecard for p in parts if isinstance(p.measured, s.ScoreOf)]


def in_circles(workspace: Workspace, version: CardVersion, problems: Problems) -> bool:
    """Whether a card takes, by way of others, its own totals; reported (K0785)."""
    start = key_of(version.name)
    for name in taken_cards(version):
        path = _path_back(workspace, key_of(name.text), start, ())
        if path:
            names = [workspace.cards[each][0].name for each in (start, *path)]
            problems.report("K0785", name.span, cycle=" → ".join(names))
            return True
    return False


def _path_back(
    workspace: Workspace, card: str, start: str, seen: tuple[str, ...]
) -> tuple[str, ...]:
    """The cards from `card` to `start`; empty where there is no way."""
    if card == start:
        return (*seen, card)
    if card in seen:
        return ()
    for version in workspace.cards.get(card, ()):
        for name in taken_cards(version):
            found = _path_back(workspace, key_of(name.text), start, (*seen, card))
            if found:
                return found
    return ()
