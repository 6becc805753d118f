"""The history of an entity: dated rows about it, from which attributes and links are read."""

from __future__ import annotations

from collections.abc import Iterator

from engine.facts import Facts
from engine.model import History
from grammar import syntax as s


def read_history(facts: Facts) -> History | None:
    """The `history` line of an entity, with what the entity belongs to as its rows say.

    `from history` without that line is reported (K0622), one of an entity without rows and a key
    too (K0623)."""
    section, line = facts.section, facts.one(s.History)
    assert isinstance(section, s.EntitySection)
    name = section.name.text
    dated = list(_dated(facts))
    if line is None:
        for fact in dated:
            facts.problems.report("K0622", fact.span, entity=name)
        return None
    if facts.one(s.Rows) is None or facts.one(s.Key) is None:
        facts.problems.report("K0623", line.span, entity=name)
        return None
    return History(
        name=name,
        labels=facts.labels(section.label),
        section=section,
        relation=line.relation,
        by=line.key,
        since=line.since,
        until=line.until.column,
        inclusive=line.until.inclusive,
        links={f.entity.text.casefold(): f.column for f in dated if isinstance(f, s.BelongsTo)},
    )


def columns_of(past: History) -> Iterator[s.Name]:
    """The columns that the `history` line and the links name."""
    yield from (past.by, past.since, past.until)
    yield from past.links.values()


def _dated(facts: Facts) -> Iterator[s.Attribute | s.BelongsTo]:
    """The lines that are read from the history."""
    yield from (each for each in facts.every(s.Attribute) if each.from_history)
    yield from (each for each in facts.every(s.BelongsTo) if each.from_history)
