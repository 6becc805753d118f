"""The workspaces of this folder, opened beside the data sets whose files they read."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.session import Session

WORKSPACES = Path(__file__).parent

Copied = Callable[[str, str], Path]
Opened = Callable[[str, str], Session]


@pytest.fixture(scope="session")
def copied(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """A copy of a workspace by name and form of its files, with `../data` beside it.

    The workspaces name Parquet files; the form `csv` reads the same tables as text.
    """

    def copy(name: str, form: str) -> Path:
        beside = tmp_path_factory.mktemp(name)
        (beside / "data").symlink_to(shared / "data", target_is_directory=True)
        folder = shutil.copytree(WORKSPACES / name, beside / name)
        data = folder / "data.scorecard"
        text = data.read_text("utf-8").replace("/parquet/", f"/{form}/")
        data.write_text(text.replace(".parquet", f".{form}"), "utf-8")
        return folder

    return copy


@pytest.fixture(scope="session")
def opened(copied: Copied) -> Iterator[Opened]:
    """Each workspace opened once, over an in-memory DuckDB that sees its files alone."""
    sessions: dict[tuple[str, str], Session] = {}

    def open_workspace(name: str, form: str) -> Session:
        if (name, form) not in sessions:
            sessions[name, form] = Session(copied(name, form))
        return sessions[name, form]

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STEELYARD_URL", raising=False)
        yield open_workspace
    for session in sessions.values():
        session.close()
