"""English scorecard files for Chinese readers: labels, notes and comments. Keywords are the
formatter's part, and names stay: other files, the data and commands use them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from grammar import Edit, Source, Span, parse
from grammar import syntax as s
from grammar.trivia import comments, facts_of

_SIGN = re.compile(r"# ?")


def in_chinese(source: Source) -> Source:
    """The same file with its label, its notes and its comments in Chinese.

    Where a section has a Chinese label, it stands beside the name, and the English one below it.
    """
    text = source.text
    for edit in sorted(_edits(source), key=lambda each: each.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return Source(source.name, text)


def english(source: Source) -> Iterator[str]:
    """What a file says to people in English alone: the keys of `zh.toml`."""
    yield from (said for _, said in _comments(source))
    yield from (each.value for each in _texts(source))


def _edits(source: Source) -> Iterator[Edit]:
    for span, said in _comments(source):
        indent = " " * (source.position(span.start)[1] - 1)
        lines = _chinese().get(said, said).split("\n")
        yield Edit(span, f"\n{indent}".join(f"# {line}" for line in lines))
    for text in _texts(source):
        yield Edit(text.span, f'"{_chinese().get(text.value, text.value)}"')
    for section in _sections(source):
        yield from _exchanged(section)


@cache
def _chinese() -> Mapping[str, str]:
    """English -> Chinese. A line break divides the lines of a comment."""
    table = files("api.templates").joinpath("zh.toml").read_text("utf-8")
    texts: dict[str, str] = tomllib.loads(table)["texts"]
    return {said: chinese.strip("\n") for said, chinese in texts.items()}


def _sections(source: Source) -> tuple[s.Section, ...]:
    document = parse(source).document
    return document.sections if document is not None else ()


def _texts(source: Source) -> Iterator[s.Text]:
    """Texts for people that have no translation beside them."""
    for section in _sections(source):
        if isinstance(section, s.ExampleSection | s.JudgeSection):
            yield section.name
        for fact in facts_of(section):
            if isinstance(fact, s.Note | s.Owner | s.Purpose | s.Objective):
                yield fact.text


def _exchanged(section: s.Section) -> Iterator[Edit]:
    """The label beside the name and the Chinese one below it, each in the place of the other."""
    beside = getattr(section, "label", None)
    for fact in facts_of(section):
        if isinstance(fact, s.Label) and fact.language.text == "zh" and beside is not None:
            yield Edit(beside.span, fact.text.span.text)
            yield Edit(fact.language.span, "en")
            yield Edit(fact.text.span, beside.span.text)


def _comments(source: Source) -> Iterator[tuple[Span, str]]:
    """Each comment, however many lines it has, with what it says in one."""
    lines: list[str] = []
    start = end = 0
    for comment in comments(source.text):
        if lines and source.text[end : comment.start].strip(" ") == "\n":
            lines.append(comment.text)
        else:
            if lines:
                yield Span(source, start, end), _joined(lines)
            lines, start = [comment.text], comment.start
        end = comment.start + len(comment.text)
    if lines:
        yield Span(source, start, end), _joined(lines)


def _joined(lines: list[str]) -> str:
    return " ".join(_SIGN.sub("", line, count=1) for line in lines)
