"""Which files a declared pattern means. What is found here is all that SQL can ever read."""

import glob
from itertools import takewhile
from pathlib import Path

from connectors.base import File
from connectors.errors import ConnectorError


def expand(file: File, folder: Path) -> tuple[Path, ...]:
    """The existing files that the pattern names, as real absolute paths, sorted.

    A pattern may lead out of `folder` if it says so itself, by `..` or an absolute path. A link
    may not: what it points to must lie in the folder, or else in the directory that the pattern
    names. Raises ConnectorError `file_not_found`, `denied`, or, for empty files, `unsupported`.
    """
    found = sorted({path.resolve() for path in _matches(file.pattern, folder) if path.is_file()})
    if not found:
        raise ConnectorError(
            "file_not_found",
            f"no file matches {file.pattern}",
            "Paths in `file` start at the workspace folder.",
        )
    if not any(path.stat().st_size for path in found):
        raise ConnectorError(
            "unsupported", f"{file.pattern} is empty: there are not even names of columns"
        )
    home = _home(file.pattern, folder).resolve()
    for path in found:
        if not path.is_relative_to(home):
            raise ConnectorError(
                "denied",
                f"{file.pattern} leads through a link to a file outside of {home}",
                "Name the place itself in `file`, with its full path.",
            )
    return tuple(found)


def _matches(pattern: str, folder: Path) -> list[Path]:
    if (folder / pattern).is_file():  # a name may contain [ ] or * itself
        return [folder / pattern]
    return [folder / name for name in glob.iglob(pattern, root_dir=folder, recursive=True)]


def _home(pattern: str, folder: Path) -> Path:
    """The directory within which a pattern may find files."""
    parts = Path(pattern).parts
    if not Path(pattern).is_absolute() and ".." not in parts:
        return folder
    if (folder / pattern).is_file():
        return (folder / pattern).parent
    plain = takewhile(lambda part: not glob.has_magic(part), parts)
    return folder.joinpath(*plain)
