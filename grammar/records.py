"""Frozen dataclasses that take little time to define.

`@dataclass(frozen=True, slots=True)` writes six functions for each class. For the two hundred
classes of syntax and formulas that takes longer than checking a workspace, so the functions stand
here once, and read the parts of their class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

C = TypeVar("C")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[C]) -> type[C]:
    """A class whose annotations are its parts, in the order in which they are given.

    `fields`, `replace`, patterns, equality, hash and copies are those of a frozen dataclass; a
    `default_factory` is not understood.
    """
    cls.__doc__ = cls.__doc__ or cls.__name__  # else its signature is worked out, to stand here
    for name, function in _SHARED.items():
        if name not in vars(cls):
            setattr(cls, name, function)
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    parts = fields(made)
    compared = [each.name for each in parts if each.compare]
    made._compared = attrgetter(*compared) if compared else staticmethod(_nothing)
    made._shown = tuple(each.name for each in parts if each.repr)
    named = [each.name for each in parts if each.kw_only]
    if named == ["span"] and made.__init__ is _init:
        made.__init__ = _init_with_span
    made._names = (*made.__match_args__, *named)
    made._puts = tuple(getattr(made, name).__set__ for name in made._names)
    made._defaults = {each.name: each.default for each in parts if each.default is not MISSING}
    return made  # type: ignore[no-any-return]


def _nothing(_record: object) -> object:
    return ()


def _init(self: Any, *parts: object, **named: object) -> None:
    puts = self._puts
    if named or len(parts) != len(puts):
        parts = _all_parts(self, parts, named)
    for put, part in zip(puts, parts):  # noqa: B905 (they are of one length)
        put(self, part)


def _init_with_span(self: Any, *parts: object, span: object = MISSING, **named: object) -> None:
    """The same where `span` is the one part that is given by name alone, and comes last."""
    puts = self._puts
    if named or span is MISSING or len(parts) + 1 != len(puts):
        given = named if span is MISSING else {**named, "span": span}
        for put, part in zip(puts, _all_parts(self, parts, given), strict=True):
            put(self, part)
        return
    for put, part in zip(puts, parts):  # noqa: B905 (`span` has the place that is left)
        put(self, part)
    puts[-1](self, span)


def _all_parts(
    self: Any, parts: tuple[object, ...], named: dict[str, object]
) -> tuple[object, ...]:
    """Those given by place, then those by name, then what stands in for the others."""
    names = self._names
    rest = names[len(parts) :]
    if len(named) < len(rest):
        named = {name: it for name, it in self._defaults.items() if name in rest} | named
    try:
        given = (*parts, *[named[name] for name in rest])
    except KeyError:
        given = ()
    if len(given) != len(names) or len(named) != len(rest):
        raise TypeError(f"{self.__class__.__name__} has the parts {', '.join(names)}")
    return given


def _equal(self: Any, other: Any) -> Any:
    if self.__class__ is not other.__class__:
        return NotImplemented
    return self._compared(self) == self._compared(other)


def _hash(self: Any) -> int:
    return hash((self.__class__, self._compared(self)))


def _text(self: Any) -> str:
    parts = (f"{name}={getattr(self, name)!r}" for name in self._shown)
    return f"{self.__class__.__name__}({', '.join(parts)})"


def _refuse(_self: Any, name: str, *_value: object) -> None:
    raise FrozenInstanceError(f"{name} cannot be changed")


def _state(self: Any) -> list[object]:
    return [getattr(self, name) for name in self._names]


def _restore(self: Any, state: list[object]) -> None:
    for put, part in zip(self._puts, state, strict=True):
        put(self, part)


_SHARED: dict[str, Callable[..., object]] = {
    "__init__": _init,
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _text,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__getstate__": _state,
    "__setstate__": _restore,
}
