"""A sheet for a terminal: the ranking by group, who is not ranked and why, and as of which day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from rich.box import SIMPLE
from rich.cells import cell_len
from rich.console import Console, JustifyMethod, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from api.render import figures
from api.render.characters import visible
from engine import Sheet

Item = dict[str, Any]  # one of the sheet's JSON document

_UNSCORED = {
    "missing": Text(figures.NOTHING, "yellow"),
    "not_applicable": Text("n/a", "dim"),
    "pending": Text("not due", "cyan"),
}
_ANY_WIDTH = 100_000
_LEAST_WIDTH = 30  # of a column that folds


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    cell: Callable[[Item], Text | str]
    is_number: bool = True
    folds: bool = False


def ranking(sheet: Sheet, document: Item, console: Console) -> Iterator[RenderableType]:
    """The parts of the page from top to bottom. Columns that do not fit are left out, not cut."""
    yield heading(sheet)
    if document["items"]:
        yield ranked(sheet, document["items"], console)
    if document["not_ranked"]:
        yield Text("Not ranked", "bold")
        yield _table(_not_ranked_columns(sheet), document["not_ranked"], console)
    yield Text(f"{_ending(sheet, document)}.")


def heading(sheet: Sheet) -> Text:
    """The card, the period and the day, always."""
    plan = sheet.plan
    title = visible(f"{plan.card.source.label()}, {plan.period.name}")
    day = f"as of {plan.as_of.isoformat()}"
    if plan.moment.running:
        day += ", provisional: the period is still running"
    return Text.assemble((title, "bold"), f" ({day})")


def ranked(sheet: Sheet, items: Sequence[Item], console: Console) -> Table:
    """With a column for each measure if they fit, else for each perspective, else without.

    A card that only shows values has nothing but its measures to show.
    """
    if not sheet.plan.card.scored:
        return _table([*_names(sheet), *_measure_columns(sheet)], items, console)
    base = _ranked_columns(sheet)
    for more in (_measure_columns(sheet), _perspective_columns(sheet)):
        table = _table([*base, *more], items, console)
        if more and (table.width or 0) <= console.width:
            return table
    return _table(base, items, console)


# ── columns ─────────────────────────────────────────────────────────────────────────────────────


def _ranked_columns(sheet: Sheet) -> list[_Column]:
    grade = [_Column("grade", lambda i: i["grade"] or "", False)] if sheet.plan.card.grades else []
    return [
        *_group_column(sheet),
        _Column("rank", lambda i: str(i["rank"] or "")),
        *_names(sheet),
        _total(sheet),
        *grade,
        _coverage(),
    ]


def _not_ranked_columns(sheet: Sheet) -> list[_Column]:
    return [
        *_group_column(sheet),
        *_names(sheet),
        _total(sheet),
        _coverage(),
        _Column("days", lambda i: str(i["assigned"]["days"])),
        _Column("reason", lambda i: i["reason"].replace("_", " "), is_number=False),
        _Column("without a score", _without_score, is_number=False, folds=True),
    ]


def _group_column(sheet: Sheet) -> list[_Column]:
    within = sheet.plan.card.rank_within
    return [_Column(within.span.text, _group, is_number=False)] if within else []


def _names(sheet: Sheet) -> list[_Column]:
    entity = sheet.plan.card.entity
    return [
        _Column("key", lambda i: visible(i["key"]), is_number=False),
        _Column(visible(entity.label().lower()), lambda i: visible(i["label"]), is_number=False),
    ]


def _total(sheet: Sheet) -> _Column:
    digits = sheet.plan.card.digits
    return _Column("total", lambda i: Text(figures.total(i["total"], digits), "bold"))


def _coverage() -> _Column:
    return _Column("coverage", lambda i: figures.share(i["coverage"]))


def _perspective_columns(sheet: Sheet) -> list[_Column]:
    names = (each.perspective.name for each in sheet.perspectives)
    return [_Column(name, _scored_at("perspectives", name)) for name in names]


def _measure_columns(sheet: Sheet) -> list[_Column]:
    return [
        _Column(each.name, _value_of(each.name))
        if each.plan.measure.report_only
        else _Column(each.name, _scored_at("measures", each.name))
        for each in sheet.measures
    ]


# ── cells ───────────────────────────────────────────────────────────────────────────────────────


def _group(item: Item) -> str:
    return visible(str(item["rank_group"] or figures.NOTHING))


def _scored_at(part: str, name: str) -> Callable[[Item], Text | str]:
    """A score; in brackets where the card gives it in place of a missing one."""

    def cell(item: Item) -> Text | str:
        found = item[part][name]
        state = found.get("state", "scored")
        if state == "scored":
            return figures.fixed(found["score"], 1)
        if found["score"] is None:
            return _UNSCORED[state]
        return Text(f"({figures.fixed(found['score'], 1)})", "yellow")

    return cell


def _value_of(name: str) -> Callable[[Item], Text | str]:
    return lambda item: figures.figure(item["measures"][name]["value"])


def _without_score(item: Item) -> str:
    """`retention (no_earlier_data), new_customers (no_target)`"""
    return ", ".join(
        f"{name} ({found['reason']})"
        for name, found in item["measures"].items()
        if found["state"] == "missing"
    )


# ── tables ──────────────────────────────────────────────────────────────────────────────────────


def _table(columns: list[_Column], items: Sequence[Item], console: Console) -> Table:
    """An empty line between two rank groups. Only what folds is fitted: a number is never cut."""
    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    rows = [[column.cell(item) for column in columns] for item in items]
    for place, column in enumerate(columns):
        width = max(cell_len(column.header), *(cell_len(str(row[place])) for row in rows))
        if column.folds:
            width = min(width, max(console.width - _width(table, console) - 2, _LEAST_WIDTH))
        justify: JustifyMethod = "right" if column.is_number else "left"
        table.add_column(column.header, justify=justify, width=width, no_wrap=not column.folds)
    for row, here, following in zip_longest(rows, items, items[1:]):
        ends = following is None or _group(following) != _group(here)
        table.add_row(*row, end_section=ends)
    table.width = _width(table, console)
    return table


def _width(table: Table, console: Console) -> int:
    """Without regard to the width of the terminal."""
    options = console.options.update(max_width=_ANY_WIDTH)
    return Measurement.get(console, options, table).maximum


def _ending(sheet: Sheet, document: Item) -> str:
    """`33 ranked, 6 not ranked, 2 not active in the period`"""
    ranked, not_ranked = len(document["items"]), len(document["not_ranked"])
    found = [f"{ranked:,} ranked", f"{not_ranked:,} not ranked"]
    if not sheet.plan.card.scored:
        found = [f"{ranked + not_ranked:,} shown without a score"]
    if document["not_active"]:
        found.append(f"{document['not_active']:,} not active in the period")
    return ", ".join(found)
