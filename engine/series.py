"""`trend`, `forecast` and `moving_average` as written -> the values of several periods in a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from engine import values as v
from engine.clauses import refuse_clauses
from engine.context import Context, days_of, moved, whole_count
from engine.facts import Problems
from engine.mends import Fixes
from engine.model import Workspace
from grammar import Edit, Fix
from grammar import syntax as s

SERIES = ("trend", "forecast", "moving_average")
LEAST = 3
"""So many periods with a value make a series (as in `least_squares`)."""
MOST = 120


def compile_series(
    value: Callable[[s.Expression, Context], v.Value | None],
    workspace: Workspace,
    name: str,
    call: s.Call,
    context: Context,
    problems: Problems,
) -> v.Series | None:
    """A call of a series, with `value` for what it measures. None means: reported."""
    if refuse_clauses(problems, call, (s.Over,), name):
        return None
    if len(call.arguments) != 1:
        problems.report("K0208", call.span, name=name, count=1)
        return None
    measured = call.arguments[0]
    if isinstance(measured, s.Windowed):
        window, fixes = measured.window.span, written_over(measured, call)
        problems.report("K0307", window, fixes=fixes, window=window.text, name=name)
        return None
    over = window_of(call, name, problems)
    if over is None:
        return None
    contexts = contexts_of(workspace, name, over, context)
    points = [value(measured, each) for each in contexts]
    found = tuple(each for each in points if each is not None)
    ranges = tuple(days_of(workspace.calendar, replace(each, stretch=None)) for each in contexts)
    return v.Series(name, found, ranges) if len(found) == len(points) else None


def contexts_of(
    workspace: Workspace, name: str, window: s.LastStretch, context: Context
) -> list[Context]:
    """The periods of a series, the earliest first. A forecast ends before the current period; all
    others with it."""
    count = int(window.count.value)
    first = 1 if name == "forecast" else 0
    found = []
    for ago in range(count - 1 + first, first - 1, -1):
        number = s.Number(Decimal(ago), span=window.count.span)
        earlier = s.PeriodsAgo(number, span=window.span)
        inner = moved(workspace.calendar, context, earlier, f"{ago} periods ago") if ago else None
        found.append(inner or context)
    return found


def window_of(call: s.Call, name: str, problems: Problems) -> s.LastStretch | None:
    """`over last N periods`, N at least 3; reports what else is written."""
    over = next((each for each in call.clauses if isinstance(each, s.Over)), None)
    window = over.window if over is not None else None
    if isinstance(window, s.LastStretch) and window.unit == "periods":
        if not whole_count(window, problems):
            return None
        if LEAST <= window.count.value <= MOST:
            return window
    place = window.span if window is not None else call.span
    problems.report("K0340", place, name=name, least=LEAST, most=MOST)
    return None


def written_over(argument: s.Windowed, call: s.Call) -> Fixes:
    """`trend(x for last 4 periods)` as `trend(x over last 4 periods)`."""
    window = argument.window
    if call.clauses or not isinstance(window, s.LastStretch) or window.unit != "periods":
        return ()
    place, text = argument.span, argument.operand.span.text
    written = f"{text} over {window.span.text}"
    return (Fix(f"write `{written}`", (Edit(place, written),)),)
