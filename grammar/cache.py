"""What is kept between runs lies in the user's own cache folder, and nowhere else.

An entry is bytes under a key. It is read only from a folder and a file that belong to the user and
that nobody else can write, and only if it is whole. Whatever is wrong with it, or with the folder,
there is no entry: a run without one is slower and no different.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

_BY_OTHERS = 0o022  # may be written by the group, or by all


class Cache:
    """The entries of one kind; the oldest go when there are more than `most`."""

    def __init__(self, kind: str, most: int) -> None:
        self.kind = kind
        self.most = most

    def read(self, key: str) -> bytes | None:
        """What was kept under a key; None if nothing is, or nothing that can be trusted."""
        folder = self._folder()
        if folder is None:
            return None
        try:
            if not _is_private(folder.stat()):
                return None
            with (folder / key).open("rb") as file:
                if not _is_private(os.fstat(file.fileno())):
                    return None
                seal, content = file.read(_SEAL), file.read()
        except OSError:
            return None
        if seal != _seal(key, content):
            return None
        with suppress(OSError):
            os.utime(folder / key)  # the oldest are those that nobody reads
        return content

    def write(self, key: str, content: bytes) -> None:
        """Keep an entry, whole or not at all; a folder that cannot be written only costs time."""
        import tempfile

        folder = self._folder()
        if folder is None:
            return
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
                file.write(_seal(key, content) + content)
            Path(file.name).replace(folder / key)
            self._forget(folder)
        except OSError:
            return

    def _folder(self) -> Path | None:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        return Path(base) / "steelyard" / self.kind if os.path.isabs(base) else None

    def _forget(self, folder: Path) -> None:
        """Half of the entries at once, so that it is rarely done."""
        names = os.listdir(folder)
        if len(names) > self.most:
            ages = sorted((os.stat(folder / name).st_mtime_ns, name) for name in names)
            for _, name in ages[: -self.most // 2]:
                (folder / name).unlink(missing_ok=True)


def key_of(*parts: str | bytes) -> str:
    """The key of what depends on exactly these parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()[:40]


_SEAL = hashlib.sha256().digest_size


def _seal(key: str, content: bytes) -> bytes:
    """Stands before an entry: a damaged one, or one under a wrong key, does not bear it."""
    return hashlib.sha256(key.encode() + content).digest()


def _is_private(status: os.stat_result) -> bool:
    if not hasattr(os, "getuid"):  # Windows: the folder of a user is closed to others
        return True
    return status.st_uid == os.getuid() and not status.st_mode & _BY_OTHERS
