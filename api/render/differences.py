"""Changes of meaning for a terminal: by category, by section, each with its places.

weight
  measure net_sales, scorecard store_quarterly (2025-01-01)
    weight of net_sales: 30% → 25%
      store.scorecard:12 → store.scorecard:14
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from api.render.characters import visible
from api.render.words import counted, say
from engine.changes import Category, Change, Kind, Subject
from grammar.phrases import phrase

# What can be said as "the … of …"; of other facts the whole lines are shown.
_NOUNS = frozenset(
    "weight target floor stretch limit formula unit label owner note purpose objective benchmark "
    "timezone key table date method".split()
)
_MOST_CELLS = 90  # of a change on one line
_STYLE = {Kind.ADDED: "green", Kind.REMOVED: "red"}
_SCORING = "bold yellow"


def differences_text(changes: Sequence[Change], language: str = "en") -> Text:
    """All changes, the most severe category first, and what they come to."""
    if not changes:
        return Text(say("no difference in meaning", language))
    found = []
    for category, group in groupby(changes, key=lambda each: each.category):
        found.append(Text("\n").join(_category(category, list(group), language)))
    return Text("\n\n").join([*found, Text(_summary(changes, language))])


def _summary(changes: Sequence[Change], language: str) -> str:
    scored = any(each.can_change_scores for each in changes)
    sentence = "{found}; scores can change" if scored else "{found}; no score can change"
    return say(sentence, language, found=counted(len(changes), "difference", language))


def _category(category: Category, changes: list[Change], language: str) -> Iterator[Text]:
    style = _SCORING if changes[0].can_change_scores else "bold"
    yield Text(str(phrase("category", category, language)), style)
    for subject, group in groupby(changes, key=_section):
        here = list(group)
        yield Text(f"  {_heading(subject, here[0].cards, language)}")
        for each in here:
            yield from _change(each, language)


def _section(change: Change) -> Subject:
    subject = change.subject
    return Subject(
        subject.section, subject.name, "", scorecard=subject.scorecard, version=subject.version
    )


def _heading(subject: Subject, cards: tuple[str, ...], language: str) -> str:
    """The section and its card; of a definition the cards that it reaches."""
    own = f"{subject.section} {subject.name}".rstrip()
    if subject.scorecard:
        inside = "" if subject.section == "scorecard" else f"scorecard {subject.scorecard}"
        version = f" ({subject.version})" if subject.version else ""
        return visible(say(", ", language).join(filter(None, (own, inside))) + version)
    if not cards:
        return visible(own)
    reached = say("reaches {cards}", language, cards=", ".join(cards))
    return visible(f"{own}{say(', ', language)}{reached}")


def _change(change: Change, language: str) -> Iterator[Text]:
    title, old, new = _said(change, language)
    style = _STYLE.get(change.kind, "")
    both = [visible(each) for each in (old, new) if each]
    line = f"    {visible(title)}{' → '.join(both)}"
    if len(both) < 2 or cell_len(line) <= _MOST_CELLS:
        yield Text(line, style)
    else:
        yield Text(f"    {visible(title).rstrip()}", style)
        yield Text(f"      - {both[0]}", "red")
        yield Text(f"      + {both[1]}", "green")
    places = [visible(str(span)) for span in (change.old_span, change.new_span) if span]
    yield Text(f"      {' → '.join(places)}", "blue")


def _said(change: Change, language: str) -> tuple[str, str, str]:
    """What a line begins with, and the two texts without what the beginning says."""
    fact, name = change.subject.fact, change.subject.name or change.subject.section
    old, new = (_first_line(each) for each in (change.old, change.new))
    colon = say(": ", language)
    if change.kind is Kind.MOVED and old == new:
        return say("another order", language) + colon, old, ""
    if change.kind is not Kind.CHANGED:
        return say(change.kind, language) + colon, old, new
    if fact not in _NOUNS:
        return name + colon, old, new
    keyword = old.split(" ")[0]
    if old.startswith('"') or not new.startswith(f"{keyword} "):
        keyword = say(fact, language)
    title = say("{fact} of {name}", language, fact=keyword, name=name) + colon
    return title, old.removeprefix(f"{keyword} "), new.removeprefix(f"{keyword} ")


def _first_line(text: str | None) -> str:
    """Of a whole section its header."""
    return (text or "").split("\n", maxsplit=1)[0]
