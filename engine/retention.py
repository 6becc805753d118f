"""A retention rate whose numerator is not limited to the customers it started with.

Distinct customers now, over distinct customers of an earlier period, may exceed 100 %: the new
ones are in the numerator too.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.facts import Problems
from engine.model import Workspace, key_of
from grammar import Diagnostic, Edit, Fix
from grammar import syntax as s

_EARLIER = s.PreviousPeriod | s.SamePeriodLastYear | s.PeriodsAgo


@dataclass(frozen=True, slots=True)
class _Counted:
    """Distinct things of one name, by the call that counts them; `earlier`: in which period."""

    call: s.Call
    thing: str
    earlier: tuple[s.Window, ...]


def unlimited_retention(workspace: Workspace, formula: s.Expression, problems: Problems) -> None:
    """Warn where a formula is `unique(d.x) / unique(d.x) for an earlier period`."""
    quotient = _unwrapped(formula)
    if not isinstance(quotient, s.Arithmetic) or quotient.operator != "/":
        return
    now = _counted(workspace, quotient.left, (), 0)
    before = _counted(workspace, quotient.right, (), 0)
    if now is None or before is None or now.earlier or not before.earlier:
        return
    if now.thing != before.thing:
        return
    path = now.call.arguments[0].span.text
    over = "" if before.earlier == (s.PreviousPeriod(span=formula.span),) else " over …"
    data = {"found": quotient.left.span.text, "instead": f"retained({path}{over})"}
    fixes: tuple[Fix, ...] = ()
    if now.call is quotient.left and not over:
        title = f"Count those who stayed: {data['instead']}"
        fixes = (Fix(title, (Edit(now.call.function.span, "retained"),)),)
    problems.found.append(Diagnostic("K0321", quotient.left.span, data, fixes=fixes))


def _unwrapped(node: s.Expression) -> s.Expression:
    """Without `* 100%` and rounding, which change nothing."""
    match node:
        case s.Arithmetic(left, "*", s.Percent(value)) if value == 1:
            return _unwrapped(left)
        case s.Call(s.Path((s.Name("round"),)), (inner, *_), ()):
            return _unwrapped(inner)
    return node


def _counted(
    workspace: Workspace, node: s.Expression, earlier: tuple[s.Window, ...], depth: int
) -> _Counted | None:
    match node:
        case s.Windowed(operand, window):
            moved = (*earlier, window) if isinstance(window, _EARLIER) else earlier
            return _counted(workspace, operand, moved, depth)
        case s.Path((name,)) if depth < 40:
            kpi = workspace.kpis.get(key_of(name.text))
            if kpi is None or kpi.formula is None:
                return None
            return _counted(workspace, kpi.formula, earlier, depth + 1)
        case s.Call(s.Path((s.Name("unique" | "count"),)), (s.Path(parts),)):
            return _Counted(node, key_of(parts[-1].text), earlier)
    return None
