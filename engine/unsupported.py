"""What the grammar reads and this version does not compute yet: said at the line, never skipped."""

from __future__ import annotations

from collections.abc import Iterable

from engine.facts import Problems, header_line
from grammar import syntax as s

_FACTS: dict[type[s.Node], str] = {
    s.PeriodsFrom: "`periods from`",
    s.History: "`history`",
    s.Due: "`due`",
    s.Exempt: "`exempt`",
    s.BasedOn: "`based on`",
    s.CombineByDays: "`combine by days`",
    s.GradesForced: "`grades forced`",
    s.Prorate: "`prorate`",
    s.WordScore: "`word`",
    s.Mean: "`mean`",
    s.Spread: "`spread`",
    s.Top: "`top … within`",
}
_SECTIONS: dict[type[s.Node], str] = {
    s.RuleSection: "`rule`",
    s.BonusSection: "`bonus`",
    s.PenaltySection: "`penalty`",
    s.ChangeSection: "`change`",
    s.RemoveSection: "`remove`",
}

# Read, not run, and without any effect on a score: a warning is enough.
_HARMLESS: dict[type[s.Node], str] = {
    s.PolicySection: "`policy`",
    s.Group: "`group`",
}


def report_unsupported(sections: Iterable[s.Section], problems: Problems) -> None:
    """K0109 for every section and fact of the tables above."""
    for section in sections:
        for node in (section, *getattr(section, "facts", ())):
            if type(node) in _HARMLESS:
                problems.report("K0111", header_line(node), construct=_HARMLESS[type(node)])
        if type(section) in _SECTIONS:
            _report(problems, section, _SECTIONS[type(section)])
        for fact in getattr(section, "facts", ()):
            if type(fact) in _FACTS:
                _report(problems, fact, _FACTS[type(fact)])
            elif isinstance(fact, s.Attribute | s.BelongsTo) and fact.from_history:
                _report(problems, fact, "`from history`")
            elif isinstance(fact, s.Curve) and fact.shape in ("peers", "formula", "words"):
                _report(problems, fact, f"`curve {fact.shape}`")
            elif isinstance(fact, s.WhenMissing) and fact.absence != "missing":
                _report(problems, fact, f"`when {fact.absence.replace('_', ' ')}`")
            elif isinstance(fact, s.Needs) and fact.widened is not None:
                _report(problems, fact, "`else over`")


def _report(problems: Problems, node: s.Node, construct: str) -> None:
    problems.report("K0109", header_line(node), construct=construct, hint="")
