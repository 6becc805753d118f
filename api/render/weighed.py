"""The weights of a card for a terminal, and how well the comparisons behind them agree."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from api.render import figures
from api.render.words import counted, say
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


def weighed(card: Card, language: str = "en") -> Text:
    """Every group of siblings, the card's own first."""
    version = card.source.version
    shown = say(" (version of {version})", language, version=version) if version else ""
    head = Text.assemble((card.source.label(language), "bold"), shown)
    groups = [Text("\n").join(_group(each, language)) for each in card.groups]
    none = Text(say("It shows values without weights.", language))
    return Text("\n\n").join([head, *(groups or [none])])


def _group(group: WeightGroup, language: str) -> Iterator[Text]:
    form = say(_FORM[group.form], language)
    yield Text.assemble((group.parent, "bold"), say(", ", language), form)
    widest = max(map(cell_len, group.weights))
    for name, weight in group.weights.items():
        yield Text(f"  {name}{'':{widest - cell_len(name)}}  {figures.share(float(weight)):>7}")
    if group.comparison is not None:
        yield from _comparison(group.comparison, language)


def _comparison(found: Comparison, language: str) -> Iterator[Text]:
    """The consistency of the judgements: the ratio CR is CI over the random index RI."""
    yield Text.assemble(
        say(
            "  λmax {lambda_max}, CI {ci}, CR {ratio}: ",
            language,
            lambda_max=f"{found.lambda_max:.4f}",
            ci=f"{found.ci:.4f}",
            ratio=say("not testable", language) if found.cr is None else f"{found.cr:.4f}",
        ),
        (say(found.verdict, language), _VERDICT[found.verdict]),
    )
    method, index = say(found.method, language), f"{found.random_index} {found.ri:.4f}"
    said = say("  method {method}, random index {index}", language, method=method, index=index)
    if found.missing_pairs:
        pairs = counted(found.missing_pairs, "pair", language)
        said += say(", {pairs} not compared", language, pairs=pairs)
    yield Text(said, "dim")
    if found.reconsider is not None:
        yield Text(f"  {_advice(found.reconsider, language)}", "yellow")


def _advice(change: Reconsider, language: str) -> str:
    prefer = say(
        "prefer {over} over {under} {stated}",
        language,
        over=change.over,
        under=change.under,
        stated=f"{change.stated:g}",
    )
    return say(
        "Reconsider {judge}`{stated}`: with {suggested} instead, CR would become {after}.",
        language,
        judge=say("{judge}: ", language, judge=change.judge) if change.judge else "",
        stated=prefer,
        suggested=strength(change.suggested),
        after=f"{change.cr_after:.4f}",
    )
