"""An explanation for a terminal: the sentences, then the tree that the points come from."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from api.render import figures
from api.render.characters import visible
from engine.explanation import Explanation, Node
from engine.sentences import sentences

_ALL = 100


def explained(
    explanation: Explanation, language: str = "en", depth: int = _ALL
) -> Iterator[RenderableType]:
    """The parts of the page from top to bottom; `depth` levels of the tree below its root."""
    for sentence in sentences(explanation, language):
        yield Padding(Text(visible(sentence)), 0, expand=False)  # folded between words
    yield ""
    yield _tree(explanation.tree, explanation.sheet.plan.card.digits, depth)


def _tree(node: Node, digits: int | None, depth: int) -> Tree:
    tree = Tree(_line(node, digits), guide_style="dim")
    if depth:
        tree.children.extend(_tree(child, digits, depth - 1) for child in node.children)
    return tree


def _line(node: Node, digits: int | None) -> Text:
    """What the node is called, its figures, and the line of text that made it so."""
    bold = "bold" if node.kind in ("total", "perspective", "measure") else ""
    figures_ = ", ".join(_figures(node, digits))
    line = Text.assemble((visible(node.label), bold), ": " if figures_ else "", figures_)
    if node.reason:
        line.append(f" [{node.reason.replace('_', ' ')}]", "yellow")
    if node.file:
        line.append(f"  {visible(node.file)}:{node.line}", "dim")
    return line


def _figures(node: Node, digits: int | None) -> Iterator[str]:
    match node.kind:
        case "total":
            has_total = node.value is not None
            yield f"{figures.total(node.value, digits)} points" if has_total else "no total"
        case "perspective":
            yield _points(node)
        case "measure":
            yield from _measured(node)
        case "adjustment" | "rounding":
            yield f"{node.points:+.6g} points"
        case "target":
            value = figures.amount(node.value, node.unit)
            if value not in node.label:
                yield value
        case _:
            yield figures.amount(node.value, node.unit)
            if node.rows is not None:
                yield f"{node.rows:,} rows"
            if node.skipped:
                yield f"{node.skipped:,} skipped"


def _measured(node: Node) -> Iterator[str]:
    value = figures.amount(node.value, node.unit)
    if node.target is not None:
        value += f" of {figures.amount(node.target, node.unit)}"
        if node.attainment is not None:
            value += f" ({figures.share(node.attainment)})"
    yield value
    if node.segment:
        yield f"curve {node.segment}"
    if node.weight is None:
        yield "for information"
    elif node.state == "scored" or node.score is not None:
        yield _points(node)
    else:
        yield f"its weight was {figures.share(node.weight)}"


def _points(node: Node) -> str:
    """`score 92.1 x 20.5% = 18.88 points`, with the declared weight where it differs."""
    share = figures.share(node.effective_weight)
    declared = figures.share(node.weight)
    instead = "" if share == declared else f" (declared {declared})"
    score, points = figures.figure(node.score), figures.figure(node.points)
    return f"score {score} × {share}{instead} = {points} points"
