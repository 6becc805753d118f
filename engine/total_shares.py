"""Weights that are shares of the whole card (财务 40% = 25% + 15%): `weights of total`.

They are usual in China, and so is writing them without that line: such a card is recognised by what
the measures of its perspectives add up to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from engine.comparisons import Group, Sibling
from engine.facts import Problems, header_line
from engine.mends import added, below
from engine.periods import Calendar
from engine.weights import WeightGroup, percent, share_out, weights_on
from grammar import Edit, Fix, Span
from grammar import syntax as s
from grammar.phrases import Said

Dealt = tuple[WeightGroup | None, list[WeightGroup | None]]


def is_of_total(card: Group) -> bool:
    """Whether the card itself says `weights of total`."""
    return any(line.form == "total" for line in card.facts.every(s.Weights))


def share_out_total(
    card: Group, branches: Sequence[Group], day: date, calendar: Calendar, problems: Problems
) -> Dealt:
    """The weights of the perspectives (None on a card without), and of each branch's measures,
    all as shares of the card. `card` has the perspectives as siblings, if any."""
    measures = tuple(each for branch in branches for each in branch.siblings)
    if not measures:
        return None, []
    for branch in branches:
        if branch.facts is not card.facts:
            _refuse_own_form(branch, problems)
    whole = share_out(replace(card, siblings=measures), day, calendar, problems)
    if whole is None:
        return None, [None for _ in branches]
    groups = [
        replace(whole, parent=each.parent, weights=_part(whole, each.siblings)) for each in branches
    ]
    if not card.siblings:
        return None, [*groups]
    sums = {each.parent: sum(each.weights.values(), Fraction(0)) for each in groups}
    perspectives = {each.name: sums.get(each.name, Fraction(0)) for each in card.siblings}
    stated = weights_on(card, day, calendar, problems)
    _compare_stated(perspectives, stated, whole.full_mark, problems)
    return replace(whole, weights=perspectives), [*groups]


def _part(whole: WeightGroup, siblings: Sequence[Sibling]) -> dict[str, Fraction]:
    return {each.name: whole.weights[each.name] for each in siblings}


def _refuse_own_form(branch: Group, problems: Problems) -> None:
    """A perspective deals nothing out where the card does."""
    kinds = (s.Weights, s.Prefer, s.Method, s.RandomIndex, s.RoundWeights)
    lines = [fact for fact in branch.facts.all if isinstance(fact, kinds)]
    for node in (*lines, *branch.judges):
        problems.report("K0425", header_line(node), parent=branch.parent)


def refuse_in_perspective(branch: Group, problems: Problems) -> None:
    """`weights of total` is about a whole card, not about one of its perspectives."""
    for line in branch.facts.every(s.Weights):
        if line.form == "total":
            problems.report("K0426", line.span, parent=branch.parent)


def _compare_stated(
    sums: Mapping[str, Fraction],
    stated: Mapping[str, s.Weight],
    full_mark: Fraction | None,
    problems: Problems,
) -> None:
    """A perspective may state its weight, as a check of what its measures add up to."""
    for name, weight in stated.items():
        if weight.share.value is None:
            continue
        points = weight.share.form == "points"
        whole = full_mark if points and full_mark else Fraction(1)
        if sums[name] * whole != Fraction(weight.share.value):
            problems.report(
                "K0424",
                weight.share.span,
                name=name,
                stated=weight.share.span.text,
                total=_amount(sums[name] * whole, "points" if points else "percent"),
            )


# ── recognised without the line ──────────────────────────────────────────────────────────────────


def looks_like_total(
    card: Group, branches: Sequence[Group], day: date, calendar: Calendar, problems: Problems
) -> bool:
    """Report weights that are shares of the whole card where the card does not say so: all of
    them make 100 %, or those of each perspective make the weight of that perspective."""
    if len(card.siblings) < 2 or any(_has_form(group) for group in (card, *branches)):
        return False
    if any(branch.facts is card.facts for branch in branches):  # measures above the perspectives
        return False
    quiet = Problems()
    perspectives = weights_on(card, day, calendar, quiet)
    measures = [weights_on(branch, day, calendar, quiet) for branch in branches]
    if any(len(w) < len(b.siblings) or not w for w, b in zip(measures, branches, strict=True)):
        return False
    written = [weight for each in measures for weight in each.values()]
    form = _only_form(written)
    if form is None or _only_form(list(perspectives.values())) not in (None, form):
        return False
    sums = {b.parent: _sum(w) for b, w in zip(branches, measures, strict=True)}
    total = sum(sums.values(), Fraction(0))
    if not _is_global(form, sums, total, perspectives):
        return False
    fixes = added("weights of total", card.facts.section)
    if form == "percent":
        fixes += _converted(card, branches, sums)
    first, *others = written
    problems.report(
        "K0423",
        first.share.span,
        labels=[(weight.share.span, "part of the whole card") for weight in others],
        fixes=fixes,
        parent=card.parent,
        parts=_listed(sums, form),
        total=_amount(total, form),
    )
    return True


def _has_form(group: Group) -> bool:
    return bool(group.judges) or any(isinstance(f, s.Weights | s.Prefer) for f in group.facts.all)


def _only_form(weights: Sequence[s.Weight]) -> str | None:
    """percent or points, if all are of it."""
    forms = {weight.share.form for weight in weights}
    found = forms.pop() if len(forms) == 1 else None
    return found if found in ("percent", "points") else None


def _sum(weights: Mapping[str, s.Weight]) -> Fraction:
    return sum((Fraction(w.share.value or 0) for w in weights.values()), Fraction(0))


def _is_global(
    form: str,
    sums: Mapping[str, Fraction],
    total: Fraction,
    perspectives: Mapping[str, s.Weight],
) -> bool:
    """Points add up to anything; without a weight of their perspectives they are global."""
    if form == "points":
        return not perspectives and total > 0
    if all(share == 1 for share in sums.values()) or any(share <= 0 for share in sums.values()):
        return False
    stated = {name: Fraction(w.share.value or 0) for name, w in perspectives.items()}
    return total == 1 or stated == sums


def _converted(
    card: Group, branches: Sequence[Group], sums: Mapping[str, Fraction]
) -> tuple[Fix, ...]:
    """The same shares within each perspective; none where they are no short decimals, or dated."""
    edits: list[Edit] = []
    siblings = [(card, each, sums[each.name]) for each in card.siblings if each.name in sums]
    for branch in branches:
        for each in branch.siblings:
            value = each.weights[0].share.value if each.weights else None
            siblings.append((branch, each, Fraction(value or 0) / sums[branch.parent]))
    for group, sibling, share in siblings:
        text = percent(share)
        if Fraction(text.rstrip("%")) / 100 != share or len(sibling.weights) > 1:
            return ()
        if sibling.weights:
            edits.append(Edit(sibling.weights[0].share.span, text))
        elif group is card:
            edits.extend(_weight_below(sibling, text))
    return (Fix("write each weight as a share of its perspective", tuple(edits)),)


def _weight_below(perspective: Sibling, text: str) -> Iterator[Edit]:
    for fix in below(f"weight {text}", _line_of(perspective.span), indent="  "):
        yield from fix.edits


def _line_of(name: Span) -> Span:
    """A name's line up to its end, whatever follows the name there."""
    end = name.source.text.find("\n", name.end)
    return Span(name.source, name.start, len(name.source.text) if end < 0 else end)


def _amount(share: Fraction, form: str) -> Said:
    if form == "percent":
        return Said(percent(share), percent(share))
    return Said(f"{float(share):g} points", f"{float(share):g} 分")


def _listed(shares: Mapping[str, Fraction], form: str) -> Said:
    amounts = {name: _amount(share, form) for name, share in shares.items()}
    english = (f"{name} {amount.en}" for name, amount in amounts.items())
    chinese = (f"{name} {amount.zh}" for name, amount in amounts.items())
    return Said(", ".join(english), "、".join(chinese))
