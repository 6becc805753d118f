"""Parsed files that are kept: the same as a new reading, or there is no entry."""

import os
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grammar import Parsed, Source, Span, parse, parse_kept, parsed_files
from grammar import syntax as s
from grammar.cache import Cache

REPOSITORY = Path(__file__).resolve().parents[2]
FAULTY = (REPOSITORY / "tests" / "bad_input").glob("*.cases")
TEXTS = [
    *(path.read_text("utf-8") for path in (REPOSITORY / "scorecards").glob("*.scorecard")),
    *(re.sub(r"^--", "#--", path.read_text("utf-8"), flags=re.M) for path in FAULTY),
    "",
    "kpii x\n  formla 1,200\n",
    "kpi k\n  formula " + "(" * 200 + "1" + ")" * 200 + "\n",
    'kpi 销售额 "销售额"\n  formula sum(sales.amount where a = 1 and b = 2 or c = 3)\n',
    "calendar\n  fiscal year starts in 2025-02-30\n  timezone\u00a0x\n",
]
TEXT = "kpi a\n  formula 1\n  unit CNY\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the entries, with no entry yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "steelyard" / "files"


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is parsed now is a failure."""
    parse_kept(Source("b.scorecard", TEXT))

    def fail(_source: Source) -> Parsed:
        raise AssertionError("parsed again")

    monkeypatch.setattr("grammar.parser.parse", fail)


def spans(item: object) -> Iterator[tuple[str, int, int]]:
    if isinstance(item, Span):
        yield item.source.name, item.start, item.end
    elif isinstance(item, s.Node):
        yield from spans([item.span, *(getattr(item, name) for name in item.__match_args__)])
    elif isinstance(item, list | tuple):
        for each in item:
            yield from spans(each)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_an_entry_says_what_the_parser_says(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parse(Source("a.scorecard", text))
    assert parse_kept(Source("first.scorecard", text)) != ()
    monkeypatch.setattr("grammar.parser.parse", lambda source: pytest.fail("parsed again"))
    source = Source("a.scorecard", text)
    found = parse_kept(source)
    assert found == expected
    if found.document is not None and expected.document is not None:
        assert found.document.source is source
        assert list(spans(found.document.sections)) == list(spans(expected.document.sections))
    assert all(d.span is None or d.span.source is source for d in found.diagnostics)


@pytest.mark.usefixtures("no_parser")
def test_the_name_of_the_file_does_not_matter() -> None:
    document = parse_kept(Source("elsewhere/c.scorecard", TEXT)).document
    assert document is not None
    (section,) = document.sections
    assert str(section.span) == "elsewhere/c.scorecard:1"


def only(cache: Path) -> Path:
    (entry,) = cache.iterdir()
    return entry


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "swapped"])
def test_a_damaged_entry_is_none(cache: Path, damage: str) -> None:
    expected = parse_kept(Source("a.scorecard", TEXT))
    entry = only(cache)
    data = entry.read_bytes()
    match damage:
        case "cut":
            entry.write_bytes(data[:-10])
        case "flipped":
            entry.write_bytes(data[:-10] + bytes([data[-10] ^ 1]) + data[-9:])
        case "empty":
            entry.write_bytes(b"")
        case "swapped":
            parse_kept(Source("a.scorecard", TEXT.replace("1", "2")))
            (other,) = set(cache.iterdir()) - {entry}
            entry.write_bytes(other.read_bytes())
    assert parse_kept(Source("a.scorecard", TEXT)) == expected
    assert entry.read_bytes() == data  # and it is whole again


class _Evil:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self.path),))


def test_an_entry_can_name_nothing_that_acts(tmp_path: Path) -> None:
    source, target = Source("a.scorecard", TEXT), tmp_path / "made"
    key = parsed_files.key_of(TEXT, parsed_files._program())
    Cache("files", most=9).write(key, pickle.dumps(_Evil(target)))
    assert parse_kept(source) == parse(source)
    assert not target.exists()


@pytest.mark.parametrize("item", [3, "x", None, [Source("a", "b")], s.CARD_PARTS])
def test_an_entry_of_something_else_is_none(item: object) -> None:
    source = Source("a.scorecard", TEXT)
    key = parsed_files.key_of(TEXT, parsed_files._program())
    Cache("files", most=9).write(key, pickle.dumps(item))
    assert parse_kept(source) == parse(source)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
@pytest.mark.parametrize("place", ["folder", "entry"])
def test_what_others_can_write_is_not_read(cache: Path, place: str) -> None:
    parse_kept(Source("a.scorecard", TEXT))
    key = only(cache).name
    assert Cache("files", most=9).read(key) is not None
    (cache if place == "folder" else cache / key).chmod(0o777)
    assert Cache("files", most=9).read(key) is None


def test_another_program_has_other_entries(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parse_kept(Source("a.scorecard", TEXT))
    monkeypatch.setattr("grammar.parsed_files._program", lambda: "another version")
    parse_kept(Source("a.scorecard", TEXT))
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize("base", ["", "relative", "file"])
def test_without_a_folder_there_is_no_entry(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / base) if base == "file" else base)
    monkeypatch.setenv("HOME", "")
    for _ in range(2):
        assert parse_kept(Source("a.scorecard", TEXT)) == parse(Source("a.scorecard", TEXT))
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_the_oldest_entries_go_first(tmp_path: Path) -> None:
    cache, folder = Cache("few", most=4), tmp_path / "steelyard" / "few"
    for number in range(4):
        cache.write(str(number), b"x")
        os.utime(folder / str(number), ns=(number, number))
    assert cache.read("0") == b"x"  # now it is the youngest
    cache.write("4", b"x")
    assert {each.name for each in folder.iterdir()} == {"0", "4"}
