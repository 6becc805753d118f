"""Names with a meaning of their own, in every language: functions, values, units, months, days."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def table() -> dict[str, dict[str, list[str]]]:
    """By kind: English name -> other names, canonical first."""
    return tomllib.loads(files("grammar").joinpath("names.toml").read_text("utf-8"))


@cache
def _english(kind: str) -> dict[str, str]:
    return {other: name for name, others in table()[kind].items() for other in others}


def english(kind: str, name: str) -> str:
    """The English name of a function, value, unit or calendar name; others stay as they are."""
    return _english(kind).get(name, name)


def chinese(kind: str, name: str) -> str:
    """The canonical Chinese name; others stay as they are."""
    others = table()[kind].get(name)
    return others[0] if others else name
