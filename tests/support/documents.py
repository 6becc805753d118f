"""Where two result documents differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

Document = dict[str, Any]


def by_key(document: Document) -> Document:
    """The same document with the entities of both lists by their key."""
    lists = ("items", "not_ranked")
    return document | {name: {each["key"]: each for each in document[name]} for name in lists}


def differences(expected: Any, found: Any, tolerance: float = 0, path: str = "") -> Iterator[str]:
    """A sentence for each; numbers may differ by `tolerance`, relative."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in sorted({*expected, *found}):
            if key in expected and key in found:
                yield from differences(expected[key], found[key], tolerance, f"{path}/{key}")
            else:
                yield f"{path}/{key}: only {'expected' if key in expected else 'found'}"
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for place, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, tolerance, f"{path}/{place}")
    elif not _same(expected, found, tolerance):
        yield f"{path}: expected {_shown(expected)}, found {_shown(found)}"


def _same(expected: Any, found: Any, tolerance: float) -> bool:
    if isinstance(expected, Fraction | float) and isinstance(found, float):
        # Next to 0 a relative difference says nothing.
        return abs(float(expected) - found) <= tolerance * max(abs(float(expected)), 1e-3)
    return type(expected) is type(found) and bool(expected == found)


def _shown(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else value
