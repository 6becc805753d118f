"""Facts of a measure about its targets."""

from __future__ import annotations

from grammar.syntax.base import Name, Percent
from grammar.syntax.cards import Moment
from grammar.syntax.expressions import Expression
from grammar.syntax.node import Node, node


@node
class FromPlan(Node):
    plan: Name


@node
class SplitByDays(Node):
    pass


@node
class SplitByShares(Node):
    shares: tuple[Percent, ...]  # of the card's periods in one of the plan's, in time


Split = SplitByDays | SplitByShares


@node
class TargetLine(Node):
    role: str
    value: Expression | FromPlan
    where: Expression | None
    since: Moment | None
    split: Split | None
    for_display: bool


@node
class AddsUp(Node):
    """`targets add up to ENTITY`, whose own are in `plan` where they are in another one."""

    entity: Name
    plan: Name | None
    within: Percent | None


@node
class Prorate(Node):
    pass
