"""Syntax -> row expressions: the names of a data set, of what it links to, and their types."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from engine import scalars as r
from engine.catalog import Catalog, Columns
from engine.facts import Problems
from engine.model import DataSet, Entity, PlanTable, Workspace, key_of
from engine.periods import Range
from engine.reach import Ambiguous, Chain, Holder, NoLink, chain, reachable
from grammar import Span, suggest
from grammar import syntax as s

_FUNCTIONS = {"abs": 1, "round": 2, "ceiling": 1, "coalesce": 0, "min": 0, "max": 0}


class Rows:
    """Resolves what is written about the rows of one holder (data set, entity or plan).

    Methods return None after reporting a fault, so that one fault is reported once.
    """

    def __init__(
        self, workspace: Workspace, catalog: Catalog, holder: Holder, problems: Problems
    ) -> None:
        self.workspace = workspace
        self.catalog = catalog
        self.holder = holder
        self.problems = problems

    # ── entities ─────────────────────────────────────────────────────────────────────────────

    def key(self, entity: Entity, span: Span) -> r.Scalar | None:
        """What tells to which `entity` a row belongs."""
        if self.holder is entity:
            return self.own_key(entity)
        try:
            steps = chain(self.workspace, self.holder, entity.name)
        except NoLink:
            self.problems.report(
                "K0606",
                span,
                holder=self.holder.name,
                entity=entity.name,
                fix=f"link {entity.name} by COLUMN",
            )
            return None
        except Ambiguous as error:
            self.problems.report(
                "K0604",
                span,
                holder=self.holder.name,
                entity=entity.name,
                ways=" or ".join(error.ways),
                way=error.ways[0],
            )
            return None
        return self._arrive(steps, entity, span)

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

    def own(self, name: s.Name) -> r.Scalar | None:
        """A column that the holder's own facts name."""
        return self._column(self.holder, (), name)

    def _arrive(self, steps: Chain, entity: Entity, span: Span) -> r.Scalar | None:
        """The value that names the last entity: no join to its own table is needed."""
        if not steps:
            return r.Constant(entity.name)
        before, last = steps[:-1], steps[-1]
        owner = self.workspace.entities[before[-1].entity] if before else self.holder
        if last.column is not None:
            return self._column(owner, self._joins(before), last.column)
        assert last.path is not None
        parts = last.path.parts[1:]
        if len(parts) != 1:
            self.problems.report("K0607", last.path.span, path=last.path.span.text)
            return None
        return self._member(owner, self._joins(before), parts[0])

    def _joins(self, steps: Chain) -> tuple[r.Hop, ...]:
        """The joins that make the last entity's own columns available, as the database spells
        them; an entity made of values has no table to join."""
        joined: list[r.Hop] = []
        holder: Holder = self.holder
        for step in steps:
            entity = self.workspace.entities[step.entity]
            if step.column is None or entity.key is None:
                break
            here, there = self._spelled(holder, step.column), self._spelled(entity, entity.key)
            joined.append(r.Hop(here, step.entity, there))
            holder = entity
        return tuple(joined)

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
        return self._through(path, parts)

    def _single(self, name: s.Name, *, qualified: bool) -> r.Scalar | None:
        known = reachable(self.workspace, self.holder)
        entity = self.workspace.entities.get(key_of(name.text))
        if entity is not None and key_of(entity.name) in known:
            return self.key(entity, name.span)
        if self._has(self.holder, name):
            return self._member(self.holder, (), name)
        owners = (
            []
            if qualified
            else [each for each in known if self._declares(self.workspace.entities[each], name)]
        )
        if len(owners) > 1:
            names = [f"{self.workspace.entities[each].name}.{name.text}" for each in owners]
            self.problems.report("K0205", name.span, name=name.text, choices=" or ".join(names))
            return None
        if owners:
            entity = self.workspace.entities[owners[0]]
            return self._member(entity, self._joins(known[owners[0]]), name)
        return self._member(self.holder, (), name)

    def _through(self, path: s.Path, parts: list[s.Name]) -> r.Scalar | None:
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
            return self._arrive(
                steps + chain(self.workspace, holder, entity.name), entity, path.span
            )
        return self._member(holder, self._joins(steps), parts[-1])

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
        return self._column(holder, joins, name)

    def _declared(
        self, holder: Holder, joins: tuple[r.Hop, ...], declared: s.Column | s.Attribute
    ) -> r.Scalar | None:
        if declared.formula is None:
            return self._column(holder, joins, declared.name)
        inner = Rows(self.workspace, self.catalog, holder, self.problems)
        scalar = inner.scalar(declared.formula, None)
        return None if scalar is None else _behind(joins, scalar)

    def _column(self, holder: Holder, joins: tuple[r.Hop, ...], name: s.Name) -> r.Scalar | None:
        if holder.relation is None:
            self.problems.report("K0609", name.span, holder=holder.name, name=name.text)
            return None
        if self.catalog.missing(holder.relation):
            self.problems.report(
                "K0610",
                holder.relation.span,
                table=holder.relation.span.text,
                origin=self.catalog.origin,
            )
            return None
        columns = self._columns(holder)
        zone = holder.zone if isinstance(holder, DataSet) else None
        if columns is None:
            return r.Field(joins, name.text, "", zone)
        column = columns.get(key_of(name.text))
        if column is None:
            known = [each.name for each in columns.values()]
            self.problems.report(
                "K0605",
                name.span,
                name=name.text,
                holder=holder.name,
                hint=did_you_mean(name.text, known) or f"Its columns are: {', '.join(known)}. ",
            )
            return None
        return r.Field(joins, column.name, column.kind, zone)

    def _columns(self, holder: Holder) -> Columns | None:
        return None if holder.relation is None else self.catalog.columns(holder.relation)

    # ── expressions ──────────────────────────────────────────────────────────────────────────

    def scalar(self, node: s.Expression, period: Range | None) -> r.Scalar | None:
        """A value of one row; `period` is the window that `in period` means."""
        match node:
            case s.Number(value) | s.Percent(value) | s.Money(_, value):
                return r.Constant(value)
            case s.Quantity(value, unit):
                return r.Constant(value / 60 if unit == "minutes" else value)
            case s.Text(value):
                return r.Constant(value)
            case s.DateLiteral(value):
                return r.Constant(value)
            case s.Truth(value):
                return r.Constant(value)
            case s.Path():
                return self.path(node)
            case s.Sign(operator, operand):
                inner = self._number(operand, period)
                zero = r.Constant(Decimal(0))
                if inner is None or operator == "+":
                    return inner
                return r.Calculation(zero, "-", inner)
            case s.Arithmetic(left, operator, right):
                a, b = self._number(left, period), self._number(right, period)
                return None if a is None or b is None else r.Calculation(a, operator, b)
            case s.If(condition, then, otherwise):
                c = self.condition(condition, period)
                a, b = self.scalar(then, period), self.scalar(otherwise, period)
                return None if c is None or a is None or b is None else r.Choice(c, a, b)
            case s.Call():
                return self._call(node, period)
        self.problems.report("K0302", node.span, found=node.span.text, wanted="a value of one row")
        return None

    def condition(self, node: s.Expression, period: Range | None) -> r.Condition | None:
        """A yes-or-no of one row."""
        match node:
            case s.And(terms) | s.Or(terms):
                found = [self.condition(term, period) for term in terms]
                whole = tuple(each for each in found if each is not None)
                if len(whole) != len(terms):
                    return None
                return r.AllOf(whole) if isinstance(node, s.And) else r.AnyOf(whole)
            case s.Not(operand):
                inner = self.condition(operand, period)
                return None if inner is None else r.Negation(inner)
            case s.Comparison(left, operator, right):
                return self._comparison(node, left, operator, right, period)
            case s.Between(item, low, high):
                above = self._comparison(node, item, ">=", low, period)
                below = self._comparison(node, item, "<=", high, period)
                return None if above is None or below is None else r.AllOf((above, below))
            case s.Among(item, options, negated):
                return self._among(node, item, options, negated, period)
            case s.IsMissing(item, negated):
                value = self.scalar(item, period)
                if value is None:
                    return None
                return r.Negation(r.Absent(value)) if negated else r.Absent(value)
            case s.Matches(item, how, part):
                value, text = self.scalar(item, period), self.scalar(part, period)
                return None if value is None or text is None else r.TextMatch(value, how, text)
            case s.InPeriod(item):
                return self._in_period(node, item, period)
        self.problems.report("K0302", node.span, found=node.span.text, wanted="a condition")
        return None

    def _in_period(
        self, node: s.InPeriod, item: s.Expression, period: Range | None
    ) -> r.Condition | None:
        value = self.scalar(item, period)
        if value is None:
            return None
        if period is None:
            self.problems.report("K0306", node.span)
            return None
        if r.type_of(value) not in (r.DAY, r.INSTANT, r.TEXT, r.UNKNOWN):
            self.problems.report("K0302", item.span, found=item.span.text, wanted="a date")
            return None
        return r.Lies(value, period)

    def _among(
        self,
        node: s.Among,
        item: s.Expression,
        options: tuple[s.Expression, ...],
        negated: bool,
        period: Range | None,
    ) -> r.Condition | None:
        value = self.scalar(item, period)
        choices = [self.scalar(option, period) for option in options]
        if value is None or any(choice is None for choice in choices):
            return None
        present = tuple(choice for choice in choices if choice is not None)
        for choice, written in zip(present, options, strict=True):
            if not self._comparable(value, choice, written.span):
                return None
        found = r.IsOneOf(value, present)
        return r.Negation(found) if negated else found

    def _comparison(
        self,
        node: s.Expression,
        left: s.Expression,
        operator: str,
        right: s.Expression,
        period: Range | None,
    ) -> r.Condition | None:
        a, b = self.scalar(left, period), self.scalar(right, period)
        if a is None or b is None:
            return None
        b = _in_unit_of(a, b, right)
        a = _in_unit_of(b, a, left)
        if not self._comparable(a, b, node.span):
            return None
        if operator == "<>":
            return r.Negation(r.Compare(a, "=", b))
        return r.Compare(a, operator, b)

    def _comparable(self, a: r.Scalar, b: r.Scalar, span: Span) -> bool:
        """Unlike types never compare; a date may be compared with a timestamp or ISO text."""
        kinds = {r.type_of(a), r.type_of(b)}
        days = {r.DAY, r.INSTANT}
        fits = (
            len(kinds) == 1
            or r.UNKNOWN in kinds
            or kinds <= days
            or (r.TEXT in kinds and bool(kinds & days) and not _is_text_literal(a, b))
            or (kinds == {r.TRUTH, r.NUMBER} and not _is_number_literal(a, b))
        )
        if not fits:
            self.problems.report("K0301", span, left=r.type_of(a), right=r.type_of(b))
        return fits

    def _number(self, node: s.Expression, period: Range | None) -> r.Scalar | None:
        value = self.scalar(node, period)
        if value is not None and r.type_of(value) not in (r.NUMBER, r.UNKNOWN):
            self.problems.report("K0302", node.span, found=node.span.text, wanted="a number")
            return None
        return value

    def _call(self, call: s.Call, period: Range | None) -> r.Scalar | None:
        name = ".".join(part.text for part in call.function.parts).lower()
        if call.clauses or (name not in _FUNCTIONS and name not in ("hours", "days")):
            known = [*_FUNCTIONS, "hours", "days"]
            self.problems.report(
                "K0207",
                call.function.span,
                name=name,
                place="a row",
                hint=did_you_mean(name, known) or f"Functions of a row are {', '.join(known)}. ",
            )
            return None
        found = [self.scalar(argument, period) for argument in call.arguments]
        arguments = tuple(each for each in found if each is not None)
        if len(arguments) != len(found):
            return None
        wanted = 2 if name in ("hours", "days") else _FUNCTIONS[name]
        if len(arguments) != wanted and (wanted or not arguments) and name != "round":
            self.problems.report("K0208", call.span, name=name, count=wanted or "one or more")
            return None
        if name in ("hours", "days"):
            return r.Elapsed(name, arguments[0], arguments[1])
        return r.Function(name, arguments)


