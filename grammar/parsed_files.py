"""Parsed files, kept between runs by what they say: an unchanged file is not parsed again.

An entry holds the syntax tree and the diagnostics of a text, without the text. Its key is the hash
of the text and of all that decides how it is read, so that an entry is never out of date. It is a
pickle that can name nothing but nodes, places and plain values.
"""

from __future__ import annotations

import copyreg
import pickle
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from grammar.cache import Cache, key_of
from grammar.reading import Parsed
from grammar.source import Source

_FILES = Cache("files", most=1000)
_LARGEST = 4_000_000  # bytes of an entry

_PLAIN = {("decimal", "Decimal"), ("datetime", "date")}
_OWN = "grammar."


def parse_kept(source: Source) -> Parsed:
    """The same as `parse`, from the cache where the text was read before."""
    key = key_of(source.text, _program())
    found = _read(key, source)
    if found is None:
        from grammar.parser import parse  # Lark is needed only where something changed

        found = parse(source)
        _write(key, source, found)
    return found


@lru_cache(maxsize=1)
def _program() -> str:
    """What decides how a text is read: this package, Lark and Python."""
    spec = find_spec("lark")
    assert spec is not None
    assert spec.origin is not None
    loader: Any = spec.loader
    return key_of(sys.version, loader.get_data(spec.origin), *_contents(files("grammar")))


def _contents(folder: Traversable) -> Iterator[bytes]:
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        if each.is_file():
            yield each.name.encode()
            yield each.read_bytes()
        elif each.name != "__pycache__":
            yield from _contents(each)


def _read(key: str, source: Source) -> Parsed | None:
    content = _FILES.read(key)
    if content is None:
        return None
    try:
        found = _Reader(content, source).load()
    except Exception:  # whatever is wrong with the entry, the file can be parsed
        return None
    return found if isinstance(found, Parsed) else None


def _write(key: str, source: Source, parsed: Parsed) -> None:
    file = BytesIO()
    try:
        _Writer(file, source).dump(parsed)
    except (pickle.PicklingError, RecursionError):
        return
    if file.tell() <= _LARGEST:
        _FILES.write(key, file.getvalue())


def _the_source() -> Source:
    """Stands in an entry for the source of the file that is read."""
    raise AssertionError


class _Writer(pickle.Pickler):
    def __init__(self, file: BytesIO, source: Source) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.source = source
        self.dispatch_table = copyreg.dispatch_table | {Source: self._left_out}

    def _left_out(self, source: Source) -> tuple[Any, tuple[()]]:
        if source is not self.source:
            raise pickle.PicklingError("a place in another text")
        return _the_source, ()


class _Reader(pickle.Unpickler):
    def __init__(self, content: bytes, source: Source) -> None:
        super().__init__(BytesIO(content))
        self.source = source

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (__name__, _the_source.__name__):
            return lambda: self.source
        if (module, name) not in _PLAIN and not module.startswith(_OWN):
            raise pickle.UnpicklingError(f"{module}.{name}")
        found = super().find_class(module, name)
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found
