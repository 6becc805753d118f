"""The roll of a period for a terminal: everybody's results, overlaps, and who has no card."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from api.render import figures
from api.render.characters import visible
from api.render.grid import Column, Grid, Item
from api.render.reasons import because
from api.render.words import say
from engine.roll_call import RollCall


def roll_page(
    roll: RollCall, document: Item, console: Console, language: str = "en"
) -> Iterator[Text]:
    """The parts of the page from top to bottom; `document` is that of the roll."""
    page = _Page(roll, language)
    yield page.heading()
    yield Text()
    rows = [{**who, **part} for who in document["people"] for part in who["parts"]]
    sections = (
        ("", page.results(), rows),
        ("Combined by days", page.combined(), _combined(document)),
        ("Two cards for the same days", page.overlaps(), document["overlaps"]),
        ("Days without a card", page.without(), document["without_card"]),
    )
    for title, columns, found in sections:
        if found:
            if title:
                yield Text(page.say(title), "bold")
                yield Text()
            yield Grid(columns, found, lambda item: item["entity"]).text(console)
            yield Text()
    yield Text(page.ending(document))


def _combined(document: Item) -> list[Item]:
    """Who has one result of several."""
    found = [each for each in document["people"] if each["combined"] is not None]
    return [{**each, **each["combined"]} for each in found]


class _Page:
    def __init__(self, roll: RollCall, language: str) -> None:
        self.roll = roll
        self.language = language
        self.entities = {p.entity.name: p.entity.label(language) for p in roll.people}
        parts = [part for person in roll.people for part in person.parts]
        self.cards = {part.card: part.sheet.plan.card.source.label(language) for part in parts}
        self.digits = {part.card: part.sheet.plan.card.digits for part in parts}

    def heading(self) -> Text:
        running = "as of {day}, provisional: the period is still running"
        said = running if self.roll.moment.running else "as of {day}"
        day = self.say(said, day=self.roll.as_of.isoformat())
        title = self.say("Every card, {period}", period=self.roll.period.name)
        return Text.assemble((title, "bold"), self.say(" ({day})", day=day))

    def results(self) -> list[Column]:
        return [
            *self._who(),
            Column(self.say("card"), lambda i: visible(self.cards[i["scorecard"]]), False),
            Column(self.say("days"), lambda i: str(i["days"])),
            Column(
                self.say("total"),
                lambda i: Text(figures.total(i["total"], self.digits[i["scorecard"]]), "bold"),
            ),
            Column(self.say("grade"), lambda i: i["grade"] or "", False),
            Column(self.say("rank"), lambda i: str(i["rank"] or "")),
            Column(self.say("reason"), self._because, False),
        ]

    def combined(self) -> list[Column]:
        return [
            *self._who(),
            Column(self.say("cards"), self._cards, False),
            Column(self.say("days"), lambda i: str(i["days"])),
            Column(self.say("total"), lambda i: Text(self._total(i), "bold")),
            Column(self.say("grade"), lambda i: i["grade"] or "", False),
        ]

    def _cards(self, item: Item) -> str:
        return self.say(", ").join(visible(self.cards[each]) for each in item["scorecards"])

    def _total(self, item: Item) -> str:
        digits = [d for card in item["scorecards"] if (d := self.digits[card]) is not None]
        return figures.total(item["total"], min(digits, default=None))

    def overlaps(self) -> list[Column]:
        return [
            *self._who(),
            Column(
                self.say("first card"), lambda i: visible(self.cards[i["scorecards"][0]]), False
            ),
            Column(
                self.say("second card"), lambda i: visible(self.cards[i["scorecards"][1]]), False
            ),
            Column(self.say("from"), lambda i: i["from"], False),
            Column(self.say("through"), lambda i: i["through"], False),
        ]

    def without(self) -> list[Column]:
        return [*self._who(), Column(self.say("days"), lambda i: str(i["days"]))]

    def ending(self, document: Item) -> str:
        """`123 people, 2 overlaps, 3 with days without a card; not of this period: …`"""
        found = [
            self.say("{count} in all", count=f"{len(document['people']):,}"),
            self.say("{count} overlaps", count=f"{len(document['overlaps']):,}"),
            self.say(
                "{count} with days without a card", count=f"{len(document['without_card']):,}"
            ),
        ]
        if document["left_out"]:
            names = self.say(", ").join(document["left_out"])
            found.append(self.say("not scored over such periods: {names}", names=names))
        if document["refused"]:
            names = self.say(", ").join(document["refused"])
            found.append(self.say("could not be scored: {names}", names=names))
        return self.say("{sentence}.", sentence=self.say(", ").join(found))

    def _who(self) -> list[Column]:
        return [
            Column(self.say("entity"), lambda i: visible(self.entities[i["entity"]]), False),
            Column(self.say("key"), lambda i: visible(i["key"]), False),
            Column(self.say("name"), lambda i: visible(i["label"]), False),
        ]

    def _because(self, item: Item) -> str:
        return because(item["reason"], self.language) if item["reason"] else ""

    def say(self, template: str, **data: object) -> str:
        return say(template, self.language, **data)
