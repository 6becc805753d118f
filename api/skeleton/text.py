"""The files of a skeleton. Every name is written in brackets and every word in English; the
formatter takes away the brackets that are not needed, and writes the other language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from api.skeleton import words as w
from api.skeleton.draft import Draft, Kpi, Values
from api.skeleton.guess import Guess, Link
from api.skeleton.look import MOST_COUNTED
from engine.periods import Period
from grammar import Source, format

Says = Mapping[str, str]


@cache
def says(language: str) -> Says:
    """The texts for people in a language."""
    table: dict[str, Says] = tomllib.loads(
        files("api.skeleton").joinpath("says.toml").read_text("utf-8")
    )
    return table[language]


def canonical(name: str, lines: Iterator[str], language: str) -> str:
    """The lines of a file as the formatter writes them."""
    formatted = format(Source(name, "".join(f"{line}\n" for line in lines)), language)
    assert formatted.text is not None, [each.message() for each in formatted.diagnostics]
    return formatted.text


# ── data ────────────────────────────────────────────────────────────────────────────────────────


def data_lines(draft: Draft, t: Says) -> Iterator[str]:
    """The calendar, every entity and every data set."""
    yield from _comment(t["data"])
    yield ""
    yield "calendar"
    yield f'timezone "{t["zone"]}"{_confirm(t, "timezone")}'
    for each in draft.guesses:
        if each.is_entity:
            yield from _entity(draft, each, t)
    for value in draft.values:
        yield from _values(value, t)
    if draft.everything is not None:
        yield f'entity [{draft.everything}] "{t["everything"]}"'
        yield "everything"
    for each in draft.guesses:
        if each.is_data:
            yield from _data(draft, each, t)
    if draft.left:
        yield ""
        yield from _comment(t["left"].format(tables=", ".join(map(_spoken, draft.left))))


def _entity(draft: Draft, guess: Guess, t: Says) -> Iterator[str]:
    yield f'entity [{draft.entities[guess.table.path]}] "{_label(w.thing(guess.table.name))}"'
    yield _table(guess)
    counted = guess.table.rows if guess.table.rows <= MOST_COUNTED else guess.table.sample
    yield f"key [{guess.key}]{_confirm(t, 'key', rows=f'{counted:,}')}"
    if guess.label is not None:
        yield f"name [{guess.label}]{_confirm(t, 'name')}"
    if guess.attributes:
        yield _line(t, "attributes")
        yield from (f"attribute [{each}]" for each in guess.attributes)
    for link in guess.links:
        if link.target.path in draft.entities:
            entity = draft.entities[link.target.path]
            yield f"belongs to [{entity}] by [{link.column}]{_link(link, t)}"
    if not guess.is_data:
        yield from _lifetime(guess, t)
    yield from _unmatched(guess, t)


def _lifetime(guess: Guess, t: Says) -> Iterator[str]:
    since = next((each for each in guess.lifetime if w.has(each, w.BEGINNINGS)), None)
    until = next((each for each in guess.lifetime if w.has(each, w.ENDS)), None)
    if since is not None and until is not None:
        yield _line(t, "active_through", since=_spoken(since), until=_spoken(until))
    elif since is not None:
        yield _line(t, "active", since=_spoken(since))


def _values(value: Values, t: Says) -> Iterator[str]:
    yield f'entity [{value.name}] "{_label(w.words(value.column))}"'
    yield f"values of [{value.data}].[{value.column}]{_confirm(t, 'values')}"


def _data(draft: Draft, guess: Guess, t: Says) -> Iterator[str]:
    yield f'data [{draft.data[guess.table.path]}] "{_label(w.words(guess.table.name))}"'
    yield _table(guess)
    yield from _date(draft, guess, t)
    links = [link for link in guess.links if link.target.path in draft.entities]
    for link in links:
        yield f"link [{draft.entities[link.target.path]}] by [{link.column}]{_link(link, t)}"
    if not links and not any(each.data == draft.data[guess.table.path] for each in draft.values):
        yield _line(t, "no_link")
    numbers = [_spoken(each.name) for each in guess.numbers]
    if numbers:
        yield _line(t, "numbers", column=numbers[0], columns=", ".join(numbers))
    yield from _unmatched(guess, t)


def _link(link: Link, t: Says) -> str:
    if link.share is None:
        return _confirm(t, "link_by_name")
    return _confirm(t, "link", share=f"{link.share:.0%}")


def _date(draft: Draft, guess: Guess, t: Says) -> Iterator[str]:
    through = draft.through(guess)
    if guess.date is not None:
        others = ", ".join(_spoken(each) for each in guess.dates if each != guess.date)
        key = "date_of_many" if others else "date"
        yield f"date [{guess.date}]{_confirm(t, key, others=others)}"
    elif through is not None:
        link, column = through
        entity = draft.entities[link.target.path]
        yield f"date [{entity}].[{column}]{_confirm(t, 'date_through', entity=entity)}"
    else:
        yield _line(t, "no_date")


def _unmatched(guess: Guess, t: Says) -> Iterator[str]:
    if guess.unmatched:
        yield _line(t, "unmatched", columns=", ".join(map(_spoken, guess.unmatched)))


def _table(guess: Guess) -> str:
    return f"table {'.'.join(f'[{part}]' for part in guess.table.path)}"


# ── KPIs and the card ───────────────────────────────────────────────────────────────────────────


def kpi_lines(draft: Draft, t: Says) -> Iterator[str]:
    """A KPI for each data set."""
    yield from _comment(t["kpis"])
    yield ""
    for kpi in draft.kpis:
        yield f'kpi [{kpi.name}] "{_kpi_label(kpi, t)}"'
        if kpi.column is None:
            yield f"formula count([{kpi.data}]){_confirm(t, 'counted')}"
        else:
            yield f"formula sum([{kpi.data}].[{kpi.column}]){_confirm(t, 'summed')}"
        yield f"unit [{t[kpi.unit]}]" if kpi.unit != "money" else f"unit {t[kpi.unit]}"
        yield "better higher"


def _kpi_label(kpi: Kpi, t: Says) -> str:
    if kpi.column is None:
        *before, last = kpi.data.split("_")
        data = " ".join((*before, last if last.endswith("s") else w.plural(last)))
        return t["count_label"].format(data=data)
    data = _label(kpi.data.split("_"))
    return t["sum_label"].format(data=data, column=" ".join(w.words(kpi.column)))


@dataclass(frozen=True, slots=True)
class Card:
    """The first card: for whom, over which KPIs, from which day on, in periods like this one."""

    name: str
    entity: str
    kpis: tuple[Kpi, ...]
    since: date
    period: Period


def card_lines(card: Card, targets: Mapping[str, Decimal], t: Says) -> Iterator[str]:
    """A card whose measures have these targets; without any, one that only shows them."""
    entity = " ".join(card.entity.split("_"))
    comment = t["card"].format(period=card.period.name)
    yield from _comment(comment if targets else t["card_shown"])
    yield ""
    yield f'scorecard [{card.name}] "{t["card_label"].format(entity=_label([entity]))}"'
    yield f"for [{card.entity}]"
    yield f"every {card.period.cadence}"
    yield f"effective from {card.since.isoformat()}"
    if len(targets) > 1:
        yield "weights equal"
    if targets:
        yield "when missing leave out"
        yield "round total 1"
    for kpi in card.kpis:
        yield f"measure [{kpi.name}]"
        yield from _measure(targets.get(kpi.name), len(targets), t)
    if targets:
        for grade, fact in (("A", "from 95"), ("B", "from 80"), ("C", "otherwise")):
            yield f'grade {grade} "{t[f"grade_{grade.lower()}"]}"'
            yield fact


def _measure(target: Decimal | None, scored: int, t: Says) -> Iterator[str]:
    if target is None:
        yield "report only"
        return
    if scored == 1:
        yield "weight 100%"
    yield f"target {target:f}{_confirm(t, 'targets')}"
    yield "curve attainment"
    yield "limit 0 to 120"


# ── small pieces ────────────────────────────────────────────────────────────────────────────────


def _comment(text: str) -> Iterator[str]:
    yield from (f"# {line}" for line in text.split("\n"))


def _line(t: Says, key: str, **values: str) -> str:
    return f" # {t['confirm'].format(it=t[key].format(**values))}"


def _confirm(t: Says, key: str, **values: str) -> str:
    return f" {_line(t, key, **values)}"


def _label(parts: Sequence[str]) -> str:
    text = " ".join(parts) or w.ROWS
    return text[:1].upper() + text[1:]


def _spoken(name: str) -> str:
    """A name in a comment, which ends with the line."""
    return " ".join(name.split())
