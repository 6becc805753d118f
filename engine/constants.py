"""Named constants with dates (a service standard, an allowance) -> what they are on a day.

Where a formula names one, it says the same as if the value of that day stood there: the first day
of the period that the formula is read for, also inside a window that moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from engine.catalog import Catalog
from engine.facts import Facts, Problems
from engine.model import Constant, DataSet, DatedValue, Entity, Workspace, key_of
from engine.periods import Calendar
from engine.weights import start_of
from grammar import syntax as s

N = TypeVar("N")

LITERALS = (s.Number, s.Percent, s.Money, s.Quantity, s.DateLiteral)


def read_constant(facts: Facts, calendar: Calendar) -> Constant:
    """A constant with its values in time. K0222 none at all, two from one day, or no literal."""
    section, problems = facts.section, facts.problems
    assert isinstance(section, s.ConstantSection)
    values: dict[date, DatedValue] = {}
    for line in facts.every(s.ConstantValue):
        since = date.min if line.since is None else start_of(line.since, calendar, problems)
        literal = line.value.operand if isinstance(line.value, s.Sign) else line.value
        if not isinstance(literal, LITERALS):
            problems.report("K0223", line.value.span, found=line.value.span.text)
            continue
        if since is None:
            continue
        first = values.setdefault(since, DatedValue(since, line.value, line.span))
        if first.span is not line.span:
            name, marks = section.name.text, [(first.span, "first")]
            problems.report("K0222", line.span, labels=marks, name=name)
    if not list(facts.every(s.ConstantValue)):
        problems.report("K0220", section.name.span, name=section.name.text)
    return Constant(
        name=section.name.text,
        labels=facts.labels(section.label),
        section=section,
        values=tuple(values[since] for since in sorted(values)),
    )


def constant_of(workspace: Workspace, node: object) -> Constant | None:
    """The constant that a path of one name is."""
    if not isinstance(node, s.Path) or len(node.parts) != 1:
        return None
    return workspace.constants.get(key_of(node.parts[0].text))


class Constants:
    """Reads the constants of one workspace in formulas. Reports K0224 (no value on the day) and
    K0225 (the name is also one of a column), each where the constant is used."""

    def __init__(self, workspace: Workspace, catalog: Catalog, problems: Problems) -> None:
        self.workspace = workspace
        self.catalog = catalog
        self.problems = problems

    def read(self, node: s.Expression, day: date) -> s.Expression:
        """The value of a constant on a day, at the place of its name; anything else as it is."""
        constant = constant_of(self.workspace, node)
        if constant is None or not isinstance(node, s.Path):
            return node
        if not constant.values:  # reported at the constant
            return s.Number(Decimal(1), span=node.span)
        holding = [each for each in constant.values if each.since <= day]
        if not holding:
            first = constant.values[0].since.isoformat()
            self.problems.report(
                "K0224", node.span, name=constant.name, day=day.isoformat(), first=first
            )
        owner = next(self._columns_called(constant.name), None)
        if owner is not None:
            self.problems.report("K0225", node.span, name=constant.name, holder=owner)
        return holding[-1].value if holding else constant.values[0].value

    def inside(self, node: N, day: date) -> N:
        """A part of a formula with every constant in it read."""
        if not self.workspace.constants:
            return node
        return replaced(node, lambda each: self.read(each, day))

    def _columns_called(self, name: str) -> Iterator[str]:
        holders: list[Entity | DataSet] = [*self.workspace.data.values()]
        holders += [*self.workspace.entities.values()]
        for holder in holders:
            declared = holder.attributes if isinstance(holder, Entity) else holder.columns
            known = self.catalog.columns(holder.relation) if holder.relation else None
            if key_of(name) in declared or key_of(name) in (known or {}):
                yield holder.name


def replaced(node: N, read: Callable[[s.Path], s.Expression]) -> N:
    """The same tree with another expression in the place of paths."""
    found: Any = node
    if isinstance(node, s.Path):
        found = read(node)
    elif isinstance(node, tuple):
        parts = tuple(replaced(each, read) for each in node)
        found = node if all(a is b for a, b in zip(parts, node, strict=True)) else parts
    elif isinstance(node, s.Node):
        names: tuple[str, ...] = type(node).__match_args__
        fields = {name: getattr(node, name) for name in names if name != "span"}
        changed = {name: replaced(value, read) for name, value in fields.items()}
        if any(changed[name] is not fields[name] for name in fields):
            found = type(node)(**changed, span=node.span)
    return found  # type: ignore[no-any-return]
