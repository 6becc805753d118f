"""Pairwise comparison of siblings: `prefer` lines and judges -> weights, with advice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine import ahp
from engine.facts import Facts, Problems
from engine.mends import Fixes, renamed, without
from engine.model import key_of
from grammar import Span, suggest
from grammar import syntax as s
from grammar.suggest import quoted


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
    required: s.RequireConsistency | None = None


def solve(group: Group, names: Sequence[str], problems: Problems) -> ahp.Comparison | None:
    """The comparison of the named siblings; None where its judgements are at fault (reported)."""
    written, judgements = _judgements(group, names, problems)
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
        known = quoted(("alonso_lamata", "saaty", "donegan_dodd"))
        problems.report("K0203", index.name.span, name=index.name.text, known=known)
        return None
    comparison = ahp.compare(
        names,
        judgements,
        method="geometric" if method and method.name == "geometric" else "eigenvector",
        random_index=random_index,  # type: ignore[arg-type]
    )
    return _consistent(group, comparison, written, problems)


def _judgements(
    group: Group, names: Sequence[str], problems: Problems
) -> tuple[list[s.Prefer], list[ahp.Judgement]]:
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
        if judge.share is not None and share <= 0:
            problems.report("K0418", judge.share.span, judge=judge.name.value)
            continue
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
    fixes: Fixes = ()
    if problem.kind == "unknown":
        known = {key_of(name) for name in names}
        wrong = next(n for n in (lines[0].over, lines[0].under) if key_of(n.text) not in known)
        span, unknown = wrong.span, wrong.text
        fixes = renamed(span, names)
    elif problem.kind == "repeat":
        fixes = without(span)
    problems.report(
        _CODES[problem.kind],
        span,
        labels=[(line.span, "first") for line in lines[:-1]],
        fixes=fixes,
        parent=group.parent,
        name=unknown,
        groups="; ".join(map(quoted, problem.groups)),
        hint=_hint(unknown, names),
    )


def _hint(unknown: str, names: Sequence[str]) -> str:
    close = suggest(unknown, names) if unknown else ()
    return f"Did you mean `{close[0]}`? " if close else f"Compared are: {quoted(names)}. "


def _consistent(
    group: Group, comparison: ahp.Comparison, written: list[s.Prefer], problems: Problems
) -> ahp.Comparison | None:
    """Inconsistency is advice, unless the card says `require consistency`."""
    if comparison.cr is None:
        return comparison
    limit = group.required.limit.value if group.required is not None else None
    too_much = limit is not None and comparison.cr > float(limit)
    if not too_much and comparison.verdict != "revise":
        return comparison
    change = comparison.reconsider
    problems.report(
        "K0408" if too_much else "K0407",
        (_line_of(change, group, written) if change else written[0]).span,
        parent=group.parent,
        cr=f"{comparison.cr:.2f}",
        limit=str(limit),
        index=f"{comparison.ri:.4f}, {comparison.random_index}",
        advice=_advice(change),
    )
    return None if too_much else comparison


def _advice(change: ahp.Reconsider | None) -> str:
    if change is None:
        return "No single judgement stands out: review all of them."
    return (
        f"Review this one first: `{change.over}` over `{change.under}` is {change.stated:g}; "
        f"{strength(change.suggested)} brings CR to {change.cr_after:.2f}."
    )


def _line_of(change: ahp.Reconsider, group: Group, written: list[s.Prefer]) -> s.Prefer:
    """The judgement to reconsider, of the judge who wrote it."""
    pair = {key_of(change.over), key_of(change.under)}
    judged = [
        fact for judge in group.judges if judge.name.value == change.judge for fact in judge.facts
    ]
    candidates = [w for w in written if {key_of(w.over.text), key_of(w.under.text)} == pair]
    own = [w for w in candidates if any(w is fact for fact in judged)]
    return (own or candidates or written)[0]


def strength(value: float) -> str:
    """A suggested judgement: `4`, or `1/2` where the preference turns round."""
    return f"{value:g}" if value >= 1 else f"1/{round(1 / value):d}"


def rounded(
    group: Group, weights: Mapping[str, float], whole: Fraction, problems: Problems
) -> dict[str, Fraction] | None:
    """The share of each compared sibling in `whole`, the part that no percent takes; to steps of
    `round weights` by largest remainder, so that they still make the whole."""
    line = group.facts.one(s.RoundWeights)
    exact = {name: Fraction(weight) for name, weight in weights.items()}
    total = sum(exact.values())
    exact = {name: whole * share / total for name, share in exact.items()}
    if line is None:
        return exact
    step = Fraction(line.step.value)
    if step <= 0 or (whole / step).denominator != 1:
        problems.report("K0409", line.step.span, step=line.step.span.text, whole=_percent(whole))
        return None
    units = {name: share / step for name, share in exact.items()}
    seats = {name: unit.numerator // unit.denominator for name, unit in units.items()}
    left = int(whole / step) - sum(seats.values())
    by_remainder = sorted(units, key=lambda name: seats[name] - units[name])  # stable: first wins
    for name in by_remainder[:left]:
        seats[name] += 1
    return {name: count * step for name, count in seats.items()}


def _percent(share: Fraction) -> str:
    return f"{float(share) * 100:g}%"
