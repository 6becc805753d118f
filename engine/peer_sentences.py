"""With whom a value is compared, and the figures that its score was made of, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.peer_figures import OF_VALUES, figures_of
from engine.sheet import MeasureScores


def among_peers(
    scores: MeasureScores,
    place: int,
    label: Callable[[MeasureScores], str],
    amount: Callable[[MeasureScores, float], str],
    say: Callable[..., str],
) -> Iterator[str]:
    """One sentence for an entity whose score is a place among peers, else none. `label`, `amount`
    and `say` word a measure, a number of its KPI, and a template."""
    found, curve = figures_of(scores, place), scores.plan.measure.curve
    if found is None or curve is None:
        return
    said = {
        figure: amount(scores, number) if figure in OF_VALUES else f"{number:,.0f}"
        for figure, number in found.found.items()
    }
    yield say(
        "peers",
        measure=label(scores),
        size=f"{found.size:,}",
        rank=said["rank"],
        group=say("peers_group", group=found.group) if found.group else "",
        figures=say(f"peers_{curve.form}", **said),
    )
