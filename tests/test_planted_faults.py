"""A workspace with twenty faults of different kinds, in English and in Chinese: one check reports
each of them once, at its line and column, and nothing else.

`planted/faults.*.scorecard` are whole workspaces. A comment at the end of a line says which code
must underline which text of it: `#! CODE text`.
"""

import re
from pathlib import Path

import duckdb
import pytest

from api.render.diagnostics import diagnostics_text
from api.session import Session
from engine import check
from grammar import Diagnostic
from tests.support.prose import english_left

TESTS = Path(__file__).parent
TABLES = (TESTS / "bad_input" / "shop.sql").read_text("utf-8")
MARK = re.compile(r"#! (K\d{4}) (.*?) *$")

Place = tuple[int, int, str, str]
"""Line, column, code, and the text that is underlined."""


def planted(language: str) -> str:
    return (TESTS / "planted" / f"faults.{language}.scorecard").read_text("utf-8")


def marked(text: str) -> list[Place]:
    """The faults that are marked; what is underlined stands once in its line."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        mark = MARK.search(line)
        if mark is not None:
            written = line[: mark.start()]
            assert written.count(mark[2]) == 1, line
            found.append((number, written.index(mark[2]) + 1, mark[1], mark[2]))
    return found


def place(diagnostic: Diagnostic) -> Place:
    span = diagnostic.span
    assert span is not None
    first_line = re.sub(r"\s*#!.*", "", span.text.split("\n", maxsplit=1)[0])
    return span.line, span.column, diagnostic.code, first_line


def checked(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    """What one check of the folder says, with the tables of a database."""
    with duckdb.connect(str(folder / "shop.duckdb")) as made:
        made.execute(TABLES)
    (folder / "steelyard.toml").write_text('[connection]\nurl = "duckdb:///shop.duckdb"\n', "utf-8")
    (folder / "card.scorecard").write_text(text, "utf-8")
    session = Session(folder)
    try:
        return check(session.workspace, session.catalog())
    finally:
        session.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_twenty_faults_are_reported_at_once(tmp_path: Path, language: str) -> None:
    text = planted(language)
    faults = marked(text)
    assert len(faults) == 20
    assert len({code for _, _, code, _ in faults}) >= 19  # a line misspelt, a line misplaced
    assert [place(each) for each in checked(tmp_path, text)] == faults


def test_their_messages_are_chinese_throughout(tmp_path: Path) -> None:
    for each in checked(tmp_path, planted("zh")):
        assert english_left(each) == [], each.code


def test_the_page_is_chinese_throughout(tmp_path: Path) -> None:
    """With excerpts, labels and fixes: all that is Latin is names, codes and signs."""
    text = planted("zh")
    page = diagnostics_text(checked(tmp_path, text), "zh").plain
    own = {word for line in text.splitlines() for word in re.findall(r"[A-Za-z_]+", line)}
    said = set(re.findall(r"[A-Za-z_]+", page)) - own
    assert said <= {*"KABC", "CR", "RI", "alonso_lamata", "amount", "card", "scorecard"}
