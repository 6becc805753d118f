"""The instances of what docs/language.md shows, as tests/language_page/*.cases hold them.

`form of the page` `another`      what the page shows in backticks
@place argument                   the sections around the lines that follow
  line                            a line, or `@name argument` for several
= total 80 10 -                   what every entity has then, in order of keys; - is nothing
! K0813                           what `check` and the score say besides
> above                           the card that is scored, where it is not `told`
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "language_page"
BASE = (FOLDER / "base.scorecard").read_text("utf-8")
ROWS = (FOLDER / "rows.sql").read_text("utf-8")
PERIOD = re.compile(r"(FY)?\d{4}.*")
CALL = re.compile(r"^ *@(\w+) ?(\S*) ?(.*)$", re.MULTILINE)

Shown = str | float | bool | None


@dataclass(frozen=True)
class Instance:
    """Sections in which forms of the page are written, and what they yield."""

    forms: tuple[str, ...]
    text: str
    period: str = "2025Q3"
    card: str = "told"
    yields: tuple[tuple[str, tuple[Shown, ...]], ...] = ()
    said: tuple[str, ...] = ()


def instances() -> list[Instance]:
    files = sorted(FOLDER.glob("*.cases"))
    return [each for path in files if path.stem != "places" for each in _read(path)]


def _read(path: Path) -> Iterator[Instance]:
    forms: tuple[str, ...] = ()
    for kind, head, lines in _blocks(path):
        if kind == "`":
            forms = tuple(re.findall(r"`([^`]+)`", head))
        else:
            yield _instance(forms, head, lines)


def _blocks(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """What begins with a sign at the start of a line: the sign, that line, and those below it."""
    text = re.sub(r"^#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    for block in re.split(r"^(?=[`@])", text, flags=re.MULTILINE):
        head, *lines = block.rstrip().split("\n")
        if head:
            yield head[0], head, lines


def _instance(forms: tuple[str, ...], head: str, lines: list[str]) -> Instance:
    marked = {sign: [it[2:] for it in lines if it.startswith(sign)] for sign in "=!>"}
    place, _, argument = head.partition(" ")
    period = argument if PERIOD.fullmatch(argument) else "2025Q3"
    written = [line.strip() for line in lines if line.startswith(" ")]
    return Instance(
        forms,
        _expanded(place if argument == period else head, tuple(written)),
        period,
        *marked[">"] or ["told"],
        tuple(_expected(each) for each in marked["="]),
        tuple(code for each in marked["!"] for code in each.split()),
    )


def _expected(line: str) -> tuple[str, tuple[Shown, ...]]:
    what, *shown = line.split()
    return what, tuple(map(_shown, shown))


def _shown(word: str) -> Shown:
    if word in ("-", "true", "false"):
        return {"-": None, "true": True, "false": False}[word]
    return float(Fraction(word)) if re.fullmatch(r"-?\d+([/.]\d+)?", word) else word


# ── places ──────────────────────────────────────────────────────────────────────────────────────


@cache
def _places() -> dict[str, list[str]]:
    """The lines of every place, by its name."""
    return {
        head[1:]: [line.strip() for line in lines]
        for _, head, lines in _blocks(FOLDER / "places.cases")
    }


def _expanded(call: str, lines: tuple[str, ...] = ()) -> str:
    """The lines that a name stands for, with an instance's own in the place of the dots."""
    found = CALL.fullmatch(call)
    assert found is not None, call
    name, first, rest = found.groups()
    body = "\n".join(_places()[name]).replace("...", "\n".join(lines))
    body = body.replace("$1", first).replace("$2", rest)
    return CALL.sub(lambda inner: _expanded(inner[0]), body)
