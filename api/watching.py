"""Waiting for somebody to save: the files of a workspace are looked at a few times a second."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from api.session import CATALOG_FILE
from api.settings import SETTINGS_FILE

PAUSE = 0.3
"""Seconds between two looks."""

Snapshot = Mapping[str, tuple[int, int]]


def saves(
    folder: Path, pause: float = PAUSE, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Once at the start, then each time a file was written, added or removed. Never ends."""
    seen: Snapshot | None = None
    while True:
        now = snapshot(folder)
        if now != seen:
            seen = now
            yield
        else:
            sleep(pause)


def snapshot(folder: Path) -> Snapshot:
    """Time of writing and size of all that a check reads from the workspace, by path."""
    found: dict[str, tuple[int, int]] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        for name in names:
            if _is_read(name):
                path = os.path.join(place, name)
                try:
                    status = os.stat(path)
                except OSError:  # removed in between, or a link to nowhere
                    continue
                found[path] = (status.st_mtime_ns, status.st_size)
    return found


def _is_read(name: str) -> bool:
    if name.startswith("."):
        return False
    return name.endswith(".scorecard") or name in (SETTINGS_FILE, CATALOG_FILE)
