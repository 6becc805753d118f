"""Row expressions -> sqlglot, in the portable core.

Conditions are two-valued. A negation is pushed down to the comparisons, where it adds `OR x IS
NULL`, so that a missing value is never an accident of three-valued logic.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlglot import exp

from engine import scalars as r
from engine.dialects import Dialect, number
from engine.lower_business import business_hours
from engine.periods import Range

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_CALCULATIONS: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
_ESCAPE = "!"


class RowLowering:
    """Lowers row expressions whose fields `column` finds, and whose numbers of other rows `tally`
    does, for one dialect and local time."""

    def __init__(
        self,
        dialect: Dialect,
        zone: str | None,
        column: Callable[[r.Field], exp.Expr],
        tally: Callable[[r.Tally | r.PeerGroup], exp.Expr],
    ) -> None:
        self.dialect = dialect
        self.zone = zone
        self.column = column
        self.tally = tally

    # ── values ───────────────────────────────────────────────────────────────────────────────

    def scalar(self, node: r.Scalar) -> exp.Expr:
        match node:
            case r.Field():
                return self.column(node)
            case r.Tally() | r.PeerGroup():
                return self.tally(node)
            case r.Constant(value):
                return self.constant(value)
            case r.Calculation(left, operator, right):
                return self._calculation(left, operator, right)
            case r.Elapsed(unit, start, end):
                return self._elapsed(unit, start, end)
            case r.BusinessTime():
                return business_hours(self, node)
            case r.Choice(condition, then, otherwise):
                return case(self.condition(condition), self.scalar(then), self.scalar(otherwise))
            case r.Function(name, arguments):
                return self._function(name, [self.scalar(each) for each in arguments])

    def constant(self, value: Decimal | str | date | bool | None) -> exp.Expr:
        if value is None:
            return exp.null()
        if isinstance(value, bool):
            return self.dialect.truth(value)
        if isinstance(value, date):
            return self.dialect.day(value)
        if isinstance(value, str):
            return exp.Literal.string(value)
        literal = number(format(abs(value), "f"))
        return exp.paren(exp.Neg(this=literal)) if value < 0 else literal

    def _calculation(self, left: r.Scalar, operator: str, right: r.Scalar) -> exp.Expr:
        a, b = self.scalar(left), self.scalar(right)
        if operator == "/":
            below = exp.Nullif(this=self.dialect.number(b), expression=number("0"))
            return exp.paren(exp.Div(this=self.dialect.number(a), expression=below))
        return exp.paren(_CALCULATIONS[operator](this=a, expression=b))

    def _elapsed(self, unit: str, start: r.Scalar, end: r.Scalar) -> exp.Expr:
        if unit == "days":
            return self.dialect.days_between(self.day(start), self.day(end))
        zoned = any(isinstance(e, r.Field) and self.stored(e) is not None for e in (start, end))
        return self.dialect.hours_between(self._instant(start, zoned), self._instant(end, zoned))

    def day(self, node: r.Scalar) -> exp.Expr:
        """The local day of a date or timestamp."""
        value = self.local(node)
        return value if r.type_of(node) == r.DAY else self.dialect.local_day(value)

    def local(self, node: r.Scalar) -> exp.Expr:
        """A date as it is, a timestamp in local time."""
        value = self.scalar(node)
        stored = self.stored(node) if isinstance(node, r.Field) else None
        if r.type_of(node) == r.DAY or stored is None:
            return value
        zoned = self.dialect.zoned(value, stored) if stored else value
        return self.dialect.local(zoned, self.zone or "UTC")

    def stored(self, field: r.Field) -> str | None:
        """ "" for an instant, a zone for a naive timestamp that is not local time, else None."""
        if field.kind == "timestamptz":
            return ""
        return field.zone if field.zone != self.zone else None

    def _instant(self, node: r.Scalar, zoned: bool) -> exp.Expr:
        """A timestamp; a date means its local midnight. `zoned`: as an instant, whatever it is."""
        value = self.scalar(node)
        if r.type_of(node) == r.DAY:
            value = self.dialect.midnight(value)
        stored = self.stored(node) if isinstance(node, r.Field) else None
        if not zoned or stored == "":
            return value
        return self.dialect.zoned(value, stored or self.zone or "UTC")

    def _function(self, name: str, values: list[exp.Expr]) -> exp.Expr:
        match name:
            case "abs":
                return exp.Abs(this=values[0])
            case "ceiling":
                return self._present(values[0], exp.Ceil(this=values[0].copy()))
            case "coalesce":
                return exp.Coalesce(this=values[0], expressions=values[1:])
            case "round":
                return self.rounded(values[0], values[1] if len(values) > 1 else number("0"))
        smaller = exp.LTE if name == "min" else exp.GTE
        result = values[0]
        for other in values[1:]:
            absent = exp.or_(_is_null(result), _is_null(other))
            better = smaller(this=result.copy(), expression=other.copy())
            result = exp.Case(
                ifs=[
                    exp.If(this=absent, true=exp.null()),
                    exp.If(this=better, true=result.copy()),
                ],
                default=other.copy(),
            )
        return result

    def rounded(self, value: exp.Expr, digits: exp.Expr) -> exp.Expr:
        """sign * floor(|x| * 10^n + 0.5 + 1e-7) / 10^n, as everywhere."""
        scale = number(str(float(10 ** int(digits.name or 0))))
        double = self.dialect.number(value)
        scaled = exp.Mul(this=exp.Abs(this=double), expression=scale)
        whole = exp.Floor(this=exp.Add(this=scaled, expression=number("0.5000001")))
        size = exp.Div(this=whole, expression=scale.copy())
        negative = exp.LT(this=double.copy(), expression=number("0"))
        rounded = case(negative, exp.Neg(this=exp.paren(size)), size.copy())
        return self._present(double, rounded)

    def _present(self, value: exp.Expr, result: exp.Expr) -> exp.Expr:
        """A function that some driver does not define for a missing value."""
        present = exp.not_(exp.Is(this=value.copy(), expression=exp.null()))
        return case(present, result)

    # ── conditions ───────────────────────────────────────────────────────────────────────────

    def condition(self, node: r.Condition, negated: bool = False) -> exp.Expr:
        """True exactly where the condition is yes (or, negated, no)."""
        match node:
            case r.Negation(inner):
                return self.condition(inner, not negated)
            case r.AllOf(terms) | r.AnyOf(terms):
                parts = [self.condition(term, negated) for term in terms]
                together = isinstance(node, r.AllOf) != negated
                joined = exp.and_(*parts) if together else exp.or_(*parts)
                return exp.paren(joined)
            case r.Absent(item):
                found = _is_null(self.scalar(item))
                return exp.not_(found) if negated else found
            case r.Compare(left, operator, right):
                return self._compare(left, operator, right, negated)
            case r.IsOneOf(item, options):
                return self._one_of(item, options, negated)
            case r.TextMatch(item, how, part):
                return self._match(item, how, part, negated)
            case r.Lies(item, span):
                return self.lies(item, span, negated)

    def _compare(self, left: r.Scalar, operator: str, right: r.Scalar, negated: bool) -> exp.Expr:
        if r.type_of(left) == r.INSTANT and _is_day(right):
            return self._instant_with_day(left, operator, right, negated)
        a, b = self._sides(left, right)
        plain = _COMPARISONS[_OPPOSITE[operator] if negated else operator](this=a, expression=b)
        return self._or_missing(plain, (left, right)) if negated else plain

    def _sides(self, left: r.Scalar, right: r.Scalar) -> tuple[exp.Expr, exp.Expr]:
        """Both sides, an instant brought to its day where the other is one; truths as stored."""
        kinds = {r.type_of(left), r.type_of(right)}
        if kinds == {r.INSTANT, r.DAY}:
            return self.day(left), self.day(right)
        sides = []
        for side, other in ((left, right), (right, left)):
            truth = isinstance(side, r.Constant) and isinstance(side.value, bool)
            if truth and r.type_of(other) == r.NUMBER:
                assert isinstance(side, r.Constant)
                sides.append(number("1" if side.value else "0"))
            else:
                sides.append(self.scalar(side))
        return sides[0], sides[1]

    def _instant_with_day(
        self, left: r.Scalar, operator: str, right: r.Scalar, negated: bool
    ) -> exp.Expr:
        """A timestamp compared with a date uses its local date; written as bounds on the column."""
        assert isinstance(right, r.Constant)
        assert isinstance(right.value, date)
        day, following = right.value, right.value + timedelta(days=1)
        if operator in ("=", "<>"):
            return self.lies(left, Range(day, following), negated != (operator == "<>"))
        bound = following if operator in ("<=", ">") else day
        plain_operator = "<" if operator in ("<=", "<") else ">="
        if negated:
            plain_operator = _OPPOSITE[plain_operator]
        plain = _COMPARISONS[plain_operator](
            this=self.scalar(left), expression=self.bound(left, bound)
        )
        return self._or_missing(plain, (left,)) if negated else plain

    def _one_of(self, item: r.Scalar, options: tuple[r.Scalar, ...], negated: bool) -> exp.Expr:
        value = self.scalar(item)
        texts = all(isinstance(o, r.Constant) and isinstance(o.value, str) for o in options)
        if texts and r.type_of(item) not in (r.TEXT, r.UNKNOWN):
            value = self._as_text(item, value)
        found = exp.In(this=value, expressions=[self.scalar(option) for option in options])
        return self._or_missing(exp.not_(found), (item,)) if negated else found

    def _as_text(self, item: r.Scalar, value: exp.Expr) -> exp.Expr:
        """Any value as it is shown; truths are `true` and `false` everywhere."""
        if r.type_of(item) != r.TRUTH:
            return self.dialect.text(value)
        held = exp.EQ(this=value, expression=self.dialect.truth(True))
        failed = exp.EQ(this=value.copy(), expression=self.dialect.truth(False))
        return exp.Case(
            ifs=[
                exp.If(this=held, true=exp.Literal.string("true")),
                exp.If(this=failed, true=exp.Literal.string("false")),
            ]
        )

    def _match(self, item: r.Scalar, how: str, text: str, negated: bool) -> exp.Expr:
        for special in (_ESCAPE, "%", "_"):
            text = text.replace(special, _ESCAPE + special)
        pattern = exp.Literal.string(f"{'%' if how == 'contains' else ''}{text}%")
        like = exp.Like(this=self.scalar(item), expression=pattern)
        found = exp.Escape(this=like, expression=exp.Literal.string(_ESCAPE))
        return self._or_missing(exp.not_(found), (item,)) if negated else found

    def lies(self, item: r.Scalar, span: Range, negated: bool = False) -> exp.Expr:
        """A half-open range of local days on the raw column."""
        value = self.scalar(item)
        end = self.bound(item, span.end)
        above = None
        if span.start > date.min:
            above = exp.GTE(this=value.copy(), expression=self.bound(item, span.start))
        below = exp.LT(this=value, expression=end)
        if not negated:
            return exp.and_(above, below) if above is not None else below
        outside: list[exp.Expr] = [exp.GTE(this=value.copy(), expression=end.copy())]
        if above is not None:
            low = self.bound(item, span.start)
            outside.insert(0, exp.LT(this=value.copy(), expression=low))
        return self._or_missing(exp.or_(*outside), (item,))

    def bound(self, item: r.Scalar, day: date) -> exp.Expr:
        """The first instant of a local day, in the type and zone of the column."""
        if r.type_of(item) != r.INSTANT:
            return self.dialect.day(day)
        midnight = datetime.combine(day, time.min)
        if isinstance(item, r.Field) and item.kind == "timestamptz":
            local = midnight.replace(tzinfo=ZoneInfo(self.zone or "UTC"))
            return self.dialect.instant(local.astimezone(UTC))
        stored = item.zone if isinstance(item, r.Field) else None
        if stored is not None and stored != self.zone:
            local = midnight.replace(tzinfo=ZoneInfo(self.zone or "UTC"))
            midnight = local.astimezone(ZoneInfo(stored)).replace(tzinfo=None)
        return self.dialect.instant(midnight)

    def _or_missing(self, condition: exp.Expr, items: tuple[r.Scalar, ...]) -> exp.Expr:
        absent = [_is_null(self.scalar(i)) for i in items if not isinstance(i, r.Constant)]
        return exp.paren(exp.or_(condition, *absent)) if absent else condition


def case(condition: exp.Expr, then: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=then)], default=otherwise)


def _is_null(value: exp.Expr) -> exp.Expr:
    return exp.Is(this=value.copy(), expression=exp.null())


def _is_day(node: r.Scalar) -> bool:
    return isinstance(node, r.Constant) and isinstance(node.value, date)
