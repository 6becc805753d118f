"""What each stage of the path makes, as indented text.

Measure
  name: net_sales
  targets:
    target:
      - TargetRule(plan=…, since=0001-01-01)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from api.render.characters import visible

_MOST_CHARACTERS = 88  # of a value that is written on one line


def outline(value: object, without: tuple[type, ...] = ()) -> str:
    """Any dataclass with what it holds; what fits is on one line, else each part on its own.

    Fields that take no part in `repr` (spans, the text that something was made of), empty ones and
    those of a type `without` are left out.
    """
    return "".join(f"{visible(line)}\n" for line in _Outline(without).lines("", value))


class _Outline:
    def __init__(self, without: tuple[type, ...]) -> None:
        self.without = without

    def lines(self, name: str, value: object) -> Iterator[str]:
        """The value after its name (`name: ` or `- `), its parts indented below."""
        parts = self._parts(value)
        text = self._inline(value)
        if not parts or len(text) <= _MOST_CHARACTERS:
            yield name + text
            return
        kind = type(value).__name__ if is_dataclass(value) else ""
        if name or kind:
            yield (name + kind).rstrip()
        for key, part in parts:
            yield from (f"  {line}" for line in self.lines(f"{key}: " if key else "- ", part))

    def _inline(self, value: object) -> str:
        parts = self._parts(value)
        inside = ", ".join(f"{k}={self._inline(p)}" if k else self._inline(p) for k, p in parts)
        if is_dataclass(value):
            return f"{type(value).__name__}({inside})"
        if isinstance(value, Mapping):
            return f"{{{inside}}}"
        return f"[{inside}]" if isinstance(value, tuple | list | frozenset) else str(value)

    def _parts(self, value: object) -> list[tuple[str, Any]]:
        """The parts with their names; those of a sequence have none."""
        if isinstance(value, Mapping):
            return [(self._inline(key) or '""', part) for key, part in value.items()]
        if isinstance(value, tuple | list | frozenset):
            return [("", part) for part in value]
        if not is_dataclass(value):
            return []
        shown = [(f.name, getattr(value, f.name)) for f in fields(value) if f.repr]
        return [(name, part) for name, part in shown if not self._left_out(part)]

    def _left_out(self, value: object) -> bool:
        is_empty = value is None or (not isinstance(value, bool | int | float) and value in _EMPTY)
        return is_empty or isinstance(value, self.without)


_EMPTY: tuple[object, ...] = ("", (), {}, frozenset())
