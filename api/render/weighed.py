"""The weights of a card for a terminal, and how well the comparisons behind them agree."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from api.render import figures
from engine.ahp import Comparison, Reconsider
from engine.card import Card
from engine.comparisons import strength
from engine.weights import WeightGroup

_FORM = {
    "direct": "in percent",
    "points": "in points",
    "equal": "all equal",
    "total": "of the total",
    "comparison": "by comparison",
    "mixed": "in percent, the rest by comparison",
}
_VERDICT = {"ok": "green", "caution": "yellow", "revise": "bold red"}


def weighed(card: Card) -> Text:
    """Every group of siblings, the card's own first."""
    version = f" (version of {card.source.version})" if card.source.version else ""
    head = Text.assemble((card.source.label(), "bold"), version)
    groups = [Text("\n").join(_group(each)) for each in card.groups]
    return Text("\n\n").join([head, *(groups or [Text("It shows values without weights.")])])


def _group(group: WeightGroup) -> Iterator[Text]:
    yield Text.assemble((group.parent, "bold"), f", {_FORM[group.form]}")
    widest = max(map(cell_len, group.weights))
    for name, weight in group.weights.items():
        yield Text(f"  {name}{'':{widest - cell_len(name)}}  {figures.share(float(weight)):>7}")
    if group.comparison is not None:
        yield from _comparison(group.comparison)


def _comparison(found: Comparison) -> Iterator[Text]:
    """The consistency of the judgements: the ratio CR is CI over the random index RI."""
    ratio = "not testable" if found.cr is None else f"{found.cr:.4f}"
    yield Text.assemble(
        f"  λmax {found.lambda_max:.4f}, CI {found.ci:.4f}, CR {ratio}: ",
        (found.verdict, _VERDICT[found.verdict]),
    )
    index = f"random index {found.random_index} {found.ri:.4f}"
    missing = f", {found.missing_pairs} pairs not compared" if found.missing_pairs else ""
    yield Text(f"  method {found.method}, {index}{missing}", "dim")
    if found.reconsider is not None:
        yield Text(f"  {_advice(found.reconsider)}", "yellow")


def _advice(change: Reconsider) -> str:
    judge = f"{change.judge}: " if change.judge else ""
    stated = f"prefer {change.over} over {change.under} {change.stated:g}"
    suggested = strength(change.suggested)
    after = f"CR would become {change.cr_after:.4f}"
    return f"Reconsider {judge}`{stated}`: with {suggested} instead, {after}."
