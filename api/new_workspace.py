"""The folder of a new workspace: filled whole or not at all, and never over something else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.settings import SETTINGS_FILE
from grammar import Diagnostic, Refused

IGNORE_FILE = ".gitignore"


@contextmanager
def new_workspace(folder: Path) -> Iterator[Path]:
    """A scratch folder; what it holds moves into `folder` if all goes well.

    Otherwise nothing is left that was not there. A `.gitignore` of before stays as it is. Raises
    Refused (K0917) where a workspace would meet another one, OSError where nothing can be written.
    """
    _require_free(folder)
    made = [each for each in (folder, *folder.parents) if not os.path.lexists(each)]
    scratch = folder / f".steelyard.{os.getpid()}.tmp"
    moved: list[Path] = []
    try:
        scratch.mkdir(parents=True)
        yield scratch
        _move(scratch, folder, moved)
    except BaseException:
        for each in moved:
            _remove(each)
        shutil.rmtree(scratch, ignore_errors=True)
        for each in made:
            with suppress(OSError):  # somebody put something there meanwhile
                each.rmdir()
        raise
    shutil.rmtree(scratch, ignore_errors=True)


def _require_free(folder: Path) -> None:
    found = _obstacle(folder)
    if found is not None:
        raise _refusal(folder, Path(os.path.relpath(found, folder.resolve())).as_posix())


def _refusal(folder: Path, found: str) -> Refused:
    return Refused([Diagnostic("K0917", None, {"folder": str(folder.resolve()), "found": found})])


def _obstacle(folder: Path) -> Path | None:
    """A file of another workspace that is here, below, or above: its folder is read whole."""
    here = folder.resolve()
    if os.path.lexists(here / SETTINGS_FILE):
        return here / SETTINGS_FILE
    for found in sorted(here.rglob("*.scorecard")):
        if not _hidden(found.relative_to(here)):
            return found
    for above in here.parents:
        if os.path.lexists(above / SETTINGS_FILE) and not _hidden(here.relative_to(above)):
            return above / SETTINGS_FILE
    return None


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _move(scratch: Path, folder: Path, moved: list[Path]) -> None:
    for each in sorted(scratch.iterdir()):
        place = folder / each.name
        if not os.path.lexists(place):
            each.rename(place)
            moved.append(place)
        elif each.name != IGNORE_FILE:
            raise _refusal(folder, each.name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
