"""An explanation for a terminal: the sentences, then the tree that the points come from."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from api.render import figures
from api.render.characters import visible
from api.render.reasons import because
from api.render.words import say
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
    yield _Tree(explanation.sheet.plan.card.digits, language).tree(explanation.tree, depth)


class _Tree:
    """The lines of one explanation: `digits` are those of its total."""

    def __init__(self, digits: int | None, language: str) -> None:
        self.digits = digits
        self.language = language

    def tree(self, node: Node, depth: int) -> Tree:
        tree = Tree(self._line(node), guide_style="dim")
        if depth:
            tree.children.extend(self.tree(child, depth - 1) for child in node.children)
        return tree

    def _line(self, node: Node) -> Text:
        """What the node is called, its figures, and the line of text that made it so."""
        bold = "bold" if node.kind in ("total", "perspective", "measure") else ""
        shown = self._say(", ").join(self._figures(node))
        line = Text.assemble((visible(node.label), bold), self._say(": ") if shown else "", shown)
        if node.reason:
            reason = because(node.reason, self.language)
            line.append(self._say(" [{reason}]", reason=reason), "yellow")
        if node.file:
            line.append(f"  {visible(node.file)}:{node.line}", "dim")
        return line

    def _figures(self, node: Node) -> Iterator[str]:
        match node.kind:
            case "total" if node.value is None:
                yield self._say("no total")
            case "total":
                yield self._say("{points} points", points=figures.total(node.value, self.digits))
            case "perspective":
                yield self._points(node)
            case "measure":
                yield from self._measured(node)
            case "adjustment" | "rounding":
                yield self._say("{points} points", points=f"{node.points:+.6g}")
            case "target":
                if figures.amount(node.value, node.unit) not in node.label:
                    yield self._amount(node.value, node.unit)
            case "input":
                yield figures.figure(node.value, 6)
            case "rule":
                yield self._say(str(node.state).replace("_", " "))
            case "sample":
                yield self._say("met" if node.state == "representative" else "not met")
            case "stretch":
                yield self._amount(node.value, node.unit)
                yield self._say("counted" if node.state == "claimed" else "not counted")
            case "attribute" | "exemption":
                return
            case "scores":
                yield self._amount(node.value, node.unit)
                yield self._say("{count} totals", count=f"{node.rows:,}")
                if node.skipped:
                    yield self._say("{count} left out", count=f"{node.skipped:,}")
            case "peers":
                if node.value is not None:
                    yield self._amount(node.value, node.unit)
                yield self._say("{count} peers", count=f"{node.rows:,}")
            case "entity":
                yield self._amount(node.value, node.unit)
                if node.weight is not None:
                    yield self._say("counts {share}", share=figures.share(node.weight))
            case _:
                yield self._amount(node.value, node.unit)
                if node.rows is not None:
                    yield self._say("{count} rows", count=f"{node.rows:,}")
                if node.skipped:
                    yield self._say("{count} skipped", count=f"{node.skipped:,}")

    def _measured(self, node: Node) -> Iterator[str]:
        yield from self._against_target(node)
        if node.segment:
            yield self._say("curve {segment}", segment=node.segment)
        if node.weight is None:
            yield self._say("for information")
        elif node.state == "scored" or node.score is not None:
            yield self._points(node)
        else:
            yield self._say("its weight was {share}", share=figures.share(node.weight))

    def _against_target(self, node: Node) -> Iterator[str]:
        value = self._amount(node.value, node.unit)
        if node.target is None:
            yield value
            return
        target = self._amount(node.target, node.unit)
        if node.attainment is None:
            yield self._say("{value} of {target}", value=value, target=target)
            return
        share = figures.share(node.attainment)
        yield self._say(
            "{value} of {target} ({attainment})", value=value, target=target, attainment=share
        )

    def _points(self, node: Node) -> str:
        """`score 92.1 x 20.5% = 18.88 points`, with the declared weight where it differs."""
        share, declared = figures.share(node.effective_weight), figures.share(node.weight)
        said = "score {score} × {share} (declared {declared}) = {points} points"
        if share == declared:
            said = "score {score} × {share} = {points} points"
        return self._say(
            said,
            score=figures.figure(node.score),
            share=share,
            declared=declared,
            points=figures.figure(node.points),
        )

    def _amount(self, value: float | None, unit: str | None) -> str:
        return figures.amount(value, unit, self.language)

    def _say(self, template: str, **data: object) -> str:
        return say(template, self.language, **data)
