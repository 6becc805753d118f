"""What is said of a value beside its figure: the formula of its curve, and a longer window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.formula_inputs import formula_inputs
from engine.printed import plain
from engine.sheet import MeasureScores
from grammar.phrases import phrase

Say = Callable[..., str]


def by_formula(scores: MeasureScores, place: int, say: Say, language: str) -> Iterator[str]:
    """The formula of the curve, and what was put in."""
    inputs = [
        say("input", name=phrase("node", called, language), number=plain(amount, 6))
        for called, amount in formula_inputs(scores, place)
    ]
    curve = scores.plan.measure.curve
    if inputs and curve is not None:
        written = say("between_details").join(inputs)
        yield say("detail_formula", formula=curve.form, inputs=written)


def taken_over(
    scores: MeasureScores,
    place: int,
    label: Callable[[MeasureScores], str],
    say: Say,
    language: str,
) -> Iterator[str]:
    """A value of a longer window than the period, and what the period lacked."""
    wide, needs = scores.window(place), scores.plan.measure.kpi.needs
    if wide is not None and needs is not None:
        window, asked = phrase("window", wide.window, language), needs.condition.span.text
        yield say("widened", measure=label(scores), window=window, asked=asked)
