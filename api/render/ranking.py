"""A sheet for a terminal: the ranking by group, who is not ranked and why, and as of which day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from api.render import figures
from api.render.characters import visible
from api.render.grid import Cell, Column, Grid, Item, least_width
from api.render.reasons import because
from api.render.words import say
from engine import Sheet

_UNSCORED = {
    "missing": (figures.NOTHING, "yellow"),
    "not_applicable": ("n/a", "dim"),
    "pending": ("not due", "cyan"),
}


def ranking(sheet: Sheet, document: Item, console: Console, language: str = "en") -> Iterator[Text]:
    """The parts of the page from top to bottom; `document` is the sheet's, or a part of it."""
    page = _Page(sheet, language)
    yield heading(sheet, language)
    yield Text()
    if document["items"]:
        yield ranked(sheet, document["items"], console, language)
        yield Text()
    if document["not_ranked"]:
        yield Text(say("Not ranked", language), "bold")
        yield Text()
        yield Grid(page.of_unranked(), document["not_ranked"], _group).text(console)
        yield Text()
    yield Text(page.ending(document))


def heading(sheet: Sheet, language: str = "en") -> Text:
    """The card, the period and the day, always."""
    plan = sheet.plan
    title = visible(say(", ", language).join((plan.card.source.label(language), plan.period.name)))
    running = "as of {day}, provisional: the period is still running"
    said = running if plan.moment.running else "as of {day}"
    day = say(said, language, day=plan.as_of.isoformat())
    return Text.assemble((title, "bold"), say(" ({day})", language, day=day))


def ranked(sheet: Sheet, items: Sequence[Item], console: Console, language: str = "en") -> Text:
    """With a column for each measure if they fit, else for each perspective, else without.

    A card that only shows values has nothing but its measures to show.
    """
    page = _Page(sheet, language)
    if not sheet.plan.card.scored:
        return Grid([*page.names(), *page.measures()], items, _group).text(console)
    base = page.of_ranked()
    for more in (page.measures(), page.perspectives()):
        if more and least_width([*base, *more]) <= console.width:
            grid = Grid([*base, *more], items, _group)
            if grid.width <= console.width:
                return grid.text(console)
    return Grid(base, items, _group).text(console)


class _Page:
    """The columns and the last line of a sheet, in one language."""

    def __init__(self, sheet: Sheet, language: str) -> None:
        self.sheet = sheet
        self.card = sheet.plan.card
        self.language = language

    # ── columns ──────────────────────────────────────────────────────────────────────────────

    def of_ranked(self) -> list[Column]:
        grade = Column(self._say("grade"), lambda i: i["grade"] or "", False)
        pays = Column(self._say("coefficient"), lambda i: figures.figure(i["grade_coefficient"], 6))
        suggested = Column(
            self._say("suggested"), lambda i: i["suggested_grade"] or "", is_number=False
        )
        return [
            *self._group(),
            Column(self._say("rank"), lambda i: str(i["rank"] or "")),
            *self.names(),
            self._total(),
            *([grade] if self.card.grades else []),
            *([pays] if any(self.sheet.coefficients.values()) else []),
            *([suggested] if any(self.sheet.suggested) else []),
            self._coverage(),
        ]

    def of_unranked(self) -> list[Column]:
        return [
            *self._group(),
            *self.names(),
            self._total(),
            self._coverage(),
            Column(self._say("days"), lambda i: str(i["assigned"]["days"])),
            Column(self._say("reason"), self._because, is_number=False),
            Column(self._say("without a score"), self._unscored, is_number=False, folds=True),
        ]

    def names(self) -> list[Column]:
        entity = self.card.entity.label(self.language).lower()
        return [
            Column(self._say("key"), lambda i: visible(i["key"]), is_number=False),
            Column(visible(entity), lambda i: visible(i["label"]), is_number=False),
        ]

    def perspectives(self) -> list[Column]:
        called = {each.perspective.name: each.perspective for each in self.sheet.perspectives}
        return [
            Column(self._called(name, called[name].label), self._score("perspectives", name))
            for name in called
        ]

    def measures(self) -> list[Column]:
        return [
            Column(self._measure(each.name), _value_of(each.name))
            if each.plan.measure.report_only
            else Column(self._measure(each.name), self._score("measures", each.name))
            for each in self.sheet.measures
        ]

    def _group(self) -> list[Column]:
        within = self.card.rank_within
        return [Column(within.span.text, _group, is_number=False)] if within else []

    def _total(self) -> Column:
        digits = self.card.digits
        return Column(self._say("total"), lambda i: Text(figures.total(i["total"], digits), "bold"))

    def _coverage(self) -> Column:
        return Column(self._say("coverage"), lambda i: figures.share(i["coverage"]))

    def _measure(self, name: str) -> str:
        measure = next(m.plan.measure for m in self.sheet.measures if m.name == name)
        return self._called(name, measure.label)

    def _called(self, name: str, label: Callable[[str], str]) -> str:
        """English names are short and stand in the text; Chinese readers know the labels."""
        return name if self.language == "en" else visible(label(self.language))

    # ── cells ────────────────────────────────────────────────────────────────────────────────

    def _score(self, part: str, name: str) -> Callable[[Item], Cell]:
        """A score; in brackets where the card gives it in place of a missing one."""

        def cell(item: Item) -> Cell:
            found = item[part][name]
            state = found.get("state", "scored")
            if state == "scored":
                return figures.fixed(found["score"], 1)
            if found["score"] is None:
                word, style = _UNSCORED[state]
                return Text(self._say(word), style)
            return Text(f"({figures.fixed(found['score'], 1)})", "yellow")

        return cell

    def _because(self, item: Item) -> str:
        return because(item["reason"], self.language)

    def _unscored(self, item: Item) -> str:
        """`retention (no_earlier_data), new_customers (no_target)`"""
        missing = {n: m["reason"] for n, m in item["measures"].items() if m["state"] == "missing"}
        return self._say(", ").join(
            self._say(
                "{measure} ({reason})", measure=self._measure(name), reason=self._code(reason)
            )
            for name, reason in missing.items()
        )

    def _code(self, reason: str) -> str:
        return reason if self.language == "en" else because(reason, self.language)

    # ── the end ──────────────────────────────────────────────────────────────────────────────

    def ending(self, document: Item) -> str:
        """`33 ranked, 6 not ranked, 2 not active in the period.`"""
        ranked_, not_ranked = len(document["items"]), len(document["not_ranked"])
        found = [
            self._say("{count} ranked", count=f"{ranked_:,}"),
            self._say("{count} not ranked", count=f"{not_ranked:,}"),
        ]
        if not self.card.scored:
            shown = f"{ranked_ + not_ranked:,}"
            found = [self._say("{count} shown without a score", count=shown)]
        if document["not_active"]:
            inactive = f"{document['not_active']:,}"
            found.append(self._say("{count} not active in the period", count=inactive))
        return self._say("{sentence}.", sentence=self._say(", ").join(found))

    def _say(self, template: str, **data: object) -> str:
        return say(template, self.language, **data)


def _group(item: Item) -> str:
    return visible(str(item["rank_group"] or figures.NOTHING))


def _value_of(name: str) -> Callable[[Item], Cell]:
    return lambda item: figures.figure(item["measures"][name]["value"])
