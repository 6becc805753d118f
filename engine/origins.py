"""For which KPIs each cell of a plan is computed: what the comments of the SQL say."""

from __future__ import annotations

from collections.abc import Mapping

from engine import values as v
from engine.grain import Cell, cells_of
from engine.plan import Plan


def origins(plan: Plan) -> Mapping[tuple[str, Cell], tuple[str, ...]]:
    """The KPIs, and where they are written, by level and cell."""
    found: dict[tuple[str, Cell], dict[str, None]] = {}
    for root in plan.needed:
        for node in v.walk(root):
            if isinstance(node, v.KpiValue) and node.kpi in plan.workspace.kpis:
                kpi = plan.workspace.kpis[node.kpi]
                for aggregate in v.aggregates(node):
                    for cell in cells_of(aggregate):
                        origin = f"kpi {kpi.name} {kpi.span}"
                        found.setdefault((aggregate.level, cell), {}).setdefault(origin)
    return {cell: tuple(kpis) for cell, kpis in found.items()}