def _behind(joins: tuple[r.Hop, ...], scalar: r.Scalar) -> r.Scalar:
    """An expression of a linked entity's own rows, seen from the rows that link to it."""
    if not joins:
        return scalar

    def moved(node: object) -> object:
        if isinstance(node, r.Field):
            return replace(node, hops=(*joins, *node.hops))
        if isinstance(node, tuple):
            return tuple(moved(each) for each in node)
        if isinstance(node, r.Constant) or not hasattr(node, "__dataclass_fields__"):
            return node
        parts = {name: moved(getattr(node, name)) for name in node.__dataclass_fields__}
        return type(node)(**parts)

    result = moved(scalar)
    assert isinstance(
        result, r.Field | r.Constant | r.Calculation | r.Elapsed | r.Function | r.Choice
    )
    return result


def _in_unit_of(elapsed: r.Scalar, constant: r.Scalar, written: s.Expression) -> r.Scalar:
    """`hours(a, b) <= 2 days`: the duration is written in the unit of what it is compared with."""
    if not isinstance(elapsed, r.Elapsed) or not isinstance(constant, r.Constant):
        return constant
    if not isinstance(written, s.Quantity) or not isinstance(constant.value, Decimal):
        return constant
    hours = {"days": Decimal(24), "minutes": Decimal(1) / 60}.get(written.unit, Decimal(1))
    in_hours = written.value * hours
    return r.Constant(in_hours / 24 if elapsed.unit == "days" else in_hours)


def _is_text_literal(*sides: r.Scalar) -> bool:
    return any(isinstance(each, r.Constant) and isinstance(each.value, str) for each in sides)


def _is_number_literal(*sides: r.Scalar) -> bool:
    return any(
        isinstance(each, r.Constant) and isinstance(each.value, Decimal | date) for each in sides
    )


def did_you_mean(word: str, known: list[str]) -> str:
    close = suggest(word, known)
    return f"Did you mean {' or '.join(f'`{each}`' for each in close)}? " if close else ""
