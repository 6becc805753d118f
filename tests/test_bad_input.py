"""Mistakes that people make in scorecards, each with the diagnostic that must point at it.

The cases stand in `bad_input/*.cases`. A case is a title (`-- …`) and the text of a workspace with
marks in comments at the ends of lines. A mark says which code underlines which text of its line:

    #! CODE text    found by `check`, and the reason why a card of the case is not scored
    #? CODE text    found by `check`; every card of the case is scored all the same
    #> CODE text    found only by `score`: the data are at fault

A case holds exactly what its marks say: nothing else may be reported, and nothing but `Refused` may
be raised. `@card`, `@full`, `@scored` and `@kpi` are short for lines that most cases need.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.session import Session
from engine import Sheet, check, explain
from engine.documents import sheet_document
from grammar import Diagnostic, Refused
from tests.support.prose import english_left

AS_OF = date(2025, 12, 31)
CASES = Path(__file__).parent / "bad_input"
TABLES = (CASES / "shop.sql").read_text("utf-8")
SHARED = "data.scorecard"
DATA = (CASES / "shop.scorecard").read_text("utf-8")

SHORT = {
    "@card": "scorecard card\n  for store\n  every quarter\n  when missing leave out",
    "@full": "measure net_sales\n  weight 100%\n  target 100\n  curve attainment\n  limit 0 to 120",
    "@scored": "target 100\n  curve attainment\n  limit 0 to 120",
}


# ── the table ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Case:
    """A workspace text, and its marks: (kind, line, code, underlined text)."""

    text: str
    marks: tuple[tuple[str, int, str, str], ...]

    def marked(self, kinds: str) -> list[tuple[int, str, str]]:
        return sorted(mark[1:] for mark in self.marks if mark[0] in kinds)


MARK = re.compile(r"#([!?>]) (K\d{4}(?:,K\d{4})*) (.*?) *(?=#[!?>] K|$)")


def case(body: str) -> Case:
    written = enumerate(body.strip().splitlines())
    lines = [line for number, each in written for line in written_out(each, number)]
    marks = [
        (kind, number, code, underlined)
        for number, line in enumerate(lines, start=1)
        for kind, codes, underlined in MARK.findall(line)
        for code in codes.split(",")
    ]
    return Case("\n".join(lines) + "\n", tuple(marks))


def written_out(line: str, number: int) -> list[str]:
    """The lines that an abbreviation stands for; a mark stays with the first of them."""
    if line.startswith("@kpi "):
        return [f"kpi x{number}", f"  formula {line.removeprefix('@kpi ')}", "  unit CNY"]
    word = next(iter(line.split()), "")
    first, *others = SHORT.get(word, word).split("\n")
    return [line.replace(word, first, 1) if word else line, *others]


def table() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.cases")):
        for part in re.split(r"^-- ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            title, _, body = part.partition("\n")
            title, _, waits_for = title.partition(" | ")
            marks = [pytest.mark.xfail(reason=waits_for)] if waits_for else []
            yield pytest.param(case(body), id=f"{path.stem}: {title}", marks=marks)


def place(diagnostic: Diagnostic) -> tuple[int, str, str]:
    """Line, code and (the first line of) what is underlined; the texts can be rendered, and no
    English is left in Chinese."""
    assert "{" not in diagnostic.message() + diagnostic.help()
    assert english_left(diagnostic) == []
    span = diagnostic.span
    if span is None:
        return 0, diagnostic.code, diagnostic.message()
    first_line = span.text.split("\n", maxsplit=1)[0]
    return span.line, diagnostic.code, re.sub(r"\s*#[!?>].*", "", first_line)


def told(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """All that is said, but that what all cases share holds more than one of them uses."""
    shared = [each for each in diagnostics if each.span is not None and each.span.file == SHARED]
    unused = [each for each in shared if each.code == "K0801"]
    return [each for each in diagnostics if each not in unused]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "shop.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute(TABLES)
    return path


@pytest.fixture
def folder(tmp_path: Path, database: Path) -> Path:
    settings = f'[connection]\nurl = "duckdb:///{database}"\n'
    (tmp_path / "steelyard.toml").write_text(settings, "utf-8")
    (tmp_path / SHARED).write_text(DATA, "utf-8")
    return tmp_path


def refusals(session: Session, period: str = "2025Q3") -> list[Diagnostic]:
    """Why the cards of a workspace are not scored; every refusal has a reason."""
    found: list[Diagnostic] = []
    for card in session.workspace.cards:
        try:
            session.score(card, period, AS_OF)
        except Refused as refused:
            reasons = refused.diagnostics
        else:
            continue
        assert any(each.is_error for each in reasons)
        found += reasons
    return found


@pytest.mark.parametrize("case", list(table()))
def test_case(case: Case, folder: Path) -> None:
    (folder / "of_case.scorecard").write_text(case.text, "utf-8")
    session = Session(folder)
    try:
        found = told(check(session.workspace, session.catalog()))
        refused = refusals(session)
    finally:
        session.close()
    assert sorted(map(place, found)) == case.marked("!?")
    if session.workspace.cards:
        assert sorted(map(place, refused)) == case.marked("!>")
    assert {each.span.file for each in (*found, *refused) if each.span} <= {"of_case.scorecard"}


# ── files ────────────────────────────────────────────────────────────────────────────────────────

CARD = "\n".join(written_out("@card", 0) + written_out("@full", 0)) + "\n"
ALL_OF_IT = (CASES / "card.scorecard").read_text("utf-8")


def scored(folder: Path, period: str = "2025Q3", as_of: date = AS_OF) -> Sheet:
    session = Session(folder)
    try:
        return session.score("card", period, as_of)
    finally:
        session.close()


def refused(folder: Path, period: str = "2025Q3", card: str = "card") -> list[Diagnostic]:
    session = Session(folder)
    try:
        with pytest.raises(Refused) as caught:
            session.score(card, period, AS_OF)
    finally:
        session.close()
    for each in caught.value.diagnostics:
        place(each)
    return list(caught.value.diagnostics)


BROKEN_FILES = [
    (b"", "K0107"),
    (b"\x89PNG\r\n\x1a\n\x00", "K0103"),
    ("kpi 指标\n".encode("gb18030"), "K0103"),
    (b"kpi x\n  note " + b"x" * 5_000_000, "K0103"),
    (b"kpi x\n  formula " + b"(" * 10_000 + b"1" + b")" * 10_000, "K0103"),
    (b"kpi x\n  formula " + b"(" * 5_000 + b"1" + b")" * 5_000, "K0104"),
    (b"kpi x\n  formula 1 +\n", "K0101"),
]


@pytest.mark.parametrize(("data", "code"), BROKEN_FILES, ids=lambda value: str(value[:20]))
def test_a_file_that_no_card_needs_does_not_block(folder: Path, data: bytes, code: str) -> None:
    (folder / "card.scorecard").write_text(CARD, "utf-8")
    (folder / "other.scorecard").write_bytes(data)
    found = check(Session(folder).workspace)
    assert [(each.code, each.span and each.span.file) for each in found] == [
        (code, "other.scorecard")
    ]
    assert list(scored(folder).total) == [100, 50]


def test_a_byte_order_mark_and_crlf_are_read(folder: Path) -> None:
    text = CARD.replace("\n", "\r\n").encode("utf-8-sig")
    (folder / "card.scorecard").write_bytes(text)
    assert told(check(Session(folder).workspace)) == []
    assert list(scored(folder).total) == [100, 50]


def test_a_sum_of_many_terms(folder: Path) -> None:
    long = "kpi long\n  formula net_sales" + "\n    + net_sales" * 10_000 + "\n  unit CNY\n"
    (folder / "card.scorecard").write_text(CARD.replace("net_sales", "long") + long, "utf-8")
    found = check(Session(folder).workspace)
    assert {each.code for each in found} <= {"K0104"}


PARTS = re.split(r"\n(?=[a-z])", DATA.partition("\n\n")[2].strip())
NEEDED = (
    "calendar",
    "entity company",
    "entity store",
    "data sales",
    "targets plan",
    "kpi net_sales",
)
FAULTS = {"line": (b"\n  ???\n", "K0102", "?"), "file": (b"\n\xff\n", "K0103", "")}
UNREAD = [
    pytest.param(p, *FAULTS[f], id=f"{f} of {p.splitlines()[0]}") for f in FAULTS for p in PARTS
]


@pytest.mark.parametrize(("part", "fault", "code", "underlined"), UNREAD)
def test_names_that_are_not_read_do_not_cascade(
    folder: Path, part: str, fault: bytes, code: str, underlined: str
) -> None:
    """Each section in a file of its own; in one of them a line, or the file, cannot be read."""
    (folder / "data.scorecard").unlink()
    for number, each in enumerate(PARTS):
        end = fault if each == part else b"\n"
        (folder / f"part_{number:02}.scorecard").write_bytes(each.encode() + end)
    (folder / "card.scorecard").write_text(ALL_OF_IT, "utf-8")
    session = Session(folder)
    found = check(session.workspace, session.catalog())
    session.close()
    root = (part.count("\n") + 2 if underlined else 1, code, underlined)
    assert [place(each) for each in found] == [root]
    if part.startswith((*NEEDED, "kpi return_rate")):
        assert [place(each) for each in refused(folder)] == [root]
    else:
        assert len(scored(folder)) == 1


# ── requests ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def shop(folder: Path) -> Path:
    (folder / "card.scorecard").write_text(CARD, "utf-8")
    return folder


@pytest.mark.parametrize("name", ["cart", "", "x'; --"])
def test_an_unknown_card(shop: Path, name: str) -> None:
    (diagnostic,) = refused(shop, card=name)
    assert diagnostic.code == "K0905"
    assert "card" in diagnostic.help()


def test_an_unknown_card_of_an_empty_folder(tmp_path: Path) -> None:
    assert "K0110" in [each.code for each in refused(tmp_path)]


PERIODS = ["", "2025", "2025Q5", "2025-07", "2025-W10", "0000Q1", "9999Q4", "Q3", "2025Q3; DROP"]


@pytest.mark.parametrize("period", PERIODS)
def test_a_period_that_is_none_of_the_card(shop: Path, period: str) -> None:
    (diagnostic,) = refused(shop, period)
    assert diagnostic.code == "K0906"
    assert "2025Q3" in diagnostic.help()


@pytest.mark.parametrize("text", ["", "soon", "2025-13-01", "20250701", "2025-W01-1", "7/1"])
def test_a_day_that_is_none(shop: Path, text: str) -> None:
    with pytest.raises(Refused) as caught:
        Session(shop).as_of(text)
    assert [each.code for each in caught.value.diagnostics] == ["K0909"]


@pytest.mark.parametrize("as_of", [date(2025, 7, 1), date.max])
def test_any_day_from_the_first_of_the_period_is_answered(shop: Path, as_of: date) -> None:
    assert len(scored(shop, as_of=as_of)) == 2


@pytest.mark.parametrize("as_of", [date.min, date(2025, 6, 30)])
def test_a_period_that_has_not_begun(shop: Path, as_of: date) -> None:
    session = Session(shop)
    with pytest.raises(Refused) as caught:
        session.score("card", "2025Q3", as_of)
    session.close()
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.data["start"]) == ("K0918", "2025-07-01")


def test_a_period_without_data_is_a_result_with_reasons(shop: Path) -> None:
    text = CARD.replace("net_sales", "return_rate").replace("attainment", "attainment mirrored")
    (shop / "card.scorecard").write_text(text.replace("target 100", "target 3%"), "utf-8")
    items = sheet_document(scored(shop, "2024Q1"))["not_ranked"]
    assert [(item["key"], item["total"], item["reason"]) for item in items] == [
        ("S1", None, "no_total"),
        ("S2", None, "no_total"),
    ]
    for item in items:
        measure = item["measures"]["return_rate"]
        assert (measure["value"], measure["state"]) == (None, "missing")
        assert measure["reason"] == "zero_denominator"


def test_nobody_is_explained_who_is_not_scored(shop: Path) -> None:
    sheet = scored(shop)
    assert explain(sheet, "S3", "en") is None
    assert explain(sheet, "S1", "en") is not None


# ── the database and the settings ────────────────────────────────────────────────────────────────


def test_an_absent_database_says_how_to_get_one(shop: Path) -> None:
    settings = '[connection]\nurl = "duckdb:///.steelyard/demo.duckdb"\n'
    (shop / "steelyard.toml").write_text(settings, "utf-8")
    (diagnostic,) = refused(shop)
    assert diagnostic.code == "K0901"
    assert "steelyard demo" in diagnostic.help()
    assert told(check(Session(shop).workspace, Session(shop).catalog())) == []


def test_a_locked_database(shop: Path) -> None:
    settings = '[connection]\nurl = "duckdb:///locked.duckdb"\n'
    (shop / "steelyard.toml").write_text(settings, "utf-8")
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    command = [sys.executable, "-c", hold, str(shop / "locked.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        (diagnostic,) = refused(shop)
        holder.communicate(b"\n")
    assert diagnostic.code == "K0901"
    assert "close it, or wait" in diagnostic.help()


SETTINGS = [
    ("[connection\n", "K0902"),
    ('colour = "red"\n', "K0902"),
    ('language = "fr"\n', "K0902"),
    ('[connection]\nurl = "duckdb:///${STEELYARD_NOT_SET}"\n', "K0902"),
    ('[connection]\ntimeout = "soon"\n', "K0902"),
    ('[connection]\ntimeout = "0s"\n', "K0902"),
    ('[connection]\nurl = "nonsense"\n', "K0901"),
    ('[connection]\nurl = "oracle://host/x"\n', "K0901"),
    ('[connection]\nurl = "duckdb:///card.scorecard"\n', "K0901"),
    ('[connection]\nurl = "sqlite:///card.scorecard"\n', "K0901"),
    ('[connection]\nurl = "duckdb:///."\n', "K0901"),
]


@pytest.mark.parametrize(("text", "code"), SETTINGS)
def test_settings_that_cannot_be_used(shop: Path, text: str, code: str) -> None:
    (shop / "steelyard.toml").write_text(text, "utf-8")
    assert [each.code for each in refused(shop)] == [code]
    if code == "K0902":  # `check` may do without a database, not without its settings
        with pytest.raises(Refused):
            Session(shop).catalog()


CATALOGS = ["{", "[]", "3", '{"tables": 3}', '{"tables": {"stores": [{"nam": 1}]}}', "\x00"]


@pytest.mark.parametrize("text", CATALOGS)
def test_a_catalogue_that_cannot_be_used(shop: Path, text: str) -> None:
    (shop / "steelyard.toml").write_text('[connection]\nurl = "duckdb:///no.duckdb"\n', "utf-8")
    (shop / "catalog.json").write_text(text, "utf-8")
    with pytest.raises(Refused) as caught:
        Session(shop).catalog()
    assert [each.code for each in caught.value.diagnostics] == ["K0902"]


# ── whatever is written ──────────────────────────────────────────────────────────────────────────

WHOLE = DATA + ALL_OF_IT
PIECES = sorted(set(re.findall(r'"[^"\n]*"|[\w.]+%?|[^\w\s]', WHOLE)))
LINES = sorted(set(WHOLE.splitlines(keepends=True)))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_mixture_of_good_pieces_is_answered(data: st.DataObject, database: Path) -> None:
    """Words and lines of a good workspace, put in the wrong place: still text that is read."""
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 3))):
        words = list(re.finditer(r'"[^"\n]*"|[\w.]+%?|[^\w\s]|^.*\n', text, re.MULTILINE))
        old = data.draw(st.sampled_from(words))
        pool = LINES if old.group().endswith("\n") else PIECES
        text = text[: old.start()] + data.draw(st.sampled_from(["", *pool])) + text[old.end() :]
    with TemporaryDirectory() as name:
        (Path(name) / "all.scorecard").write_text(text, "utf-8")
        url = f'[connection]\nurl = "duckdb:///{database}"\n'
        (Path(name) / "steelyard.toml").write_text(url, "utf-8")
        session = Session(Path(name))
        for diagnostic in (*check(session.workspace, session.catalog()), *refusals(session)):
            place(diagnostic)
        session.close()
