"""The weights of one group of siblings: direct, points, rest, equal, by comparison, or mixed.

Shares are exact fractions where they are written; nothing is rescaled silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from engine import ahp
from engine.facts import Facts, Problems
from engine.model import key_of
from engine.periods import Calendar, UnknownPeriod
from grammar import Span, suggest
from grammar import syntax as s

Form = Literal["direct", "points", "equal", "comparison", "mixed"]


@dataclass(frozen=True)
class Sibling:
    """One weighted section: its name, where it stands, and its `weight` lines."""

    name: str
    span: Span
    weights: tuple[s.Weight, ...]


@dataclass(frozen=True)
class Group:
    """Siblings with the facts of their parent and the judges that name it."""

    parent: str
    facts: Facts
    siblings: tuple[Sibling, ...]
    judges: tuple[s.JudgeSection, ...] = ()


@dataclass(frozen=True)
class WeightGroup:
    """Shares of 1 by sibling, with the comparison they come from where they do."""

    parent: str
    form: Form
    weights: Mapping[str, Fraction]
    comparison: ahp.Comparison | None = None
    full_mark: Fraction | None = None  # of `points`: what the shares are parts of


def share_out(
    group: Group, day: date, calendar: Calendar, problems: Problems
) -> WeightGroup | None:
    """The weights that hold on a day. None means: reported."""
    form = group.facts.one(s.Weights)
    written = _written(group, day, calendar, problems)
    if form is not None and form.form == "equal":
        return _equal(group, written, problems)
    if form is not None and form.form == "comparison":
        return _compared(group, written, problems)
    return _direct(group, written, problems)


def _written(
    group: Group, day: date, calendar: Calendar, problems: Problems
) -> dict[str, s.Weight]:
    """The weight line of each sibling that holds on the day: the last one not after it."""
    written: dict[str, s.Weight] = {}
    for sibling in group.siblings:
        starts: dict[date, s.Weight] = {}
        for weight in sibling.weights:
            since = start_of(weight.since, calendar, problems)
            first = starts.setdefault(since, weight)
            if first is not weight:
                problems.report("K0701", weight.span, labels=[(first.span, "first")], fact="weight")
        holding = [since for since in starts if since <= day]
        if holding:
            written[sibling.name] = starts[max(holding)]
    return written


def start_of(
    moment: s.DateLiteral | s.PeriodLiteral | None, calendar: Calendar, problems: Problems
) -> date:
    """The first day that `from DATE|PERIOD` means; without it, always."""
    match moment:
        case None:
            return date.min
        case s.DateLiteral(value):
            return value
        case s.PeriodLiteral(text):
            try:
                return calendar.start_of(text)
            except UnknownPeriod as error:
                problems.report("K0708", moment.span, period=text, hint=error.hint)
                return date.min


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
        _wrong_sum(group, written, total, bool(rests), problems)
        return None
    shares = {name: fixed.get(name, 1 - total) for name in written}
    return WeightGroup(group.parent, "direct", shares)


def _wrong_sum(
    group: Group, written: dict[str, s.Weight], total: Fraction, rest: bool, problems: Problems
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


# ── comparison ───────────────────────────────────────────────────────────────────────────────


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
        _wrong_sum(group, written, 1 - left, True, problems)
        return None
    comparison = _solve(group, names, problems)
    if comparison is None:
        return None
    rounded = _rounded(group, comparison.weights)
    shares = {
        each.name: fixed[each.name] if each.name in fixed else left * rounded[each.name]
        for each in group.siblings
    }
    return WeightGroup(group.parent, "mixed" if fixed else "comparison", shares, comparison)


def _solve(group: Group, names: Sequence[str], problems: Problems) -> ahp.Comparison | None:
    written, judgements = _judgements(group, names)
    faulty = False
    for problem in ahp.problems(names, judgements):
        faulty = faulty or problem.is_error
        _report(problem, group, names, written, problems)
    if faulty:
        return None
    method, index = group.facts.one(s.Method), group.facts.one(s.RandomIndex)
    random_index = index.name.text.lower() if index else "alonso_lamata"
    if random_index not in ("alonso_lamata", "saaty", "donegan_dodd"):
        assert index is not None
        known = "alonso_lamata, saaty, donegan_dodd"
        problems.report("K0203", index.name.span, name=index.name.text, known=known)
        return None
    comparison = ahp.compare(
        names,
        judgements,
        method="geometric" if method and method.name == "geometric" else "eigenvector",
        random_index=random_index,  # type: ignore[arg-type]
    )
    return _consistent(group, comparison, written, problems)


def _judgements(group: Group, names: Sequence[str]) -> tuple[list[s.Prefer], list[ahp.Judgement]]:
    """All `prefer` lines: the parent's own, then each judge's."""
    spelled = {key_of(name): name for name in names}
    written: list[s.Prefer] = []
    judgements: list[ahp.Judgement] = []

    def add(prefer: s.Prefer, judge: str, share: float) -> None:
        over, under = (spelled.get(key_of(n.text), n.text) for n in (prefer.over, prefer.under))
        written.append(prefer)
        judgements.append(ahp.Judgement(over, under, float(prefer.strength.value), judge, share))

    for prefer in group.facts.every(s.Prefer):
        add(prefer, "", 1.0)
    for judge in group.judges:
        share = float(judge.share.value) if judge.share else 1.0
        for fact in judge.facts:
            if isinstance(fact, s.Prefer):
                add(fact, judge.name.value, share)
    return written, judgements


_CODES = {
    "self": "K0411",
    "unknown": "K0412",
    "contradiction": "K0413",
    "repeat": "K0414",
    "disconnected": "K0415",
    "not_positive": "K0416",
    "below_one": "K0416",
    "above_nine": "K0417",
}


def _report(
    problem: ahp.Problem,
    group: Group,
    names: Sequence[str],
    written: list[s.Prefer],
    problems: Problems,
) -> None:
    lines = [written[i] for i in problem.judgements]
    span = lines[-1].span if lines else group.facts.section.span
    form = group.facts.one(s.Weights)
    if not lines and form is not None:
        span = form.span
    unknown = ""
    if problem.kind == "unknown":
        wrong = next(n for n in (lines[0].over, lines[0].under) if n.text not in names)
        span, unknown = wrong.span, wrong.text
    problems.report(
        _CODES[problem.kind],
        span,
        labels=[(line.span, "first") for line in lines[:-1]],
        parent=group.parent,
        name=unknown,
        groups="; ".join(", ".join(each) for each in problem.groups),
        hint=_hint(unknown, names),
    )


def _hint(unknown: str, names: Sequence[str]) -> str:
    close = suggest(unknown, names) if unknown else ()
    return f"Did you mean `{close[0]}`? " if close else f"Compared are: {', '.join(names)}. "


def _consistent(
    group: Group, comparison: ahp.Comparison, written: list[s.Prefer], problems: Problems
) -> ahp.Comparison | None:
    """Inconsistency is advice, unless the card says `require consistency`."""
    required = group.facts.one(s.RequireConsistency)
    if comparison.cr is None or comparison.reconsider is None:
        return comparison
    change = comparison.reconsider
    line = next(
        (
            w
            for w in written
            if {key_of(w.over.text), key_of(w.under.text)}
            == {key_of(change.over), key_of(change.under)}
        ),
        written[0],
    )
    data: dict[str, object] = {
        "parent": group.parent,
        "cr": f"{comparison.cr:.2f}",
        "over": change.over,
        "under": change.under,
        "stated": f"{change.stated:g}",
        "suggested": strength(change.suggested),
        "after": f"{change.cr_after:.2f}",
        "index": f"{comparison.ri:.4f}, {comparison.random_index}",
    }
    if required is not None and comparison.cr > float(required.limit.value):
        problems.report("K0408", line.span, data, limit=str(required.limit.value))
        return None
    if comparison.verdict == "revise":
        problems.report("K0407", line.span, data)
    return comparison


def strength(value: float) -> str:
    """A suggested judgement: `4`, or `1/2` where the preference turns round."""
    return f"{value:g}" if value >= 1 else f"1/{round(1 / value):d}"


def _rounded(group: Group, weights: Mapping[str, float]) -> dict[str, Fraction]:
    """To steps of `round weights` by largest remainder, so that they still make 1."""
    step = group.facts.one(s.RoundWeights)
    exact = {name: Fraction(weight) for name, weight in weights.items()}
    total = sum(exact.values())
    exact = {name: share / total for name, share in exact.items()}
    if step is None or step.step.value <= 0:
        return exact
    size = Fraction(step.step.value)
    units = {name: share / size for name, share in exact.items()}
    whole = {name: unit.numerator // unit.denominator for name, unit in units.items()}
    left = round(1 / size) - sum(whole.values())
    by_remainder = sorted(
        units, key=lambda name: (whole[name] - units[name], list(units).index(name))
    )
    for name in by_remainder[:left]:
        whole[name] += 1
    return {name: count * size for name, count in whole.items()}
