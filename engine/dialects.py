"""What databases spell differently: one small class per dialect, only what the portable core lacks.

Everything returns sqlglot nodes; sqlglot's own translation of dates is never relied on.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlglot import exp

from engine.errors import Unsupported


class Dialect:
    """The portable form: typed literals, dates as dates."""

    name = "duckdb"

    def day(self, value: date) -> exp.Expr:
        return _cast(exp.Literal.string(value.isoformat()), "DATE")

    def instant(self, value: datetime) -> exp.Expr:
        """A naive timestamp, or an instant where the value carries a zone."""
        kind = "TIMESTAMP" if value.tzinfo is None else "TIMESTAMPTZ"
        return _cast(exp.Literal.string(value.isoformat(sep=" ")), kind)

    def truth(self, value: bool) -> exp.Expr:
        return exp.true() if value else exp.false()

    def number(self, value: exp.Expr) -> exp.Expr:
        """A double, so that division and averages are the same everywhere."""
        return _cast(value, "DOUBLE")

    def text(self, value: exp.Expr) -> exp.Expr:
        return _cast(value, "VARCHAR")

    def local_day(self, value: exp.Expr) -> exp.Expr:
        """The day of a timestamp that is local time."""
        return _cast(value, "DATE")

    def zoned(self, value: exp.Expr, zone: str) -> exp.Expr:
        """The instant of a naive timestamp that is time of `zone`."""
        return exp.AtTimeZone(this=value, zone=exp.Literal.string(zone))

    def local(self, value: exp.Expr, zone: str) -> exp.Expr:
        """The naive time in `zone` of an instant."""
        return exp.AtTimeZone(this=value, zone=exp.Literal.string(zone))

    def next_day(self, value: exp.Expr) -> exp.Expr:
        """The day after a DATE."""
        return exp.Add(this=_cast(value, "DATE"), expression=number("1"))

    def days_between(self, start: exp.Expr, end: exp.Expr) -> exp.Expr:
        """Whole days from one DATE to another."""
        return call("DATE_DIFF", exp.Literal.string("day"), start, end)

    def hours_between(self, start: exp.Expr, end: exp.Expr) -> exp.Expr:
        """Elapsed hours from one timestamp to another, to the microsecond."""
        elapsed = exp.paren(exp.Sub(this=call("EPOCH_US", end), expression=call("EPOCH_US", start)))
        return exp.Div(this=self.number(elapsed), expression=number("3600000000.0"))

    def clock(self, value: exp.Expr) -> exp.Expr:
        """Microseconds since midnight of a timestamp that is local time."""
        whole = call("EPOCH_US", _cast(value, "TIMESTAMP"))
        day = call("EPOCH_US", _cast(_cast(value.copy(), "DATE"), "TIMESTAMP"))
        return exp.paren(exp.Sub(this=whole, expression=day))

    def midnight(self, value: exp.Expr) -> exp.Expr:
        """A DATE as the timestamp at its start."""
        return _cast(value, "TIMESTAMP")


class Sqlite(Dialect):
    """Dates and timestamps are ISO text; there is no DATE type to cast to."""

    name = "sqlite"

    def day(self, value: date) -> exp.Expr:
        return exp.Literal.string(value.isoformat())

    def instant(self, value: datetime) -> exp.Expr:
        if value.tzinfo is None and value.time() == datetime.min.time():
            return exp.Literal.string(value.date().isoformat())
        return exp.Literal.string(value.isoformat(sep=" "))

    def truth(self, value: bool) -> exp.Expr:
        return number("1" if value else "0")

    def number(self, value: exp.Expr) -> exp.Expr:
        return _cast(value, "REAL")

    def text(self, value: exp.Expr) -> exp.Expr:
        return _cast(value, "TEXT")

    def local_day(self, value: exp.Expr) -> exp.Expr:
        return call("DATE", value)

    def next_day(self, value: exp.Expr) -> exp.Expr:
        return call("DATE", value, exp.Literal.string("+1 day"))

    def zoned(self, value: exp.Expr, zone: str) -> exp.Expr:
        raise Unsupported(f"SQLite cannot convert {value.sql()} to {zone}")

    def local(self, value: exp.Expr, zone: str) -> exp.Expr:
        raise Unsupported(f"SQLite cannot convert {value.sql()} to {zone}")

    def days_between(self, start: exp.Expr, end: exp.Expr) -> exp.Expr:
        days = [call("JULIANDAY", call("DATE", each)) for each in (end, start)]
        return _cast(exp.paren(exp.Sub(this=days[0], expression=days[1])), "INTEGER")

    def hours_between(self, start: exp.Expr, end: exp.Expr) -> exp.Expr:
        both = exp.Sub(this=self._microseconds(end), expression=self._microseconds(start))
        return exp.Div(this=self.number(exp.paren(both)), expression=number("3600000000.0"))

    def clock(self, value: exp.Expr) -> exp.Expr:
        """`2025-07-01 09:30:00.25`, digit by digit; what is not written is 0."""
        parts = [(12, 2, 3_600_000_000), (15, 2, 60_000_000), (18, 2, 1_000_000)]
        whole: exp.Expr | None = None
        for start, count, size in parts:
            digits = call("SUBSTR", value.copy(), number(str(start)), number(str(count)))
            part = exp.Mul(this=_cast(digits, "INTEGER"), expression=number(str(size)))
            whole = part if whole is None else exp.Add(this=whole, expression=part)
        digits = call("SUBSTR", value.copy(), number("21"), number("6"))
        padded = exp.DPipe(this=digits, expression=exp.Literal.string("000000"))
        fraction = _cast(call("SUBSTR", padded, number("1"), number("6")), "INTEGER")
        return exp.paren(exp.Add(this=whole, expression=fraction))

    def midnight(self, value: exp.Expr) -> exp.Expr:
        return value

    def _microseconds(self, value: exp.Expr) -> exp.Expr:
        """Microseconds since 1970: a whole number, which no difference makes less exact."""
        # STRFTIME rounds 23:59:59.999999 up to the next second: it is given whole seconds only.
        second = call("SUBSTR", value, number("1"), number("19"))
        whole = _cast(call("STRFTIME", exp.Literal.string("%s"), second), "INTEGER")
        dot = call("INSTR", value.copy(), exp.Literal.string("."))
        digits = call("SUBSTR", value.copy(), dot)
        fraction = exp.Case(
            ifs=[
                exp.If(
                    this=exp.GT(this=dot.copy(), expression=number("0")),
                    true=_cast(call("SUBSTR", digits, number("1"), number("7")), "REAL"),
                )
            ],
            default=number("0"),
        )
        million = number("1000000")
        rest = _cast(call("ROUND", exp.Mul(this=fraction, expression=million.copy())), "INTEGER")
        seconds = exp.Mul(this=whole, expression=million)
        return exp.paren(exp.Add(this=seconds, expression=rest))


_DIALECTS: dict[str, Dialect] = {"duckdb": Dialect(), "sqlite": Sqlite()}


def known() -> tuple[str, ...]:
    """The databases that SQL can be written for."""
    return tuple(_DIALECTS)


def dialect(name: str) -> Dialect:
    """Raises KeyError for a database whose spelling is not known."""
    return _DIALECTS[name]


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function printed exactly as named."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def number(text: str) -> exp.Expr:
    return exp.Literal.number(text)


def _cast(value: exp.Expr, kind: str) -> exp.Expr:
    return exp.Cast(this=value, to=exp.DataType.build(kind, dialect="duckdb"))
