"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A scratch file in the folder of `path` that takes its place if all goes well.

    The folder is made on the way. Nothing is left of the scratch file, nor of DuckDB's log to it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        scratch.unlink(missing_ok=True)
        yield scratch
        os.replace(scratch, path)
    finally:
        for left in (scratch, scratch.with_name(f"{scratch.name}.wal")):
            left.unlink(missing_ok=True)
