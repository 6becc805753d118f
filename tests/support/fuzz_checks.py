"""What must hold for every text, however broken: an answer, never a traceback.

`everything` sends the bytes of one file through all that text reaches, `fuzz` a thousand of them.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from random import Random

import pytest

from api.demo_data.schema import TABLES, columns
from api.fixes import mend
from api.render.annotations import workflow_commands
from api.render.diagnostics import count, diagnostics_text
from api.render.sarif import sarif
from engine import Workspace, check
from engine.catalog import Catalog, stored_catalog
from engine.documents import diagnostics_document
from engine.examples import run_examples
from engine.resolve import resolve
from grammar import Diagnostic, Parsed, Source, Span, decode, format, parse
from grammar import syntax as s
from tests.support.fuzz_texts import REPOSITORY

FOLDER = Path("fuzz")
NAME = "fuzz.scorecard"
LANGUAGES = ("en", "zh")

_KINDS = {
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "BOOLEAN": "boolean",
    "BIGINT": "integer",
    "INTEGER": "integer",
    "DECIMAL": "decimal",
}
STORED = {
    "tables": {
        table: [{"name": name, "kind": _KINDS[kind]} for name, kind in columns(table)]
        for table in TABLES
    }
}


@dataclass(frozen=True, slots=True)
class Depth:
    """How far a text goes: all are read, most are checked, some go on."""

    checks: bool = True
    formats: bool = False
    mends: bool = False
    prints: bool = False


ALL = Depth(formats=True, mends=True, prints=True)


def depth_of(number: int) -> Depth:
    """Of a hundred texts all are read, 60 checked, 20 formatted, 5 mended, 5 printed."""
    return Depth(
        checks=number % 5 > 1,
        formats=number % 5 == 1,
        mends=number % 20 == 2,
        prints=number % 20 == 3,
    )


def everything(data: bytes, depth: Depth = ALL) -> None:
    """All that can be done with the bytes of one file. What it raises is a fault of the program."""
    source = decode(NAME, data)
    if isinstance(source, Diagnostic):
        _speaks(source)
        return
    parsed = _read(source)
    diagnostics = parsed.diagnostics
    if depth.formats:
        _formats(source, parsed)
    if depth.checks:
        workspace = _workspace(parsed)
        diagnostics = check(workspace, _catalog(workspace))
        for each in diagnostics:
            _speaks(each)
        if depth.mends:
            _mends(workspace)
        if depth.prints:
            run_examples(workspace)
    if depth.prints:
        _prints(diagnostics)


def _read(source: Source) -> Parsed:
    parsed = parse(source)
    assert parsed.document is not None or parsed.diagnostics
    for diagnostic in parsed.diagnostics:
        _lies_inside(source, diagnostic.span)
        _speaks(diagnostic)
    for section in parsed.document.sections if parsed.document else ():
        for node in (section, *getattr(section, "facts", ())):
            _lies_inside(source, node.span)
            assert node.span.text
    return parsed


def _lies_inside(source: Source, span: Span | None) -> None:
    assert span is not None
    assert span.source is source
    assert 0 <= span.start <= span.end <= len(source.text)
    assert 1 <= span.line <= source.text.count("\n") + 1
    assert span.column >= 1


def _speaks(diagnostic: Diagnostic) -> None:
    for language in LANGUAGES:
        assert diagnostic.message(language)
        diagnostic.help(language)
        for each in diagnostic.labels:
            each.said(language)
        for fix in diagnostic.fixes:
            assert fix.said(language)
            assert all(edit.span.start <= edit.span.end for edit in fix.edits)


def _formats(source: Source, parsed: Parsed) -> None:
    if parsed.document is None or any(each.is_error for each in parsed.diagnostics):
        assert format(source).text is None
        return
    for language in LANGUAGES:
        found = format(source, language)
        if [each.code for each in found.diagnostics] == ["K0104"]:  # its parentheses count, too
            return
        assert found.text is not None, [each.message() for each in found.diagnostics]
        again = format(Source(NAME, found.text), language)
        assert again.text == found.text, [each.message() for each in again.diagnostics]


def _mends(workspace: Workspace) -> None:
    catalog = _catalog(workspace)
    mended = mend(workspace, lambda each: check(each, catalog))
    assert mended.errors <= sum(d.is_error for d in check(workspace, catalog))


def _prints(diagnostics: tuple[Diagnostic, ...]) -> None:
    for language in LANGUAGES:
        assert diagnostics_text(diagnostics, language).plain or not diagnostics
        count(diagnostics, language)
        json.dumps(diagnostics_document(diagnostics, language), allow_nan=False)
        json.dumps(sarif(diagnostics, FOLDER, "0", language), allow_nan=False)
        workflow_commands(diagnostics, FOLDER, language)


def _workspace(parsed: Parsed) -> Workspace:
    """The text beside data sections and KPIs of the example that are in order."""
    own = () if parsed.document is None else (parsed.document,)  # first, so that its names hold
    unread = () if own else (NAME,)
    return resolve(FOLDER, (*own, *_beside()), parsed.diagnostics, unread)


_BESIDE = """
kpi net_sales
  formula sum(sales.amount where is_return = no)
  unit CNY
  better higher
kpi return_rate
  formula count(sales where is_return = yes) / count(sales)
  unit percent
  better lower
"""


@lru_cache(maxsize=1)
def _beside() -> tuple[s.Document, ...]:
    data = (REPOSITORY / "scorecards" / "data.scorecard").read_text("utf-8")
    found = (
        parse(Source(f"{name}.scorecard", text)) for name, text in (("a", data), ("b", _BESIDE))
    )
    return tuple(each.document for each in found if each.document is not None)


def _catalog(workspace: Workspace) -> Catalog:
    return stored_catalog(workspace, STORED, "catalog.json")


# ── many texts, and the one that fails ───────────────────────────────────────────────────────────

SEED = os.environ.get("STEELYARD_FUZZ_SEED", "0")
"""Another seed makes other texts; each failure names the test and the number of its text."""

CHUNK = 1000
"""Texts of one test."""

Make = Callable[[Random], bytes]
Run = Callable[[bytes], None]


def fuzz(make: Make, chunk: int) -> None:
    """Send a thousand texts through everything; the first that fails is made small and shown."""
    for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        data = make(Random(f"{SEED} {number}"))
        run = partial(everything, depth=depth_of(number))
        if failure(data, run) is not None:
            pytest.fail(f"text {number} of seed {SEED}: {report(data, run)}", pytrace=False)


def failure(data: bytes, run: Run = everything) -> str | None:
    """Which fault a file meets: its kind and where it was raised; None where all is well."""
    try:
        run(data)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} {last.name}"
    return None


def report(data: bytes, run: Run) -> str:
    """The fault and a small text that meets it."""
    fault = failure(data, run)
    small = smallest(data, lambda less: failure(less, run) == fault)
    return f"{fault}\n{small!r}\n{small.decode('utf-8', 'backslashreplace')}"


def smallest(data: bytes, fails: Callable[[bytes], bool], tries: int = 1000) -> bytes:
    """What is left when all is left out without which the data still fail."""
    size = max(len(data) // 2, 1)
    while size and tries > 0:
        start = 0
        while start < len(data) and tries > 0:
            tries -= 1
            less = data[:start] + data[start + size :]
            if fails(less):
                data = less
            else:
                start += size
        size //= 2
    return data
