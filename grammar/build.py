"""Lark tree -> syntax nodes. A rule without a builder below becomes the class of its name, its
children the fields in their order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lark import Token, Tree

from grammar import literals, names
from grammar import syntax as s
from grammar.diagnostics import Diagnostic
from grammar.source import Source, Span

MAX_DEPTH = 120


class _TooDeep(Exception):
    def __init__(self, span: Span) -> None:
        self.span = span


def build(
    source: Source, tree: Tree[Token], base: int = 0, first: int = 0
) -> tuple[s.Document | None, tuple[Diagnostic, ...]]:
    """The document of a parsed text, with the faults that only values show.

    `base` is where the text stands in the file, if it is a part of it, `first` the earliest place.
    """
    builder = Maker(source, base, first)
    try:
        sections = tuple(_built(builder, child, 0) for child in tree.children)
    except _TooDeep as deep:
        return None, (Diagnostic("K0104", deep.span, {"limit": MAX_DEPTH}),)
    return s.Document(source, sections), tuple(builder.diagnostics)


def _built(builder: Maker, item: Any, depth: int) -> Any:
    if not isinstance(item, Tree):
        return item
    start, end = (-1, -1) if item.meta.empty else (item.meta.start_pos, item.meta.end_pos)
    if depth > MAX_DEPTH:
        raise _TooDeep(builder.span(start, end))
    children = [_built(builder, child, depth + 1) for child in item.children]
    return builder.node(str(item.data), start, end, children)


class Maker:
    """Makes the nodes of a text that begins at `base` in its file, and collects their faults.

    No node begins before `first`, as a header does that was put in place of a shorter word.
    """

    def __init__(self, source: Source, base: int = 0, first: int = 0) -> None:
        self.source = source
        self.base = base
        self.first = first
        self.diagnostics: list[Diagnostic] = []

    def node(self, rule: str, start: int, end: int, children: list[Any]) -> Any:
        """What a rule means whose text goes from `start` to `end`; -1 where nothing is written."""
        choice = _CHOICES.get(rule)
        if choice is not None:
            return choice
        span = self.span(start, end)
        if rule.endswith("_section"):
            span = self._section_span(span, children)
        special = _SPECIAL.get(rule)
        if special is not None:
            return special(self, span, *children)
        return _CLASSES[rule](*children, span=span)

    def _section_span(self, whole: Span, children: list[Any]) -> Span:
        """From the header to the end of the last fact, without the blank lines that follow."""
        last = children[-1] if children else None
        facts = last if isinstance(last, tuple) else ()
        while facts and isinstance(facts[-1], tuple):  # of a changed part: (kind, name, facts)
            facts = facts[-1]
        if facts and isinstance(facts[-1], s.Node):
            return Span(self.source, whole.start, facts[-1].span.end)
        header = self.source.text[whole.start : whole.end].split("\n", maxsplit=1)[0]
        return Span(self.source, whole.start, whole.start + len(header.split("#")[0].rstrip()))

    def span(self, start: int, end: int) -> Span:
        if start < 0:
            start = end = 0
        start, end = self.base + start, self.base + end
        if start < self.first:
            start, end = self.first, max(end, self.first)
        return Span(self.source, start, end)

    def report(self, code: str, span: Span, **data: object) -> None:
        self.diagnostics.append(Diagnostic(code, span, data))


Builder = Callable[..., Any]


def _literal(make: Callable[[Span, str], Any]) -> Builder:
    return lambda builder, span, token: make(span, str(token))


def _date(builder: Maker, span: Span, token: Token) -> s.DateLiteral:
    try:
        value = literals.day(str(token))
    except ValueError:
        builder.report("K0105", span, text=str(token))
        value = literals.day("2000-01-01")
    return s.DateLiteral(value, span=span)


def _money(span: Span, text: str) -> s.Money:
    currency, value = literals.money(text)
    return s.Money(currency, value, span=span)


def _sign(builder: Maker, span: Span, operator: Token, operand: Any) -> Any:
    """A sign before a literal belongs to the literal."""
    minus = literals.operator(str(operator)) == "-"
    match operand:
        case s.Number(value):
            return s.Number(-value if minus else value, span=span)
        case s.Percent(value):
            return s.Percent(-value if minus else value, span=span)
        case s.Money(currency, value):
            return s.Money(currency, -value if minus else value, span=span)
        case s.Quantity(value, unit):
            return s.Quantity(-value if minus else value, unit, span=span)
    return s.Sign("-" if minus else "+", operand, span=span)


def _operation(cls: type) -> Builder:
    return lambda builder, span, left, operator, right: cls(
        left, literals.operator(str(operator)), right, span=span
    )


def _among(negated: bool) -> Builder:
    return lambda builder, span, item, *options: s.Among(item, options, negated, span=span)


def _call(builder: Maker, span: Span, function: s.Path, arguments: Any, *clauses: Any) -> s.Call:
    """A call by the English name of its function; `同比增长率(x)` is a growth over last year."""
    first = function.parts[0]
    yearly = names.english("yearly_growth", first.text)
    if yearly != first.text:
        clauses = (s.Over(s.SamePeriodLastYear(span=first.span), span=first.span), *clauses)
    name = names.english("functions", yearly)
    if name != first.text:
        parts = (s.Name(name, span=first.span), *function.parts[1:])
        function = s.Path(parts, span=function.span)
    return s.Call(function, arguments or (), clauses, span=span)


def _path(builder: Maker, span: Span, *parts: s.Name) -> s.Path:
    """A name without brackets that has a meaning of its own is read by its English name."""
    if len(parts) == 1:
        (name,) = parts
        english = names.english("values", name.text)
        if english != name.text and not name.span.text.startswith("["):
            parts = (s.Name(english, span=name.span),)
    return s.Path(parts, span=span)


def _target_line(role: str) -> Builder:
    def build_line(builder: Maker, span: Span, value: Any, *clauses: Any) -> s.TargetLine:
        said: dict[str, Any] = {}
        for name, part in clauses:
            if name in said:
                builder.report("K0112", span, clause=name)
            said.setdefault(name, part)
        return s.TargetLine(
            role,
            value,
            said.get("where"),
            said.get("from"),
            said.get("split by"),
            "for display" in said,
            span=span,
        )

    return build_line


def _unit(builder: Maker, span: Span, name: s.Name, per: s.Name | None) -> s.Unit:
    one = None if per is None else _in_english("units_per", per)
    return s.Unit(_in_english("units", name), one, "plain", span=span)


def _in_english(kind: str, name: s.Name) -> s.Name:
    return s.Name(names.english(kind, name.text), span=name.span)


def _facts(builder: Maker, span: Span, *facts: Any) -> tuple[Any, ...]:
    return facts


def _rest(cls: type, *fixed: Any) -> Builder:
    """A class whose leading fields are `fixed`."""
    return lambda builder, span, *children: cls(*fixed, *children, span=span)


def _tuple_of(cls: type) -> Builder:
    return lambda builder, span, *children: cls(children, span=span)


def _changed(kind: str) -> Builder:
    return lambda builder, span, name, facts: (kind, name, facts)


_STRENGTHS = {
    "equally": 1,
    "slightly": 2,
    "moderately": 3,
    "strongly": 5,
    "very_strongly": 7,
    "extremely": 9,
}


def _strength(word: str) -> Builder:
    value = literals.number(str(_STRENGTHS[word]))
    return lambda builder, span: s.Strength(value, word, span=span)


# A choice of keywords becomes the word by which the language page knows it.
_CHOICES: dict[str, str] = {
    **{
        word: word
        for word in (
            "day week month quarter half year higher lower neither inverse mirrored direct "
            "percentile zscore minmax best eigenvector geometric "
            "hours days minutes pp periods months"
        ).split()
    },
    "weights_equal": "equal",
    "weights_by_comparison": "comparison",
    "weights_of_total": "total",
    "nearest": "target",
    "points_unit": "points",
    "percent_plain": "plain",
    "percent_as_fraction": "fraction",
    "percent_as_number": "number",
    "when_missing_value": "missing",
    "when_few": "few",
    "when_no_target": "no_target",
}

_SPECIAL: dict[str, Builder] = {
    # names and literals
    "name": _literal(lambda span, text: s.Name(literals.name(text), span=span)),
    "path": _path,
    "text": _literal(lambda span, text: s.Text(text[1:-1], span=span)),
    "number": _literal(lambda span, text: s.Number(literals.number(text), span=span)),
    "percent": _literal(lambda span, text: s.Percent(literals.percent(text), span=span)),
    "money": _literal(_money),
    "measured_number": lambda b, span, number, unit: s.Quantity(number.value, unit, span=span),
    "date_literal": _date,
    "period_literal": _literal(lambda sp, text: s.PeriodLiteral(literals.period(text), span=sp)),
    "yes": lambda b, span: s.Truth(True, span=span),
    "no": lambda b, span: s.Truth(False, span=span),
    "missing": lambda b, span: None,
    # expressions
    "parenthesis": lambda b, span, inner: inner,
    "sign": _sign,
    "arithmetic": _operation(s.Arithmetic),
    "comparison": _operation(s.Comparison),
    "among": _among(False),
    "not_among": _among(True),
    "is_missing": lambda b, span, item: s.IsMissing(item, False, span=span),
    "is_not_missing": lambda b, span, item: s.IsMissing(item, True, span=span),
    "contains": lambda b, span, item, part: s.Matches(item, "contains", part, span=span),
    "starts_with": lambda b, span, item, part: s.Matches(item, "starts_with", part, span=span),
    "or": _tuple_of(s.Or),
    "and": _tuple_of(s.And),
    "arguments": _facts,
    "call": _call,
    "windowed_first": lambda b, span, window, operand: s.Windowed(operand, window, span=span),
    "fiscal_year": lambda b, span, month: s.FiscalYear(_in_english("calendar", month), span=span),
    "weeks_start": lambda b, span, day: s.WeeksStart(_in_english("calendar", day), span=span),
    "clock": _literal(lambda span, text: s.Clock(literals.minutes(text), span=span)),
    "weekdays": lambda b, span, first, last: s.Weekdays(
        _in_english("calendar", first),
        last and _in_english("calendar", last),
        span=span,
    ),
    "last_stretch": lambda b, span, number, unit: s.LastStretch(number, unit, span=span),
    # facts
    "facts": _facts,
    "names": _facts,
    "values_of": _tuple_of(s.ValuesOf),
    "attribute": lambda b, span, name, formula, history, personal: s.Attribute(
        name, formula, bool(history), bool(personal), span=span
    ),
    "belongs_to": lambda b, span, entity, column, history: s.BelongsTo(
        entity, column, bool(history), span=span
    ),
    "from_history": lambda b, span: True,
    "personal": lambda b, span: True,
    "through": lambda b, span, column: s.Until(column, True, span=span),
    "before": lambda b, span, column: s.Until(column, False, span=span),
    "link_by": _rest(s.Link),
    "unit_percent": lambda b, span, form: s.Unit(None, None, form, span=span),
    "unit_ratio": _unit,
    "weights_form": lambda b, span, form: form,
    "share_percent": lambda b, span, share: s.Share("percent", share.value, span=span),
    "share_points": lambda b, span, number: s.Share("points", number.value, span=span),
    "share_rest": lambda b, span: s.Share("rest", None, span=span),
    "strength_number": lambda b, span, number: s.Strength(number.value, None, span=span),
    **{word: _strength(word) for word in _STRENGTHS},
    "method": lambda b, span, name: s.Method(name, span=span),
    "score_of": lambda b, span, card, descendants, how: s.ScoreOf(
        card, descendants, how, span=span
    ),
    "score_average": lambda b, span: None,
    "score_weighted": lambda b, span, kpi: kpi,
    "target": _target_line("target"),
    "floor": _target_line("floor"),
    "stretch": _target_line("stretch"),
    "target_where": lambda b, span, condition: ("where", condition),
    "target_from": lambda b, span, moment: ("from", moment),
    "split_by_days": lambda b, span: ("split by", s.SplitByDays(span=span)),
    "split_by_shares": lambda b, span, *shares: (
        "split by",
        s.SplitByShares(shares, span=span),
    ),
    "for_display": lambda b, span: ("for display", None),
    "curve_linear": lambda b, span: s.Curve("linear", None, None, None, span=span),
    "curve_steps": lambda b, span: s.Curve("steps", None, None, None, span=span),
    "curve_attainment": lambda b, span, form: s.Curve("attainment", form, None, None, span=span),
    "curve_peers": lambda b, span, form, within: s.Curve("peers", form, within, None, span=span),
    "curve_formula": lambda b, span, formula: s.Curve("formula", None, None, formula, span=span),
    "curve_words": lambda b, span: s.Curve("words", None, None, None, span=span),
    "point_value": lambda b, span, value: s.Point("value", value, span=span),
    "point_of_target": lambda b, span, value: s.Point("of_target", value, span=span),
    "point_target": lambda b, span: s.Point("target", None, span=span),
    "point_floor": lambda b, span: s.Point("floor", None, span=span),
    "point_stretch": lambda b, span: s.Point("stretch", None, span=span),
    "at_point": _rest(s.At),
    "from_step": _rest(s.From),
    "upto_step": _rest(s.Upto),
    "otherwise_step": _rest(s.Otherwise),
    "when_missing": lambda b, span, absence, rule: s.WhenMissing(absence, *rule, span=span),
    "absence": lambda b, span, absence: absence,
    "score_instead": lambda b, span, score: ("score", score),
    "missing_rule": lambda b, span, rule: rule,
    "leave_out": lambda b, span: ("leave out", None),
    "no_total": lambda b, span: ("no total", None),
    "as_important": lambda b, span, strength: strength,
    "change_section": lambda b, span, changed: s.ChangeSection(*changed, span=span),
    "remove_section": lambda b, span, removed: s.RemoveSection(*removed, span=span),
    **{
        f"changed_{kind}": _changed(kind)
        for kind in ("measure", "perspective", "rule", "bonus", "penalty", "grade")
    },
    **{
        f"removed_{kind}": (lambda b, span, name, kind=kind: (kind, name))
        for kind in ("measure", "perspective", "rule", "bonus", "penalty", "grade")
    },
}


def _camel(rule: str) -> str:
    return re.sub(r"(?:^|_)(\w)", lambda match: match[1].upper(), rule)


class _ClassTable(dict[str, type]):
    def __missing__(self, rule: str) -> type:
        cls: type = getattr(s, _camel(rule))
        self[rule] = cls
        return cls


_CLASSES = _ClassTable()
