"""Every form of expression on the language page, and the node it becomes."""

from decimal import Decimal
from typing import Any

import pytest

from grammar import Source, parse
from grammar import syntax as s

EXPRESSIONS = [
    ("1_200", "1200"),
    ("8%", "8%"),
    ("CNY 12万", "CNY 120000"),
    ("24 hours", "24 hours"),
    ("2 days", "2 days"),
    ("30 minutes", "30 minutes"),
    ("4 points", "4 points"),
    ("3 pp", "3 pp"),
    ('"East"', '"East"'),
    ("2025-07-01", "2025-07-01"),
    ("yes", "yes"),
    ("store.region", "store.region"),
    ("-x", "Sign(-, x)"),
    ("a + b - 2", "Arithmetic(Arithmetic(a, +, b), -, 2)"),
    ("a + b * -2 / c", "Arithmetic(a, +, Arithmetic(Arithmetic(b, *, -2), /, c))"),
    ("(a + b) * 2", "Arithmetic(Arithmetic(a, +, b), *, 2)"),
    ("a = 1", "Comparison(a, =, 1)"),
    ("a <> b + 1", "Comparison(a, <>, Arithmetic(b, +, 1))"),
    ("a <= 3", "Comparison(a, <=, 3)"),
    ('a in ("x", "y")', 'Among(a, ["x", "y"], no)'),
    ("a not in (1, 2)", "Among(a, [1, 2], yes)"),
    ("a between 1 and 2", "Between(a, 1, 2)"),
    ("a between 1 and 2 and b", "And([Between(a, 1, 2), b])"),
    ("a is missing", "IsMissing(a, no)"),
    ("a is not missing", "IsMissing(a, yes)"),
    ("d in period", "InPeriod(d)"),
    ("hours(a, b in business time)", "Call(hours, [a, b], [InBusinessTime])"),
    ('a contains "x"', 'Matches(a, contains, "x")'),
    ('a starts with "x"', 'Matches(a, starts_with, "x")'),
    ("not a = 1", "Not(Comparison(a, =, 1))"),
    ("a and not b and c", "And([a, Not(b), c])"),
    ("a and (b or c)", "And([a, Or([b, c])])"),
    ("if a then 1 else if b then 2 else 3", "If(a, 1, If(b, 2, 3))"),
    ("sum(d.x)", "Call(sum, [d.x], [])"),
    ("count(d)", "Call(count, [d], [])"),
    ("min(a, b)", "Call(min, [a, b], [])"),
    ("hours(d.a, d.b)", "Call(hours, [d.a, d.b], [])"),
    ("percentile(d.x, 90%)", "Call(percentile, [d.x, 90%], [])"),
    ("sum(d.x where b = no)", "Call(sum, [d.x], [Where(Comparison(b, =, no))])"),
    ("average(d.x weighted by d.w)", "Call(average, [d.x], [WeightedBy(d.w)])"),
    ("sum(last(d.x) per product)", "Call(sum, [Call(last, [d.x], [])], [Per(product)])"),
    (
        "unique(d.e having sum(x) >= 2)",
        "Call(unique, [d.e], [Having(Comparison(Call(sum, [x], []), >=, 2))])",
    ),
    (
        "new(d.e where a = 1 anywhere)",
        "Call(new, [d.e], [Where(Comparison(a, =, 1)), Anywhere])",
    ),
    ("lost(d.e over 2 periods ago)", "Call(lost, [d.e], [Over(PeriodsAgo(2))])"),
    (
        "growth(x over same period last year allow partial base)",
        "Call(growth, [x], [Over(SamePeriodLastYear), AllowPartialBase])",
    ),
    ("peer_best(x within region pooled)", "Call(peer_best, [x], [Within(region), Pooled])"),
    (
        "top_share(20%, sum(d.x) per customer)",
        "Call(top_share, [20%, Call(sum, [d.x], [])], [Per(customer)])",
    ),
    ("trend(x over last 4 periods)", "Call(trend, [x], [Over(LastStretch(4, periods))])"),
    ("x for previous period", "Windowed(x, PreviousPeriod)"),
    ("x for same period last year", "Windowed(x, SamePeriodLastYear)"),
    ("sum(d.x) for 3 periods ago", "Windowed(Call(sum, [d.x], []), PeriodsAgo(3))"),
    ("(a + b) for last 6 months", "Windowed(Arithmetic(a, +, b), LastStretch(6, months))"),
    ("x for last 30 days", "Windowed(x, LastStretch(30, days))"),
    ("x for year to date", "Windowed(x, YearToDate)"),
    ("x for all time", "Windowed(x, AllTime)"),
    (
        "x for last 2 periods for previous period",
        "Windowed(Windowed(x, LastStretch(2, periods)), PreviousPeriod)",
    ),
    ("a / b for previous period", "Arithmetic(a, /, Windowed(b, PreviousPeriod))"),
    ("x at company", "AtEntity(x, company)"),
    ("score of financial < 60", "Comparison(PartScore(financial), <, 60)"),
]


def show(item: Any) -> str:
    """A node in one line."""
    match item:
        case None:
            return "-"
        case bool(truth) | s.Truth(truth):
            return "yes" if truth else "no"
        case s.Name(text) | s.PeriodLiteral(text) | str(text):
            return text
        case s.Path(parts):
            return ".".join(part.text for part in parts)
        case s.Text(text):
            return f'"{text}"'
        case s.Clock(minutes):
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case Decimal() | s.Number(Decimal()):
            number = item if isinstance(item, Decimal) else item.value
            return f"{number.normalize():f}"
        case s.Percent(value):
            return f"{show(value * 100)}%"
        case s.Money(currency, value):
            return f"{currency} {show(value)}"
        case s.Quantity(value, unit):
            return f"{show(value)} {unit}"
        case s.DateLiteral(day):
            return day.isoformat()
        case s.Unit(None, None, form):
            return "percent" if form == "plain" else f"percent {form}"
        case s.Unit(name, per, _):
            return show(name) if per is None else f"{show(name)} per {show(per)}"
        case tuple():
            return f"[{', '.join(map(show, item))}]"
    assert isinstance(item, s.Node), item
    fields = [f for f in item.__dataclass_fields__ if f not in ("span", "facts")]
    shown = ", ".join(show(getattr(item, f)) for f in fields)
    return f"{type(item).__name__}({shown})" if fields else type(item).__name__


def expression(text: str) -> s.Expression:
    """The node of a formula."""
    parsed = parse(Source("a.scorecard", f"kpi k\n  formula {text}\n"))
    assert parsed.diagnostics == ()
    assert parsed.document is not None
    (section,) = parsed.document.sections
    assert isinstance(section, s.KpiSection)
    (formula,) = section.facts
    assert isinstance(formula, s.Formula)
    return formula.expression


@pytest.mark.parametrize(("text", "node"), EXPRESSIONS)
def test_expression(text: str, node: str) -> None:
    assert show(expression(text)) == node
