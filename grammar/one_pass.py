"""Text -> nodes in one pass, for texts without a syntax error.

Lark makes a tree, with line and column for each part of it, that `build` turns into nodes. Here
Lark's tables and patterns are followed without that tree: a node is made as soon as its rule is
complete, in less than half of the time. What cannot be read so is left to Lark, which says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, cast

from lark import Lark
from lark.grammar import Rule
from lark.parsers.lalr_analysis import Shift

from grammar import syntax as s
from grammar.build import MAX_DEPTH, Maker, build
from grammar.diagnostics import Diagnostic
from grammar.source import Source
from grammar.words import words

Match = Callable[[str, int], "re.Match[str] | None"]

_BLANKS = " \t\u3000"  # ignored, and nothing else begins with them
_MOST_PLAIN = 50_000
_NOWHERE = -1  # where something begins that was not written
# What is read alike whatever follows: a word of small letters, which no amount or period is, that
# ends where no word goes on, and a mark that nothing longer begins with.
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*(?![A-Za-z0-9_\x80-\U0010ffff])|[().,（），、]").match


@cache
def _begun() -> frozenset[str]:
    """The words that a keyword of several words begins with: what follows decides."""
    phrases = (phrase for each in words().phrases.values() for phrase in each)
    return frozenset(phrase.split()[0].lower() for phrase in phrases if " " in phrase)


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """A rule that is complete: how many symbols it takes, and what becomes of them."""

    size: int
    origin: str
    name: str
    kept: tuple[tuple[int, bool, int], ...]  # place, whether it is spliced in, absent parts before
    absent: int  # at the end
    is_list: bool  # a rule that Lark made for a repetition: its parts go into the rule around it
    passes_one: bool  # one part alone stands for the rule itself
    is_alone: bool  # passes_one, and there never is more than one part
    keeps_all: bool  # every symbol is a part, and nothing is absent

    def children(self, taken: list[Any]) -> list[Any]:
        """The parts of the rule: keywords are left out, None stands for what is absent."""
        if self.keeps_all:
            return taken
        found: list[Any] = []
        for place, spliced, absent in self.kept:
            if absent:
                found += [None] * absent
            if spliced:
                found += taken[place]
            else:
                found.append(taken[place])
        return found + [None] * self.absent if self.absent else found


@dataclass(frozen=True, slots=True)
class Tables:
    """What to do in each state: a number is the next state, a step the end of a rule."""

    first: int
    actions: Mapping[int, Mapping[str | None, Any]]
    patterns: Mapping[int, tuple[Match, ...]]
    ignored: frozenset[str]
    _beyond: dict[tuple[int, _Step, str | None], int] = field(default_factory=dict, repr=False)
    _plain: dict[tuple[int, str], str | None] = field(default_factory=dict, repr=False)

    def next_token(self, state: int, text: str, place: int) -> tuple[str | None, int, int]:
        """What stands next, and from where to where; None where it may not stand there."""
        patterns = self.patterns[state]
        while place < len(text):
            if text[place] in _BLANKS:
                place += 1
                continue
            plain = _PLAIN(text, place)
            if plain is not None:
                kind = self._plain.get((state, plain[0]))
                if kind is not None:
                    return kind, place, plain.end()
            for match in patterns:
                found = match(text, place)
                if found is not None:
                    break
            else:
                return None, place, place
            end = found.end()
            if found.lastgroup not in self.ignored:
                if plain is not None and plain.end() == end and plain[0] not in _begun():
                    self._plain[state, plain[0]] = found.lastgroup
                    if len(self._plain) > _MOST_PLAIN:  # a server reads texts without end
                        self._plain.clear()
                return found.lastgroup, place, end
            place = end
        return "$END", place, place

    def beyond(self, below: int, step: _Step, kind: str | None) -> int:
        """The state after a rule of one part, and after all such rules that end with it.

        A number alone is a product, a sum, a comparison and a condition, too.
        """
        key = (below, step, kind)
        state = self._beyond.get(key)
        if state is None:
            state, following = 0, cast(Any, step)
            while following.__class__ is _Step and following.is_alone:
                state = self.actions[below][following.origin]
                following = self.actions[state].get(kind)
            self._beyond[key] = state
        return state


@lru_cache(maxsize=4)
def tables(parser: Lark) -> Tables:
    """The tables of a Lark parser, as far as reading needs them."""
    frontend: Any = parser.parser
    table, lexers = frontend.parser.parser.parse_table, frontend.lexer.lexers
    steps: dict[Rule, _Step] = {}

    def action(kind: object, then: Any) -> Any:
        return then if kind is Shift else steps.setdefault(then, _step(then))

    return Tables(
        first=table.start_states["start"],
        actions={
            state: {name: action(*each) for name, each in row.items()}
            for state, row in table.states.items()
        },
        patterns=_Patterns(lexers),
        ignored=frozenset(frontend.lexer_conf.ignore),
    )


class _Patterns(dict[int, tuple[Match, ...]]):
    """By state, the patterns of all that may stand there; they are compiled at their first use."""

    def __init__(self, lexers: Mapping[int, Any]) -> None:
        self.lexers = lexers

    def __missing__(self, state: int) -> tuple[Match, ...]:
        found = tuple(each.match for each in self.lexers[state].scanner._mres)
        self[state] = found
        return found


def _step(rule: Rule) -> _Step:
    expansion, empty = rule.expansion, rule.options.empty_indices or ()
    kept: list[tuple[int, bool, int]] = []
    absent = 0
    places = iter(range(len(expansion)))
    for is_absent in empty or (False,) * len(expansion):
        if is_absent:
            absent += 1
            continue
        place = next(places)
        symbol: Any = expansion[place]
        if not (symbol.is_term and symbol.filter_out):
            kept.append((place, not symbol.is_term and symbol.name.startswith("_"), absent))
            absent = 0
    origin = str(rule.origin.name)
    passes = bool(rule.options.expand1 and not rule.alias)
    alone = passes and len(expansion) == 1 and kept == [(0, False, 0)] and not absent
    name = str(rule.alias or rule.options.template_source or origin)
    is_list = origin.startswith("_")
    whole = kept == [(place, False, 0) for place in range(len(expansion))] and not absent
    return _Step(len(expansion), origin, name, tuple(kept), absent, is_list, passes, alone, whole)


def document(
    parser: Lark, source: Source, text: str, base: int = 0, first: int = 0
) -> tuple[s.Document | None, tuple[Diagnostic, ...]]:
    """The document of a text that begins at `base` in its file, with what only values show.

    Nothing in it stands before `first`. Raises UnexpectedInput for a syntax error.
    """
    maker = Maker(source, base, first)
    sections = read(tables(parser), text, maker)
    if sections is None:
        return build(source, parser.parse(text), base, first)
    return s.Document(source, sections), tuple(maker.diagnostics)


def read(tables: Tables, text: str, maker: Maker) -> tuple[Any, ...] | None:
    """The sections of a text; None where it cannot be read, or is too deep.

    What `maker` reports before that counts for nothing.
    """
    actions = tables.actions
    # What has been read so far: states, and for each but the first a part, its place, its depth.
    states, parts, starts, ends, depths = [tables.first], [], [], [], []
    place = 0
    while True:
        kind, place, end = tables.next_token(states[-1], text, place)
        while True:
            action = actions[states[-1]].get(kind)
            if action is None:
                return None
            if action.__class__ is int:
                states.append(action)
                parts.append(text[place:end])
                starts.append(place)
                ends.append(end)
                depths.append(0)
                place = end
                break
            if action.is_alone:
                states[-1] = tables.beyond(states[-2], action, kind)
                continue
            size = action.size
            taken, start, stop, depth = [], _NOWHERE, _NOWHERE, 0
            if size == 1:  # as most are, so without slices
                taken, depth = [parts.pop()], depths.pop()
                start, stop = starts.pop(), ends.pop()
                states.pop()
            elif size:
                taken, depth = parts[-size:], max(depths[-size:])
                start, stop = starts[-size], ends[-1]
                if start < 0 or stop < 0:
                    start, stop = _extent(starts[-size:], ends[-size:])
                del parts[-size:], starts[-size:], ends[-size:], depths[-size:], states[-size:]
            children = action.children(taken)
            if action.is_list:
                part: Any = children
            elif action.passes_one and len(children) == 1:
                part = children[0]
            elif action.name == "start":
                return tuple(children)
            elif depth > MAX_DEPTH:
                return None
            else:
                part = maker.node(action.name, start, stop, children)
                depth += 1
            states.append(actions[states[-1]][action.origin])
            parts.append(part)
            starts.append(start)
            ends.append(stop)
            depths.append(depth)


def _extent(starts: list[int], ends: list[int]) -> tuple[int, int]:
    """From the first to the last part that is written."""
    written = [(start, end) for start, end in zip(starts, ends, strict=True) if start >= 0]
    return (written[0][0], written[-1][1]) if written else (_NOWHERE, _NOWHERE)
