"""`prorate`: the target of a flow, for the part of the period in which the entity is active.

400,000 for 92 days are 200,000 for 46 of them. A rate, an average or a level has the same target
however long somebody is there; a plan of finer periods already leaves out those without a row.
"""

from __future__ import annotations

from engine.facts import Facts, Problems
from engine.kinds import adds_up
from engine.model import Workspace
from grammar import Span
from grammar import syntax as s
from grammar.phrases import Said

_NO_FLOW = Said("only sums and counts grow with the days", "只有合计和计数会随天数增加")
_FINER = Said(
    "its plan has finer periods, which already tell the days",
    "它的目标表按更短的期间写，已经体现了天数",
)


def read_prorate(facts: Facts, kpi: str, workspace: Workspace, problems: Problems) -> bool:
    """Whether a measure prorates its targets; refused (K0617) where its KPI is no flow."""
    line = facts.one(s.Prorate)
    if line is None:
        return False
    if not adds_up(workspace, kpi):
        problems.report("K0617", line.span, kpi=kpi, why=_NO_FLOW)
    return True


def refuse_finer(kpi: str, span: Span, problems: Problems) -> None:
    """K0617 for a target that is summed from finer periods."""
    problems.report("K0617", span, kpi=kpi, why=_FINER)
