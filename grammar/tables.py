"""The parser's tables, kept between runs: building them takes longer than reading a workspace.

They are kept under the hash of the grammar, of the options, and of Lark's and Python's version, and
are built again whenever anything about them is not as expected.
"""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any

import lark
from lark import Lark

from grammar.cache import Cache, key_of

_TABLES = Cache("tables", most=8)


def kept(grammar: str, **options: Any) -> Lark:
    """A parser for a grammar, from the cache where it is there."""
    key = key_of(grammar, repr(sorted(options.items())), lark.__version__, sys.version)
    found = _read(key)
    if found is not None:
        return found
    made = Lark(grammar, **options)
    file = BytesIO()
    made.save(file)
    _TABLES.write(key, file.getvalue())
    return made


def _read(key: str) -> Lark | None:
    content = _TABLES.read(key)
    if content is None:
        return None
    try:
        return Lark.load(BytesIO(content))
    except Exception:  # whatever is wrong with them, the tables can be built
        return None
