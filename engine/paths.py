"""Names of rows -> fields: columns, attributes, and the keys of the entities they belong to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from engine import scalars as r
from engine.behind import seen_from
from engine.catalog import Catalog, Columns
from engine.facts import Problems
from engine.finding import did_you_mean
from engine.mends import renamed
from engine.model import DataSet, Entity, History, PlanTable, Workspace, key_of
from engine.periods import Range
from engine.reach import Ambiguous, Chain, Holder, NoLink, chain, reachable
from grammar import Span
from grammar import syntax as s
from grammar.suggest import quoted

ACTIVE_START = "active_start"
NAMED_DAYS = ("period_start", "period_end", ACTIVE_START)
"""Names of days that a formula knows; rows know them only by way of one."""


Declared = s.Column | s.Attribute
"""A line that may derive a value."""


class Paths:
    """Resolves the names that are written about the rows of one holder (data set, entity or plan).

    Histories are read as of the day of the row, where rows have none as of `day` (or over a range).
    Methods return None after reporting a fault, so that one fault is reported once.
    """

    def __init__(
        self,
        workspace: Workspace,
        catalog: Catalog,
        holder: Holder,
        problems: Problems,
        day: r.Scalar | Range | None = None,
        seen_from: Paths | None = None,
    ) -> None:
        self.workspace = workspace
        self.catalog = catalog
        self.holder = holder
        self.problems = problems
        self.day = day
        self.seen_from = seen_from  # other rows, which lead to these
        self._chains: dict[str, Chain] = {}
        self._dating = False

    def _chain(self, entity: str) -> Chain:
        if entity not in self._chains:
            self._chains[entity] = chain(self.workspace, self.holder, entity)
        return self._chains[entity]

    @cached_property
    def _reached(self) -> dict[str, Chain]:
        return reachable(self.workspace, self.holder)

    # ── days ─────────────────────────────────────────────────────────────────────────────────

    def date(self) -> r.Scalar | None:
        """The day of a row, in the zone of the data set; None where rows have none."""
        holder = self.holder
        if isinstance(holder, PlanTable):
            return self.own(holder.period) if holder.period else None
        if not isinstance(holder, DataSet) or holder.date is None:
            return None
        day = self.path(holder.date)
        if isinstance(day, r.Field) and holder.zone is not None:
            return replace(day, zone=holder.zone)
        return day

    @cached_property
    def _when(self) -> r.Scalar | Range | None:
        """As of when a history is read for these rows; None for their date itself."""
        if self.seen_from is not None:
            return self.seen_from._when
        if self._dating:
            return None
        self._dating = True
        when = self.date() or self.day
        self._dating = False
        return when

    def _past(self, entity: Entity, past: History, joins: tuple[r.Hop, ...]) -> tuple[r.Hop, ...]:
        """The joins to the row of an entity's history that holds on the day of the rows; without
        that row where a fault is reported."""
        if self._when is None:
            self.problems.report("K0624", past.by.span, entity=entity.name)
            return joins
        self.check_link(past, entity, past.by)
        since, until = self._column(past, (), past.since), self._column(past, (), past.until)
        by = self._column(past, (), past.by)
        if by is None or not isinstance(since, r.Field) or not isinstance(until, r.Field):
            return joins
        assert entity.key is not None
        key, by_key = self._spelled(entity, entity.key), self._spelled(past, past.by)
        stay = r.Stay(since, until, past.inclusive, self._when)
        return (*joins, r.Hop(key, key_of(entity.name), by_key, stay))

    # ── entities ─────────────────────────────────────────────────────────────────────────────

    def key(self, entity: Entity, span: Span) -> r.Scalar | None:
        """What tells to which `entity` a row belongs."""
        if self.holder is entity:
            return self.own_key(entity)
        try:
            steps = self._chain(entity.name)
        except NoLink:
            self.problems.report(
                "K0606",
                span,
                holder=self.holder.name,
                entity=entity.name,
                fix=f"link {entity.name} by COLUMN",
                follows=bool(self.workspace.unread),
            )
            return None
        except Ambiguous as error:
            self.problems.report(
                "K0604",
                span,
                holder=self.holder.name,
                entity=entity.name,
                ways=" or ".join(f"`{each}`" for each in error.ways),
                way=error.ways[0],
            )
            return None
        return self._arrive(steps, entity)

    def own_key(self, entity: Entity) -> r.Scalar | None:
        """The key of the entity whose rows these are; `key` where it is made of values."""
        if entity.everything:
            return r.Constant(entity.name)
        if entity.values:
            return r.Field((), "key", "text")
        if entity.key is None:
            self.problems.report("K0601", entity.span, entity=entity.name)
            return None
        return self._column(entity, (), entity.key)

    def joins_to(self, entity: Entity) -> tuple[r.Hop, ...]:
        """The joins that lead to the rows of an entity that is reached."""
        return () if self.holder is entity else self._joins(self._chain(entity.name))

    def own(self, name: s.Name) -> r.Scalar | None:
        """A column that the holder's own facts name."""
        return self._column(self.holder, (), name)

    def _arrive(self, steps: Chain, entity: Entity) -> r.Scalar | None:
        """The value that names the last entity: no join to its own table is needed."""
        if not steps:
            return r.Constant(entity.name)
        before, last = steps[:-1], steps[-1]
        owner = self.workspace.entities[before[-1].entity] if before else self.holder
        if last.column is not None:
            holder, joins = self._owner_of(owner, last.entity, self._joins(before))
            self.check_link(holder, entity, last.column)
            return self._column(holder, joins, last.column)
        assert last.path is not None
        parts = last.path.parts[1:]
        if len(parts) != 1:
            self.problems.report("K0607", last.path.span, path=last.path.span.text)
            return None
        return self._member(owner, self._joins(before), parts[0])

    def _joins(self, steps: Chain) -> tuple[r.Hop, ...]:
        """The joins that make the last entity's own columns available, as the database spells
        them; an entity made of values has no table to join."""
        joined: tuple[r.Hop, ...] = ()
        holder: Holder = self.holder
        for step in steps:
            entity = self.workspace.entities[step.entity]
            if step.column is None or entity.key is None:
                break
            owner, joined = self._owner_of(holder, step.entity, joined)
            self.check_link(owner, entity, step.column)
            here, there = self._spelled(owner, step.column), self._spelled(entity, entity.key)
            joined = (*joined, r.Hop(here, step.entity, there))
            holder = entity
        return joined

    def _owner_of(
        self, holder: Holder, entity: str, joins: tuple[r.Hop, ...]
    ) -> tuple[Holder, tuple[r.Hop, ...]]:
        """The rows that hold the key of what the holder belongs to: its own, or its history's."""
        past = holder.history if isinstance(holder, Entity) else None
        if past is None or entity not in past.links:
            return holder, joins
        assert isinstance(holder, Entity)
        return past, self._past(holder, past, joins)

    def check_link(self, holder: Holder, entity: Entity, name: s.Name) -> None:
        """Report a column that cannot hold the key of the entity: numbers are never texts or days.

        Nothing is reported where a type is not known; the other types are compared as they are.
        """
        if entity.key is None:
            return
        here, there = self._kind_of(holder, name), self._kind_of(entity, entity.key)
        odd = {here, there} - {r.NUMBER}
        if here != there and len(odd) == 1 and odd <= {r.TEXT, r.DAY, r.INSTANT}:
            self.problems.report(
                "K0615",
                name.span,
                labels=[(entity.key.span, "key")],
                name=name.text,
                left=here,
                entity=entity.name,
                key=entity.key.text,
                right=there,
            )

    def _kind_of(self, holder: Holder, name: s.Name) -> str:
        column = (self._columns(holder) or {}).get(key_of(name.text))
        return r.UNKNOWN if column is None else r.type_of(r.Field((), column.name, column.kind))

    def _spelled(self, holder: Holder, name: s.Name) -> str:
        column = (self._columns(holder) or {}).get(key_of(name.text))
        return column.name if column else name.text

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def path(self, path: s.Path) -> r.Scalar | None:
        """A column of the rows, or an attribute of an entity they link to."""
        parts = list(path.parts)
        own = key_of(parts[0].text) == key_of(self.holder.name)
        if own and len(parts) > 1:
            parts = parts[1:]
        if len(parts) == 1:
            return self._single(parts[0], qualified=own)
        return self._through(parts)

    def _single(self, name: s.Name, *, qualified: bool) -> r.Scalar | None:
        entity = self.workspace.entities.get(key_of(name.text))
        if entity is not None and key_of(entity.name) in self._reached:
            return self.key(entity, name.span)
        if self._has(self.holder, name):
            return self._member(self.holder, (), name)
        owners = (
            []
            if qualified
            else [
                each
                for each in self._reached
                if self._declares(self.workspace.entities[each], name)
            ]
        )
        if len(owners) > 1:
            names = [f"{self.workspace.entities[each].name}.{name.text}" for each in owners]
            self.problems.report(
                "K0205",
                name.span,
                name=name.text,
                choices=" or ".join(f"`{each}`" for each in names),
            )
            return None
        if owners:
            entity = self.workspace.entities[owners[0]]
            return self._member(entity, self._joins(self._reached[owners[0]]), name)
        return self._member(self.holder, (), name)

    def _through(self, parts: list[s.Name]) -> r.Scalar | None:
        """`store.region`, `product.category.CategoryName`: entity by entity, then its member."""
        holder: Holder = self.holder
        steps: Chain = ()
        for part in parts[:-1]:
            entity = self.workspace.entities.get(key_of(part.text))
            known = reachable(self.workspace, holder)
            if entity is None or key_of(entity.name) not in known:
                names = [self.workspace.entities[each].name for each in known]
                self.problems.report(
                    "K0206",
                    part.span,
                    name=part.text,
                    holder=holder.name,
                    hint=did_you_mean(part.text, names),
                    fixes=renamed(part.span, names),
                    follows=bool(self.workspace.unread),
                )
                return None
            try:
                steps = steps + chain(self.workspace, holder, entity.name)
            except Ambiguous:
                self.key(entity, part.span)
                return None
            holder = entity
        entity_name = key_of(parts[-1].text)
        below = reachable(self.workspace, holder)
        if entity_name in below and not self._has(holder, parts[-1]):
            entity = self.workspace.entities[entity_name]
            return self._arrive(steps + chain(self.workspace, holder, entity.name), entity)
        return self._member(holder, self._joins(steps), parts[-1])

    def knows(self, name: s.Name) -> bool:
        """Whether a name that stands alone is one of these rows, or of what they link to."""
        linked = (self.workspace.entities[each] for each in self._reached)
        return self._has(self.holder, name) or any(self._declares(each, name) for each in linked)

    def _has(self, holder: Holder, name: s.Name) -> bool:
        if self._declares(holder, name):
            return True
        columns = self._columns(holder)
        return columns is not None and key_of(name.text) in columns

    @staticmethod
    def _declares(holder: Holder, name: s.Name) -> bool:
        declared = (
            holder.attributes if isinstance(holder, Entity) else getattr(holder, "columns", {})
        )
        return not isinstance(holder, PlanTable) and key_of(name.text) in declared

    def _member(self, holder: Holder, joins: tuple[r.Hop, ...], name: s.Name) -> r.Scalar | None:
        """A declared column or attribute, else a column of the table."""
        if isinstance(holder, DataSet) and key_of(name.text) in holder.columns:
            column = holder.columns[key_of(name.text)]
            scalar = self._declared(holder, joins, column)
            percent_number = column.unit is not None and column.unit.form == "number"
            hundred = r.Constant(Decimal(100))
            return r.Calculation(scalar, "/", hundred) if scalar and percent_number else scalar
        if isinstance(holder, Entity):
            if key_of(name.text) in holder.attributes:
                return self._declared(holder, joins, holder.attributes[key_of(name.text)])
            if key_of(name.text) == "name" and holder.name_path is not None:
                return self._column(holder, joins, holder.name_path.parts[-1])
            if key_of(name.text) == ACTIVE_START and not self._has(holder, name):
                return self._active_start(holder, joins, name)
        return self._column(holder, joins, name)

    def _active_start(
        self, entity: Entity, joins: tuple[r.Hop, ...], name: s.Name
    ) -> r.Scalar | None:
        """The first active day of an entity; null where it always was."""
        if entity.active is None:
            self.problems.report("K0347", name.span, name=name.span.text, entity=entity.name)
            return None
        return self._column(entity, joins, entity.active.since)

    def _declared(
        self, holder: Holder, joins: tuple[r.Hop, ...], declared: Declared
    ) -> r.Scalar | None:
        if isinstance(declared, s.Attribute) and declared.from_history:
            assert isinstance(holder, Entity)
            if holder.history is not None:
                joins = self._past(holder, holder.history, joins)
                holder = holder.history
        if declared.formula is None:
            return self._column(holder, joins, declared.name)
        scalar = self.derived(holder, declared)
        return None if scalar is None else seen_from(joins, scalar)

    def derived(self, holder: Holder, declared: Declared) -> r.Scalar | None:
        """The value of `column … is EXPR`, over the rows of its own holder."""
        raise NotImplementedError

    def _column(self, holder: Holder, joins: tuple[r.Hop, ...], name: s.Name) -> r.Scalar | None:
        if holder.relation is None:
            self.problems.report("K0609", name.span, holder=holder.name, name=name.text)
            return None
        if self.catalog.report(holder.relation, self.problems):
            return None
        columns = self._columns(holder)
        zone = _zone_of(holder, name)
        if columns is None:
            return r.Field(joins, name.text, "", zone)
        column = columns.get(key_of(name.text))
        if column is None and key_of(name.text) in NAMED_DAYS:
            self.problems.report("K0346", name.span, name=name.span.text)
            return None
        if column is None:
            known = [each.name for each in columns.values()]
            self.problems.report(
                "K0605",
                name.span,
                name=name.text,
                holder=holder.name,
                hint=did_you_mean(name.text, known) or f"Its columns are: {quoted(known)}. ",
                fixes=renamed(name.span, known),
                follows=bool(self.workspace.unread),
            )
            return None
        return r.Field(joins, column.name, column.kind, zone)

    def _columns(self, holder: Holder) -> Columns | None:
        return None if holder.relation is None else self.catalog.columns(holder.relation)


def _zone_of(holder: Holder, name: s.Name) -> str | None:
    """`date sold_at in "UTC"` says it of that column, not of the others."""
    if not isinstance(holder, DataSet) or holder.date is None or len(holder.date.parts) > 1:
        return None
    return holder.zone if key_of(holder.date.parts[0].text) == key_of(name.text) else None
