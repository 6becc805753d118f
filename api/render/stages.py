"""What each stage of the path makes, as indented text: tokens, syntax, card, plan, SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from api.render.characters import visible

_MOST_CHARACTERS = 88  # of a value that is written on one line


def outline(value: object) -> str:
    """Any frozen dataclass with what it holds, a line for each field.

    Fields that take no part in `repr` (spans, the sections that something was made of) are left
    out, and so is what is empty.
    """
    return "".join(f"{line}\n" for line in _lines("", value, 0))


def _lines(name: str, value: object, depth: int) -> Iterator[str]:
    before = "  " * depth + (f"{name}: " if name else "")
    short = _short(value)
    if short is not None:
        yield visible(before + short)
        return
    yield visible(before + type(value).__name__)
    for key, part in _parts(value):
        yield from _lines(key, part, depth + 1)


def _short(value: object) -> str | None:
    """The value on one line, if it has no parts or fits there; None where it needs several."""
    if not list(_parts(value)):
        return str(value) if not is_dataclass(value) else type(value).__name__
    text = _inline(value)
    return text if len(text) <= _MOST_CHARACTERS else None


def _inline(value: object) -> str:
    parts = [f"{key}={_inline(part)}" if key else _inline(part) for key, part in _parts(value)]
    name = type(value).__name__
    if is_dataclass(value):
        return f"{name}({', '.join(parts)})"
    return f"[{', '.join(parts)}]" if parts else str(value)


def _parts(value: object) -> Iterable[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        shown = (each.name for each in fields(value) if each.repr)
        return [(n, part) for n in shown if not _empty(part := getattr(value, n))]
    if isinstance(value, Mapping):
        return [(_key(key), part) for key, part in value.items()]
    if isinstance(value, tuple | list | frozenset):
        return [("", part) for part in value]
    return []


def _empty(value: object) -> bool:
    return value is None or value in ((), {}, "", False)


def _key(key: object) -> str:
    return _inline(key)
