"""Ways of writing that people bring along and the language does not have, each with its remedy."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grammar.diagnostics import Diagnostic, Edit, Fix
from grammar.source import Source, Span, line_at

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Trap:
    """A row of traps.toml."""

    pattern: re.Pattern[str]
    trap: str
    advice: str = ""
    write: str | None = None
    write_zh: str | None = None
    safe: bool = False


def trap_at(source: Source, place: int) -> Diagnostic | None:
    """What is wrong at a place where reading stopped, if it lies on a trap."""
    start, end = line_at(source.text, place)
    place = min(place, max(start, end - 1))  # where a line ends too early, its last word is meant
    for each in _traps():
        # The whole line is looked at: what surrounds the words belongs to the pattern.
        for match in each.pattern.finditer(source.text[start:end]):
            if match.start() <= place - start < match.end():
                return _diagnostic(source, start, match, each)
    return None


def _diagnostic(source: Source, base: int, match: re.Match[str], trap: Trap) -> Diagnostic:
    at = "at" if "at" in match.re.groupindex else 0
    found = Span(source, base + match.start(at), base + match.end(at))
    data = {"found": found.text.strip(), "trap": trap.trap, "advice": trap.advice}
    template = trap.write_zh if trap.write_zh and _CHINESE.search(match.string) else trap.write
    if template is None:
        return Diagnostic("K0115", _words(found), data)
    text = template.format(found.text, *match.groups(""), digits=re.sub(r"\D", "", found.text))
    fix = Fix(_title(found.text.strip(), text), (Edit(found, text),), trap.safe)
    return Diagnostic("K0115", _words(found), data, fixes=(fix,))


def _title(found: str, text: str) -> str:
    if text.startswith("\n"):
        return f"begin a new line with `{text.strip()}`"
    return f"write `{text.strip()}`" if text.strip() else f"remove `{found}`"


def _words(found: Span) -> Span:
    """What is underlined: the words, without the spaces around them."""
    text = found.text
    start = found.start + len(text) - len(text.lstrip())
    return Span(found.source, start, max(start + len(text.strip()), start))


@cache
def _traps() -> tuple[Trap, ...]:
    rows = tomllib.loads(files("grammar").joinpath("traps.toml").read_text("utf-8"))["trap"]
    return tuple(Trap(**row | {"pattern": re.compile(row["pattern"])}) for row in rows)
