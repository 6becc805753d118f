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
    made._names = (*made.__match_args__, *named)
    made._defaults = {each.name: each.default for each in parts if each.default is not MISSING}
    return made  # type: ignore[no-any-return]


def _nothing(_record: object) -> object:
    return ()


def _init(self: Any, *parts: object, **named: object) -> None:
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
    for name, part in zip(names, given, strict=True):
        _set(self, name, part)


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
    for name, part in zip(self._names, state, strict=True):
        _set(self, name, part)


_set = object.__setattr__
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
