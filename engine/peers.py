"""`peer_total`, `peer_average`, `peer_median` and `peer_best` as written -> a value among peers.

The peers of an entity are those that the card scores and that are in the same group of `within`,
itself included.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine import scalars as r
from engine import values as v
from engine.clauses import clause_of, refuse_clauses
from engine.context import Context, days_of
from engine.model import Kpi, Workspace, key_of
from engine.pooled import fits_pool, is_of_rows
from grammar import syntax as s

if TYPE_CHECKING:
    from engine.formula import Formulas

PEERS = ("peer_total", "peer_average", "peer_median", "peer_best")


def compile_peers(formulas: Formulas, name: str, call: s.Call, context: Context) -> v.Peers | None:
    """A call of a peer function. None means: reported."""
    problems = formulas.problems
    if refuse_clauses(problems, call, (s.Within, s.Pooled), name):
        return None
    if len(call.arguments) != 1:
        problems.report("K0208", call.span, name=name, count=1)
        return None
    argument = call.arguments[0]
    pooled = clause_of(call, s.Pooled)
    if pooled is not None and not fits_pool(formulas.workspace, name, call, pooled, problems):
        return None
    lowest = _is_lowest(formulas, argument) if name == "peer_best" else False
    if lowest is None:
        problems.report("K0342", argument.span, found=argument.span.text)
        return None
    inner: Context | None = replace(context, known=())
    while isinstance(argument, s.Windowed) and inner is not None:
        inner = formulas.moved(inner, argument.window)
        argument = argument.operand
    if inner is None:
        return None
    within = clause_of(call, s.Within)
    path = grouping(formulas.workspace, within.path) if within else None
    group = formulas.attribute(path, context) if path else None
    value = formulas.value(argument, inner)
    if value is None or (group is None) != (path is None):
        return None
    level, days = key_of(context.level.name), days_of(formulas.workspace.calendar, inner)
    together = None
    if pooled is not None:
        pool = r.Pool(level, group.scalar if group else None, days)
        together = formulas.value(argument, replace(inner, pool=pool))
        if together is None or not is_of_rows(together, call, problems):
            return None
    return v.Peers(
        name=name,
        level=level,
        value=value,
        within=group,
        range=days,
        lowest=lowest,
        pooled=together,
        origin=call.span,
    )


def grouping(workspace: Workspace, within: s.Path) -> s.Path | None:
    """What is equal for the peers of one group. None for an entity that is everything: all are
    peers then."""
    entity = workspace.entities.get(key_of(within.parts[0].text))
    alone = len(within.parts) == 1 and entity is not None and entity.everything
    return None if alone else within


def _is_lowest(formulas: Formulas, argument: s.Expression) -> bool | None:
    """Whether the best of a KPI is its lowest value; None where nothing says which one is best."""
    while isinstance(argument, s.Windowed):
        argument = argument.operand
    kpi: Kpi | None = None
    if isinstance(argument, s.Path) and len(argument.parts) == 1:
        kpi = formulas.workspace.kpis.get(key_of(argument.parts[0].text))
    if kpi is None or kpi.better not in ("higher", "lower"):
        return None
    return kpi.better == "lower"
