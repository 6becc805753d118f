"""What the grammar reads and this version does not compute yet: said at the line, never skipped."""

from __future__ import annotations

from collections.abc import Iterable

from engine.facts import Problems, header_line
from grammar import syntax as s

_FACTS: dict[type[s.Node], str] = {
    s.WordScore: "`word`",
}


def report_unsupported(sections: Iterable[s.Section], problems: Problems) -> None:
    """K0109 for every section and fact of the tables above."""
    for section in sections:
        for fact in getattr(section, "facts", ()):
            if type(fact) in _FACTS:
                _report(problems, fact, _FACTS[type(fact)])
            elif isinstance(fact, s.Curve) and fact.shape == "words":
                _report(problems, fact, f"`curve {fact.shape}`")


def _report(problems: Problems, node: s.Node, construct: str) -> None:
    problems.report("K0109", header_line(node), construct=construct, hint="")
