"""What a workspace defines, by name: entities, data sets, plans, KPIs and cards.

Definitions keep the syntax they came from: formulas and conditions stay as written until a card
and a period give them a meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from pathlib import Path as FilePath

from engine.periods import Calendar
from grammar import Diagnostic, Span
from grammar import syntax as s
from grammar.records import record

Section = s.Section
Labels = Mapping[str, str]


@record
class Definition:
    """Anything with a name. `labels` by language, "" for the text beside the name."""

    name: str
    labels: Labels
    section: s.Section = field(repr=False)

    def label(self, language: str = "") -> str:
        return self.labels.get(language) or self.labels.get("") or self.name

    @property
    def span(self) -> Span:
        name = getattr(self.section, "name", None)
        return name.span if isinstance(name, s.Node) else self.section.span


@record
class Active:
    """When an entity exists; `inclusive`: the column `until` names the last day."""

    since: s.Name
    until: s.Name | None
    inclusive: bool


@record
class History(Definition):
    """Dated rows about the entities of one kind, by the entity's key; `inclusive`: the column
    `until` names the last day. `links`: what an entity belongs to as its rows say."""

    relation: s.Relation
    by: s.Name
    since: s.Name
    until: s.Name
    inclusive: bool
    links: Mapping[str, s.Name]


@record
class Entity(Definition):
    """Something that is scored, counted or passed through. Names are keyed by lower case."""

    relation: s.Relation | None
    key: s.Name | None
    name_path: s.Path | None
    attributes: Mapping[str, s.Attribute]
    parents: Mapping[str, s.Name]  # entity -> column that holds its key
    active: Active | None
    values: tuple[s.Path, ...]
    everything: bool
    history: History | None = None


@record
class DataSet(Definition):
    """Rows of events, or of a staff list where there is no date."""

    relation: s.Relation | None
    date: s.Path | None
    zone: str | None
    links: Mapping[str, s.Name]  # entity -> column that holds its key
    through: Mapping[str, s.Name]  # entity -> entity by way of which it is reached
    columns: Mapping[str, s.Column]
    only_where: tuple[s.Expression, ...]
    expects: str | None
    groups: Mapping[str, tuple[s.Name, ...]]  # name -> the columns that are its key together
    due: int | None  # days after the period until its rows are all there


@record
class PlanTable(Definition):
    """A table of targets: value (and floor, stretch) by KPI, entity and a date in the period."""

    relation: s.Relation | None
    kpi_column: s.Name | None
    links: Mapping[str, s.Name]
    period: s.Name | None
    every: str | None
    columns: Mapping[str, s.Name]  # target, floor, stretch
    only_where: tuple[s.Expression, ...]


@record
class Kpi(Definition):
    formula: s.Expression | None
    unit: s.Unit | None
    better: str | None
    needs: s.Needs | None
    representative: s.Expression | None = None  # else its value is marked, and scored nevertheless


@record
class DatedValue:
    """A literal that holds from a day on."""

    since: date
    value: s.Expression
    span: Span = field(compare=False, repr=False)


@record
class Constant(Definition):
    """A named number, duration or date; `values` in time."""

    values: tuple[DatedValue, ...]


@record
class CardVersion(Definition):
    """One `scorecard` section with the sections below it, in the order of the text.

    Of a card that is based on another one, `section` and `parts` hold what both say, as one text
    would; `origin` is the version as it is written. `whole` is false where its base is not known.
    """

    section: s.ScorecardSection
    since: date | None
    through: date | None
    parts: tuple[s.Section, ...]
    origin: CardVersion | None = None
    base: CardVersion | None = None
    whole: bool = True

    @property
    def written(self) -> tuple[s.Section, ...]:
        """Its own sections, as they stand in its file."""
        own = self.origin or self
        return (own.section, *own.parts)

    @property
    def version(self) -> str:
        return self.since.isoformat() if self.since else ""

    @property
    def every(self) -> str | None:
        """The kind of its periods; None where the card does not say it."""
        return next((f.cadence for f in self.section.facts if isinstance(f, s.Every)), None)

    def holds_on(self, day: date) -> bool:
        after = self.since is None or self.since <= day
        return after and (self.through is None or day <= self.through)


@record
class Workspace:
    """A folder of scorecard files, read and resolved. One namespace per kind of definition.

    `diagnostics` hold everything found without a database; `unread` says that some file could
    not be read, so that a name may be missing for that reason alone.
    """

    folder: FilePath
    documents: tuple[s.Document, ...]
    calendar: Calendar
    entities: Mapping[str, Entity]
    data: Mapping[str, DataSet]
    plans: Mapping[str, PlanTable]
    kpis: Mapping[str, Kpi]
    constants: Mapping[str, Constant]
    cards: Mapping[str, tuple[CardVersion, ...]]
    diagnostics: tuple[Diagnostic, ...]
    unread: tuple[str, ...] = ()
    periods: s.PeriodsFrom | None = None  # where the calendar's periods stand
    periods_judged: bool = False  # its rows are known, or what is wrong with them

    def relations(self) -> tuple[s.Relation, ...]:
        """Every place where rows are, each once."""
        owners: list[Entity | DataSet | PlanTable | History] = [*self.entities.values()]
        owners += [each.history for each in self.entities.values() if each.history is not None]
        owners += [*self.data.values(), *self.plans.values()]
        found = [owner.relation for owner in owners if owner.relation is not None]
        found += [self.periods.relation] if self.periods is not None else []
        return tuple(dict.fromkeys(found))


def holder_key(holder: Definition) -> str:
    """A name for anything that has rows, over all kinds; a data set's is its own."""
    name = key_of(holder.name)
    kinds: dict[type, str] = {Entity: "entity ", PlanTable: "targets ", History: "history "}
    kind = kinds.get(type(holder), "")
    return f"{kind}{name}"


def key_of(name: str) -> str:
    """The form in which names are looked up: columns and names match case-insensitively."""
    return name.casefold()
