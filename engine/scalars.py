"""Row expressions with every name resolved: what one row of a data set says.

Conditions are two-valued: a comparison with a missing value is no, and `Not` swaps yes and no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import date
from decimal import Decimal

from engine.opening import BusinessHours
from engine.periods import Range
from grammar import Span
from grammar import syntax as s
from grammar.records import record

NUMBER, TEXT, TRUTH, DAY, INSTANT, UNKNOWN = "number", "text", "truth", "day", "instant", "unknown"

_TYPES = {
    "integer": NUMBER,
    "decimal": NUMBER,
    "float": NUMBER,
    "text": TEXT,
    "boolean": TRUTH,
    "date": DAY,
    "timestamp": INSTANT,
    "timestamptz": INSTANT,
}


@record
class Stay:
    """Which row of a history: that of the day `when`, or each that holds on a day of a range.

    `inclusive`: `until` is the last day. A day that is not known has no row."""

    since: Field
    until: Field
    inclusive: bool
    when: Scalar | Range


@record
class Hop:
    """A many-to-one join: a column of the table before holds the `key` of `entity`.

    With a `stay` it leads from the entity's own row to one of its history."""

    column: str
    entity: str
    key: str
    stay: Stay | None = None


@record
class Field:
    """A column of the rows themselves (no hops) or of the entity at the end of the hops."""

    hops: tuple[Hop, ...]
    column: str
    kind: str  # the database's kind, "" where unknown
    zone: str | None = None  # of a naive timestamp that is not local time


@record
class Constant:
    """A literal; None is no value."""

    value: Decimal | str | date | bool | None


@record
class Calculation:
    left: Scalar
    operator: str
    right: Scalar


@record
class Elapsed:
    """From `start` to `end`: whole local midnights (days) or time (hours)."""

    unit: str
    start: Scalar
    end: Scalar


@record
class BusinessTime:
    """Hours of opening time from `start` to `end`, in local time."""

    start: Scalar
    end: Scalar
    hours: BusinessHours


@record
class Function:
    """abs, round, ceiling, coalesce, min, max."""

    name: str
    arguments: tuple[Scalar, ...]


@record
class Choice:
    condition: Condition
    then: Scalar
    otherwise: Scalar


@record
class Tally:
    """A number of the rows of `holder` that belong to an entity, in one row for each of them.

    `key` tells the entity where the number is asked for, `owner` in the rows that are counted.
    `function`: sum, average, count, unique (of `keys`, a key together), min, max. `range`: the days
    that the rows are of, where they have any. `name` and `origin` are those of the attribute.
    """

    key: Scalar
    holder: str
    relation: s.Relation
    owner: Scalar
    function: str
    argument: Scalar | None
    keys: tuple[Scalar, ...]
    conditions: tuple[Condition, ...]
    range: Range | None
    name: str = field(compare=False)
    origin: Span = field(compare=False, repr=False)


@record
class Pool:
    """The peers of `level` whose rows are taken together: whom the card scores, in groups of
    `within` (all of them where it is None), of those that were active on some day of `range`."""

    level: str
    within: Scalar | None
    range: Range


@record
class PeerGroup:
    """The group of a pool that the entity of a row is in; none where it is nobody's peer."""

    key: Scalar
    pool: Pool


@record
class Compare:
    left: Scalar
    operator: str
    right: Scalar


@record
class IsOneOf:
    item: Scalar
    options: tuple[Scalar, ...]


@record
class Absent:
    item: Scalar


@record
class TextMatch:
    item: Scalar
    how: str  # contains, starts_with
    part: str


@record
class Lies:
    """A date or timestamp lies in a range of local days."""

    item: Scalar
    range: Range


@record
class AllOf:
    terms: tuple[Condition, ...]


@record
class AnyOf:
    terms: tuple[Condition, ...]


@record
class Negation:
    condition: Condition


STAY_DAY = Field((Hop("", "", ""),), "day", "date")
"""The day as of which the facts of an entity itself are read, where they have a history."""

_Computed = Calculation | Elapsed | BusinessTime | Function | Choice | Tally | PeerGroup
Scalar = Field | Constant | _Computed
Condition = Compare | IsOneOf | Absent | TextMatch | Lies | AllOf | AnyOf | Negation


def all_of(*conditions: Condition | None) -> Condition | None:
    """The conjunction of those that are given."""
    terms = tuple(c for c in conditions if c is not None)
    return terms[0] if len(terms) == 1 else AllOf(terms) if terms else None


def type_of(scalar: Scalar) -> str:
    """number, text, truth, day, instant or unknown."""
    match scalar:
        case Field(kind=kind):
            return _TYPES.get(kind, UNKNOWN)
        case Constant(None):
            return UNKNOWN
        case Constant(value):
            if isinstance(value, bool):
                return TRUTH
            return DAY if isinstance(value, date) else TEXT if isinstance(value, str) else NUMBER
        case Calculation() | Elapsed() | BusinessTime() | Tally():
            return NUMBER
        case Function(name, arguments):
            return type_of(arguments[0]) if name in ("coalesce", "min", "max") else NUMBER
        case Choice(_, then, _):
            return type_of(then)
        case PeerGroup(_, pool):
            return NUMBER if pool.within is None else type_of(pool.within)


def hops_of(item: object) -> tuple[tuple[Hop, ...], ...]:
    """Every chain of joins that an expression needs."""
    fields = (node for node in _walk(item) if isinstance(node, Field))
    return tuple(dict.fromkeys(each.hops for each in fields if each.hops))


def tallies_of(item: object) -> tuple[Tally, ...]:
    """Every number of the rows of an entity that an expression reads."""
    return tuple(dict.fromkeys(node for node in _walk(item) if isinstance(node, Tally)))


def of_opening(item: object) -> bool:
    """Whether an expression measures opening time."""
    return any(isinstance(node, BusinessTime) for node in _walk(item))


def _walk(node: object) -> Iterator[object]:
    """The fields, tallies and opening times of an expression, and what is inside of these."""
    match node:
        case Field(hops):
            yield node
            yield from _walk([hop.stay.when for hop in hops if hop.stay is not None])
        case Constant() | Span():
            return
        case Tally():
            yield node
            yield from _walk((node.key, node.owner, node.argument, node.keys, node.conditions))
        case BusinessTime(start, end):
            yield node
            yield from _walk((start, end))
        case tuple() | list():
            for each in node:
                yield from _walk(each)
        case _ if hasattr(node, "__dataclass_fields__"):
            for name in node.__dataclass_fields__:
                yield from _walk(getattr(node, name))
