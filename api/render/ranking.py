"""A sheet for a terminal: the ranking by group, who is not ranked and why, and as of which day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from api.render import figures
from api.render.characters import visible
from api.render.grid import Cell, Column, Grid, Item, least_width
from engine import Sheet

_UNSCORED = {
    "missing": Text(figures.NOTHING, "yellow"),
    "not_applicable": Text("n/a", "dim"),
    "pending": Text("not due", "cyan"),
}


def ranking(sheet: Sheet, document: Item, console: Console) -> Iterator[Text]:
    """The parts of the page from top to bottom; `document` is the sheet's, or a part of it."""
    yield heading(sheet)
    yield Text()
    if document["items"]:
        yield ranked(sheet, document["items"], console)
        yield Text()
    if document["not_ranked"]:
        yield Text("Not ranked", "bold")
        yield Text()
        columns = _not_ranked_columns(sheet)
        yield Grid(columns, document["not_ranked"], _group).text(console)
        yield Text()
    yield Text(f"{_ending(sheet, document)}.")


def heading(sheet: Sheet) -> Text:
    """The card, the period and the day, always."""
    plan = sheet.plan
    title = visible(f"{plan.card.source.label()}, {plan.period.name}")
    day = f"as of {plan.as_of.isoformat()}"
    if plan.moment.running:
        day += ", provisional: the period is still running"
    return Text.assemble((title, "bold"), f" ({day})")


def ranked(sheet: Sheet, items: Sequence[Item], console: Console) -> Text:
    """With a column for each measure if they fit, else for each perspective, else without.

    A card that only shows values has nothing but its measures to show.
    """
    if not sheet.plan.card.scored:
        columns = [*_names(sheet), *_measure_columns(sheet)]
        return Grid(columns, items, _group).text(console)
    base = _ranked_columns(sheet)
    for more in (_measure_columns(sheet), _perspective_columns(sheet)):
        if more and least_width([*base, *more]) <= console.width:
            grid = Grid([*base, *more], items, _group)
            if grid.width <= console.width:
                return grid.text(console)
    return Grid(base, items, _group).text(console)


# ── columns ─────────────────────────────────────────────────────────────────────────────────────


def _ranked_columns(sheet: Sheet) -> list[Column]:
    grade = [Column("grade", lambda i: i["grade"] or "", False)] if sheet.plan.card.grades else []
    return [
        *_group_column(sheet),
        Column("rank", lambda i: str(i["rank"] or "")),
        *_names(sheet),
        _total(sheet),
        *grade,
        _coverage(),
    ]


def _not_ranked_columns(sheet: Sheet) -> list[Column]:
    return [
        *_group_column(sheet),
        *_names(sheet),
        _total(sheet),
        _coverage(),
        Column("days", lambda i: str(i["assigned"]["days"])),
        Column("reason", lambda i: i["reason"].replace("_", " "), is_number=False),
        Column("without a score", _without_score, is_number=False, folds=True),
    ]


def _group_column(sheet: Sheet) -> list[Column]:
    within = sheet.plan.card.rank_within
    return [Column(within.span.text, _group, is_number=False)] if within else []


def _names(sheet: Sheet) -> list[Column]:
    entity = sheet.plan.card.entity
    return [
        Column("key", lambda i: visible(i["key"]), is_number=False),
        Column(visible(entity.label().lower()), lambda i: visible(i["label"]), is_number=False),
    ]


def _total(sheet: Sheet) -> Column:
    digits = sheet.plan.card.digits
    return Column("total", lambda i: Text(figures.total(i["total"], digits), "bold"))


def _coverage() -> Column:
    return Column("coverage", lambda i: figures.share(i["coverage"]))


def _perspective_columns(sheet: Sheet) -> list[Column]:
    names = (each.perspective.name for each in sheet.perspectives)
    return [Column(name, _scored_at("perspectives", name)) for name in names]


def _measure_columns(sheet: Sheet) -> list[Column]:
    return [
        Column(each.name, _value_of(each.name))
        if each.plan.measure.report_only
        else Column(each.name, _scored_at("measures", each.name))
        for each in sheet.measures
    ]


# ── cells ───────────────────────────────────────────────────────────────────────────────────────


def _group(item: Item) -> str:
    return visible(str(item["rank_group"] or figures.NOTHING))


def _scored_at(part: str, name: str) -> Callable[[Item], Cell]:
    """A score; in brackets where the card gives it in place of a missing one."""

    def cell(item: Item) -> Cell:
        found = item[part][name]
        state = found.get("state", "scored")
        if state == "scored":
            return figures.fixed(found["score"], 1)
        if found["score"] is None:
            return _UNSCORED[state]
        return Text(f"({figures.fixed(found['score'], 1)})", "yellow")

    return cell


def _value_of(name: str) -> Callable[[Item], Cell]:
    return lambda item: figures.figure(item["measures"][name]["value"])


def _without_score(item: Item) -> str:
    """`retention (no_earlier_data), new_customers (no_target)`"""
    return ", ".join(
        f"{name} ({found['reason']})"
        for name, found in item["measures"].items()
        if found["state"] == "missing"
    )


# ── the end ─────────────────────────────────────────────────────────────────────────────────────


def _ending(sheet: Sheet, document: Item) -> str:
    """`33 ranked, 6 not ranked, 2 not active in the period`"""
    ranked, not_ranked = len(document["items"]), len(document["not_ranked"])
    found = [f"{ranked:,} ranked", f"{not_ranked:,} not ranked"]
    if not sheet.plan.card.scored:
        found = [f"{ranked + not_ranked:,} shown without a score"]
    if document["not_active"]:
        found.append(f"{document['not_active']:,} not active in the period")
    return ", ".join(found)
