"""The weights of one group of siblings: direct, points, rest, equal, by comparison, or mixed.

Shares are exact fractions where they are written; nothing is rescaled silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from engine import ahp
from engine.comparisons import Group, rounded, solve
from engine.facts import Problems, header_line
from engine.mends import in_place_of, without_repeat
from engine.periods import Calendar, UnknownPeriod
from grammar import syntax as s

Form = Literal["direct", "points", "equal", "total", "comparison", "mixed"]


@dataclass(frozen=True)
class WeightGroup:
    """Shares by sibling, of the group or (`total`) of the card, with the comparison they come from
    where they do."""

    parent: str
    form: Form
    weights: Mapping[str, Fraction]
    comparison: ahp.Comparison | None = None
    full_mark: Fraction | None = None  # of `points`: what the shares are parts of

    def share(self, sibling: str) -> Fraction:
        """The part of the group, whatever the shares are of."""
        whole = sum(self.weights.values(), Fraction(0))
        return self.weights.get(sibling, Fraction(0)) / whole if whole else Fraction(0)


def share_out(
    group: Group, day: date, calendar: Calendar, problems: Problems
) -> WeightGroup | None:
    """The weights that hold on a day. None means: reported."""
    form = group.facts.one(s.Weights)
    written = weights_on(group, day, calendar, problems)
    if form is not None and form.form == "comparison":
        return _compared(group, written, problems)
    _refuse_comparison(group, problems)
    if form is not None and form.form == "equal":
        return _equal(group, written, problems)
    found = _direct(group, written, problems)
    of_total = form is not None and form.form == "total"
    return replace(found, form="total") if found is not None and of_total else found


def _refuse_comparison(group: Group, problems: Problems) -> None:
    """Judgements, and how to solve them, say nothing where nothing is compared."""
    kinds = (s.Prefer, s.Method, s.RandomIndex, s.RoundWeights)
    lines = [fact for fact in group.facts.all if isinstance(fact, kinds)]
    for node in (*lines, *group.judges):
        problems.report("K0421", header_line(node), parent=group.parent)


def weights_on(
    group: Group, day: date, calendar: Calendar, problems: Problems
) -> dict[str, s.Weight]:
    """The weight line of each sibling that holds on the day: the last one not after it."""
    written: dict[str, s.Weight] = {}
    for sibling in group.siblings:
        starts: dict[date, s.Weight] = {}
        unclear: list[s.Weight] = []
        for weight in sibling.weights:
            since = start_of(weight.since, calendar, problems)
            if since is None:
                unclear.append(weight)
                continue
            first = starts.setdefault(since, weight)
            if first is not weight:
                problems.report(
                    "K0701",
                    weight.span,
                    labels=[(first.span, "first")],
                    fixes=without_repeat(first, weight),
                    fact="weight",
                )
        if unclear and not starts:  # reported: that there is no weight would only follow
            starts[date.min] = unclear[0]
        holding = [since for since in starts if since <= day]
        if holding:
            written[sibling.name] = starts[max(holding)]
    return written


def in_unknown_order(facts: Iterable[s.Node], calendar: Calendar) -> bool:
    """Whether some lines begin on a day and others with a period whose days are not known."""
    since = {type(getattr(fact, "since", None)) for fact in facts} - {type(None)}
    return calendar.assumed and len(since) > 1


def start_of(
    moment: s.DateLiteral | s.PeriodLiteral | None, calendar: Calendar, problems: Problems
) -> date | None:
    """The first day that `from DATE|PERIOD` means; without it, always. None means: reported."""
    match moment:
        case None:
            return date.min
        case s.DateLiteral(value):
            return value
        case s.PeriodLiteral(text):
            try:
                return calendar.start_of(text)
            except UnknownPeriod as error:
                fixes = in_place_of(moment.span, error.meant)
                problems.report("K0708", moment.span, fixes=fixes, period=text, hint=error.hint)
                return None


def _equal(group: Group, written: dict[str, s.Weight], problems: Problems) -> WeightGroup | None:
    if written:
        first = next(iter(written.values()))
        problems.report("K0402", first.span, parent=group.parent)
        return None
    share = Fraction(1, len(group.siblings))
    return WeightGroup(group.parent, "equal", {each.name: share for each in group.siblings})


def _direct(group: Group, written: dict[str, s.Weight], problems: Problems) -> WeightGroup | None:
    absent = [each for each in group.siblings if each.name not in written]
    for sibling in absent:
        problems.report("K0403", sibling.span, name=sibling.name, parent=group.parent)
    if absent:
        return None
    forms = {weight.share.form for weight in written.values()}
    if "points" in forms:
        return _points(group, written, forms, problems)
    return _percents(group, written, problems)


def _points(
    group: Group, written: dict[str, s.Weight], forms: set[str], problems: Problems
) -> WeightGroup | None:
    if len(forms) > 1:
        odd = next(w for w in written.values() if w.share.form != "points")
        problems.report("K0404", odd.share.span, parent=group.parent)
        return None
    marks = {name: Fraction(w.share.value or 0) for name, w in written.items()}
    total = sum(marks.values(), Fraction(0))
    if total <= 0 or any(mark < 0 for mark in marks.values()):
        problems.report("K0405", next(iter(written.values())).share.span, parent=group.parent)
        return None
    shares = {name: mark / total for name, mark in marks.items()}
    return WeightGroup(group.parent, "points", shares, full_mark=total)


def _percents(group: Group, written: dict[str, s.Weight], problems: Problems) -> WeightGroup | None:
    """Percents must make exactly 100 %; one `rest` takes what they leave."""
    rests = [w for w in written.values() if w.share.form == "rest"]
    fixed = {n: Fraction(w.share.value) for n, w in written.items() if w.share.value is not None}
    total = sum(fixed.values(), Fraction(0))
    if len(rests) > 1:
        problems.report(
            "K0406",
            rests[1].share.span,
            labels=[(rests[0].share.span, "first")],
            parent=group.parent,
        )
        return None
    if any(share < 0 for share in fixed.values()):
        problems.report("K0405", next(iter(written.values())).share.span, parent=group.parent)
        return None
    exact = total < 1 if rests else total == 1
    if not exact:
        _wrong_sum(group, written, total, problems)
        return None
    shares = {name: fixed.get(name, 1 - total) for name in written}
    return WeightGroup(group.parent, "direct", shares)


def _wrong_sum(
    group: Group, written: dict[str, s.Weight], total: Fraction, problems: Problems
) -> None:
    (first_name, first), *others = written.items()
    gap = abs(1 - total)
    problems.report(
        "K0401",
        first.share.span,
        labels=[(weight.share.span, name) for name, weight in others],
        parent=group.parent,
        total=percent(total),
        gap=f"{percent(gap)} too {'much' if total > 1 else 'little'}" if gap else "nothing is left",
        first=first_name,
    )


def percent(share: Fraction | Decimal) -> str:
    """`37.5%`, at most six decimals."""
    text = f"{float(share) * 100:.6f}".rstrip("0").rstrip(".")
    return f"{text}%"


def _compared(group: Group, written: dict[str, s.Weight], problems: Problems) -> WeightGroup | None:
    """Weights by pairwise comparison; siblings with a percent keep it, the rest is compared."""
    fixed: dict[str, Fraction] = {}
    for name, weight in written.items():
        if weight.share.form != "percent" or weight.share.value is None:
            problems.report("K0402", weight.span, parent=group.parent)
            return None
        fixed[name] = Fraction(weight.share.value)
    names = [each.name for each in group.siblings if each.name not in fixed]
    left = 1 - sum(fixed.values(), Fraction(0))
    if fixed and (left < 0 or (left == 0) != (not names)):
        _wrong_sum(group, written, 1 - left, problems)
        return None
    if not names:
        problems.report("K0420", next(iter(written.values())).span, parent=group.parent)
        return None
    comparison = solve(group, names, problems)
    if comparison is None:
        return None
    compared = rounded(group, comparison.weights, left, problems)
    if compared is None:
        return None
    shares = {
        each.name: fixed[each.name] if each.name in fixed else compared[each.name]
        for each in group.siblings
    }
    return WeightGroup(group.parent, "mixed" if fixed else "comparison", shares, comparison)
