"""Fixes of what a check finds: text edits that are offered, or made by `check --fix`.

A fix is safe only where no reader could mean anything else. All others are offered.
"""

from __future__ import annotations

import re

from grammar import Edit, Fix, Span, suggest
from grammar import syntax as s
from grammar.suggest import Known

Fixes = tuple[Fix, ...]

_LETTERS = 4  # in a shorter part of a name one letter tells two names apart: sales_a, sales_b
_PATH = re.compile(r"\w+(?:\.\w+)*")  # other names stand in brackets
_LINE_END = re.compile(r"\r?\n|\Z")
_INDENT = re.compile(r"[ \t\u3000]*")
_CHINESE_LINE = re.compile(r"^[ \t\u3000]*[\u4e00-\u9fff]", re.MULTILINE)


def renamed(name: Span, known: Known) -> Fixes:
    """The one known name that is close to an unknown one; safe where it is called exactly so, or
    is one slip away and no other is."""
    close = suggest(name.text, known)
    slips = [each for each in close if _is_slip(name.text, each)]
    best = slips if len(slips) == 1 else close
    if len(best) != 1 or _PATH.fullmatch(best[0]) is None:
        return ()
    exact = name.text.casefold() in (each.casefold() for each in known)
    return (Fix(f"write `{best[0]}`", (Edit(name, best[0]),), safe=exact or best is slips),)


def in_place_of(span: Span, text: str) -> Fixes:
    """What may be meant by what stands there; none where nothing is known."""
    return (Fix(f"write `{text}`", (Edit(span, text),)),) if text else ()


def as_percent(number: s.Number) -> Fixes:
    """0.85 and 85 as `85%`; none from 1 to 2, which may be either."""
    if 1 <= abs(number.value) < 2:
        return ()
    value = number.value * 100 if abs(number.value) < 1 else number.value
    text = f"{value:f}"
    return in_place_of(number.span, f"{text.rstrip('0').rstrip('.') if '.' in text else text}%")


def as_number(share: s.Percent) -> Fixes:
    """120% as `1.2`."""
    text = f"{share.value:f}"
    return in_place_of(share.span, text.rstrip("0").rstrip(".") if "." in text else text)


def added(line: str, section: s.Section) -> Fixes:
    """A fact below the last one of a section."""
    facts: s.Facts = getattr(section, "facts", ())
    return below(line, (facts[-1] if facts else section).span, indent=None if facts else "  ")


def below(line: str, fact: Span, indent: str | None = None) -> Fixes:
    """A line after the last line of `fact`, indented like its first where nothing else is said; in
    Chinese where the file is."""
    text = fact.source.text
    if _CHINESE_LINE.search(text):
        line = _in_chinese(line, text[: fact.end])
    if indent is None:
        found = _INDENT.match(text, text.rfind("\n", 0, fact.start) + 1)
        indent = found[0] if found else ""
    end = _LINE_END.search(text, fact.end)
    assert end is not None  # the end of the text is one
    place = Span(fact.source, end.start(), end.start())
    return (Fix(f"add `{line}`", (Edit(place, f"{end[0] or chr(10)}{indent}{line}"),)),)


def _in_chinese(line: str, above: str) -> str:
    """A fact of the section that a text ends in, as the formatter writes it in Chinese."""
    from grammar import Source, format
    from grammar.expected import section_above

    section = section_above(above)
    name = {"calendar": "", "judge": '"x"', "example": '"x"'}.get(section, "x")
    written = format(Source("", f"{section} {name}\n{line}\n"), "zh").text
    return line if written is None else written.splitlines()[1].strip()


def without(fact: Span) -> Fixes:
    """Remove a fact that says nothing new, with its line unless a comment stands there too."""
    text = fact.source.text
    start = text.rfind("\n", 0, fact.start) + 1
    end = _LINE_END.search(text, fact.end)
    assert end is not None
    alone = not (text[start : fact.start] + text[fact.end : end.start()]).strip(" \t\u3000\ufeff")
    place = Span(fact.source, start, end.end()) if alone else fact
    return (Fix("remove the second line", (Edit(place, ""),), safe=True),)


def without_repeat(first: s.Node, again: s.Node) -> Fixes:
    """Remove a fact that stands twice, word for word."""
    return without(again.span) if first == again else ()


def _is_slip(written: str, known: str) -> bool:
    """One letter more, less or other, or two neighbours swapped, inside a word of a name.

    Digits, and letters that are words of their own (Chinese), tell names apart: never a slip.
    """
    one, other = written.casefold(), known.casefold()
    if not (one + other).isascii():
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    if not (left + right).isalpha():
        return False
    swapped = len(left) == len(right) == 2 and left == right[::-1]
    word = other[other.rfind("_", 0, start) + 1 :].split("_")[0]
    return (swapped or max(len(left), len(right)) == 1) and len(word) >= _LETTERS and start > 0
