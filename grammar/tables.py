"""The parser's tables, kept between runs: building them takes longer than reading a workspace.

They lie in the user's own cache folder under the hash of the grammar, are read only if they belong
to the user, and are built again whenever anything about them is not as expected.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from lark import Lark


def kept(grammar: str, **options: object) -> Lark:
    """A parser for a grammar, from the cache where it is there."""
    path = _folder() / f"parser-{_fingerprint(grammar, options)}"
    found = _read(path)
    if found is not None:
        return found
    made = Lark(grammar, **options)
    _write(path, made)
    return made


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "steelyard"


def _fingerprint(grammar: str, options: dict[str, object]) -> str:
    parts = (grammar, repr(sorted(options.items())), version("lark"), sys.version)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _read(path: Path) -> Lark | None:
    try:
        if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
            return None
        with path.open("rb") as file:
            return Lark.load(file)
    except Exception:  # whatever is wrong with the file, the tables can be built
        return None


def _write(path: Path, parser: Lark) -> None:
    """Whole or not at all; a folder that cannot be written only costs time."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            parser.save(file)
        Path(file.name).replace(path)
    except OSError:
        return
