"""The small workspace of docs/language.md, section 2, with more sections beside it."""

import re
from pathlib import Path

from engine import Workspace, load
from grammar import Diagnostic

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "language.md"
BLOCK = re.compile(r"^```(?:\w+)?\n# (\w+\.scorecard).*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^(?=\S)", re.MULTILINE)

# Headers of the small workspace that are not computed yet.
WAITING_SECTIONS: frozenset[str] = frozenset()


def text() -> str:
    return PAGE.read_text("utf-8")


def files() -> dict[str, str]:
    """The files of section 2, by name."""
    return dict(BLOCK.findall(text()))


def write(folder: Path, more: str = "", leave_out: frozenset[str] = WAITING_SECTIONS) -> Workspace:
    """Section 2 as a workspace, with more sections in a file of their own."""
    for name, body in files().items():
        kept = [
            section
            for section in SECTION.split(body)
            if not any(section.startswith(header) for header in leave_out)
        ]
        (folder / name).write_text("".join(kept), "utf-8")
    if more:
        (folder / "more.scorecard").write_text(more, "utf-8")
    return load(folder)


def errors(found: tuple[Diagnostic, ...]) -> list[str]:
    return [each.code for each in found if each.severity == "error"]
