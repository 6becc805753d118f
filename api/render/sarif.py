"""Diagnostics as SARIF 2.1.0, the exchange format of static analysis (an OASIS standard)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from api.error_index import page, page_text
from api.render.annotations import path_from_here
from api.render.words import say
from grammar import Diagnostic, Fix, Severity, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}

Json = dict[str, Any]


def sarif(
    diagnostics: Sequence[Diagnostic], folder: Path, version: str, language: str = "en"
) -> Json:
    """The log of one run; its files are named relative to the current folder."""
    codes = sorted({each.code for each in diagnostics})
    first = {each.code: each for each in reversed(diagnostics)}
    driver = {
        "name": "steelyard",
        "version": version,
        "rules": [_rule(first[code], language) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, codes, folder, language) for each in diagnostics],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(example: Diagnostic, language: str) -> Json:
    found = page(example.code, language)
    return {
        "id": example.code,
        "shortDescription": {"text": found.title},
        "fullDescription": {"text": found.what.strip()},
        "help": {"text": found.why.strip(), "markdown": page_text(found)},
        "defaultConfiguration": {"level": _LEVEL[example.severity]},
    }


def _result(diagnostic: Diagnostic, codes: list[str], folder: Path, language: str) -> Json:
    text = "".join((diagnostic.message(language), say(". ", language), diagnostic.help(language)))
    result: Json = {
        "ruleId": diagnostic.code,
        "ruleIndex": codes.index(diagnostic.code),
        "level": _LEVEL[diagnostic.severity],
        "message": {"text": text.strip()},
        "locations": [],
    }
    if diagnostic.span is not None:
        result["locations"] = [{"physicalLocation": _place(diagnostic.span, folder)}]
    if diagnostic.labels:
        result["relatedLocations"] = [
            {
                "physicalLocation": _place(each.span, folder),
                "message": {"text": each.said(language)},
            }
            for each in diagnostic.labels
        ]
    if diagnostic.fixes:
        result["fixes"] = [_fix(each, folder, language) for each in diagnostic.fixes]
    return result


def _fix(fix: Fix, folder: Path, language: str) -> Json:
    files = dict.fromkeys(edit.span.file for edit in fix.edits)
    changes = [
        {
            "artifactLocation": _file(name, folder),
            "replacements": [
                {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
                for edit in fix.edits
                if edit.span.file == name
            ],
        }
        for name in files
    ]
    return {"description": {"text": fix.said(language)}, "artifactChanges": changes}


def _place(span: Span, folder: Path) -> Json:
    return {"artifactLocation": _file(span.file, folder), "region": _region(span)}


def _file(name: str, folder: Path) -> Json:
    return {"uri": quote(path_from_here(folder, name))}


def _region(span: Span) -> Json:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
