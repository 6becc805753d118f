"""`curve peers` as written, with `mean` and `spread`, checked against `better`."""

from __future__ import annotations

from engine.card import Curve, PeerScale
from engine.facts import Facts, Problems
from engine.literals import score_of
from engine.mends import Fixes, below
from engine.model import Kpi
from grammar import Edit, Fix
from grammar import syntax as s

_USUAL = {"mean": "mean 75", "spread": "spread 10"}
"""What a fix offers."""


def read_peers(
    facts: Facts, line: s.Curve, kpi: Kpi, name: str, problems: Problems
) -> Curve | None:
    """None means: reported."""
    assert line.form is not None
    assert line.within is not None
    if kpi.better not in ("higher", "lower"):
        better = kpi.better or "(not said)"
        problems.report("K0535", line.span, measure=name, better=better)
        return None
    if line.form != "zscore":
        return Curve("peers", line.form, peers=PeerScale(line.within))
    mean, spread = facts.one(s.Mean), facts.one(s.Spread)
    if mean is None or spread is None:
        lacking = [w for w, fact in (("mean", mean), ("spread", spread)) if fact is None]
        missing = " and ".join(f"`{word}`" for word in lacking)
        fixes = _with_scale(line, lacking)
        problems.report("K0533", line.span, fixes=fixes, measure=name, missing=missing)
        return None
    points = score_of(spread.value, problems)
    if points <= 0:
        problems.report("K0534", spread.span, measure=name, found=spread.value.span.text)
        return None
    scale = PeerScale(line.within, score_of(mean.value, problems), points)
    return Curve("peers", "zscore", peers=scale)


def refuse_scale(facts: Facts, line: s.Curve | None, name: str, problems: Problems) -> None:
    """`mean` and `spread` are the scale of a zscore, and of nothing else."""
    if line is not None and (line.shape, line.form) == ("peers", "zscore"):
        return
    for fact in (*facts.every(s.Mean), *facts.every(s.Spread)):
        word = fact.span.text.split()[0]
        problems.report("K0536", fact.span, measure=name, line=word)


def _with_scale(line: s.Curve, lacking: list[str]) -> Fixes:
    """The lines that a zscore lacks, below it."""
    edits = [fix.edits[0] for word in lacking for fix in below(_USUAL[word], line.span)]
    text = "".join(each.text for each in edits)
    written = "; ".join(each.text.strip() for each in edits)
    return (Fix(f"add `{written}`", (Edit(edits[0].span, text),)),)
