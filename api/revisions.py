"""Files of a folder as a git revision has them. Only git's plumbing reads; nothing is checked out.

Every command is a list of arguments, no shell sees it, and what the caller wrote can only be read
as the name of a revision, never as an option or a path.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_FILES = (b"100644", b"100755")  # no links, no submodules
_SUFFIX = ".scorecard"


class NoRevision(Exception):
    """There is no such revision, or no repository: the words of git, where it has any."""


@dataclass(frozen=True)
class Repository:
    """The git repository that a folder is in."""

    folder: Path

    def files(self, revision: str) -> list[tuple[str, bytes]]:
        """The scorecard files below the folder, by their path from there. Raises NoRevision."""
        wanted = f"{revision}^{{commit}}"
        commit = self._git("rev-parse", "--verify", "--end-of-options", wanted).decode().strip()
        prefix = os.fsdecode(self._git("rev-parse", "--show-prefix")).removesuffix("\n")
        below = ("--", prefix) if prefix else ()
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", commit, *below)
        found = dict(_scorecards(listed, prefix))
        return list(zip(found, self._contents(list(found.values())), strict=True))

    def _contents(self, objects: list[bytes]) -> Iterator[bytes]:
        """The contents of objects, all from one process."""
        written = self._git("cat-file", "--batch", given=b"".join(o + b"\n" for o in objects))
        for each in objects:
            header, _, written = written.partition(b"\n")
            size = header.split(b" ")[-1]
            if not size.isdigit():
                raise NoRevision(f"{each.decode()} is missing in the repository")
            yield written[: int(size)]
            written = written[int(size) + 1 :]

    def _git(self, *arguments: str, given: bytes = b"") -> bytes:
        try:
            done = subprocess.run(
                ["git", "--no-pager", *arguments],
                cwd=self.folder,
                env=_environment(),
                input=given,
                capture_output=True,
                check=False,
            )
        except OSError as error:  # there is no git, or no such folder
            raise NoRevision(f"{error.filename}: {error.strerror}") from None
        except ValueError as error:  # a null character
            raise NoRevision(str(error)) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            raise NoRevision(said.split("\n", maxsplit=1)[0].removeprefix("fatal: "))
        return done.stdout


def _environment() -> dict[str, str]:
    """That of the caller, but for what says, in a hook of git, that another repository is meant."""
    elsewhere = ("GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX")
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}


def _scorecards(listed: bytes, prefix: str) -> Iterator[tuple[str, bytes]]:
    """Name and object of the files that belong to a workspace: in no hidden folder."""
    for entry in listed.split(b"\0")[:-1]:
        about, _, path = entry.partition(b"\t")
        mode, _, name = about.split(b" ", maxsplit=2)
        within = os.fsdecode(path)
        if mode not in _FILES or not within.startswith(prefix) or not within.endswith(_SUFFIX):
            continue
        relative = PurePosixPath(within.removeprefix(prefix))
        if not any(part.startswith(".") for part in relative.parts):
            yield str(relative), name
