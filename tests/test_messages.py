"""The texts of diagnostics: every code that is raised has one, and every placeholder is given.

The second is read from the source: a call whose first argument is a code gives the data of its
sentence as keywords or as a dict that is written out in the same function.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from grammar.diagnostics import Severity, catalogue

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = ("grammar", "engine", "api")
CODE = re.compile(r"K\d{4}")
# Keywords of the calls that are no data of the sentence.
NO_DATA = {"span", "labels", "fixes", "follows", "problems"}


@dataclass(frozen=True)
class Raise:
    """One place that raises one of some codes, and the data it gives."""

    place: str
    codes: frozenset[str]
    given: frozenset[str]


Function = ast.FunctionDef | ast.AsyncFunctionDef


def raises(package: str) -> Iterator[Raise]:
    for path in sorted((REPOSITORY / package).rglob("*.py")):
        yield from raises_in(ast.parse(path.read_text("utf-8")), str(path.relative_to(REPOSITORY)))


def raises_in(module: ast.Module, name: str) -> Iterator[Raise]:
    tables = {t.id: n for n in module.body for t in targets(n) if isinstance(t, ast.Name)}
    functions = functions_in(module)
    added = added_in(module) | dict(imported_in(module))
    for function in functions:
        known = tables | {
            target.id: node
            for node in ast.walk(function)
            for target in targets(node)
            if isinstance(target, ast.Name)
        }
        for call in own_calls(function):
            codes = codes_of(call.args[0], known) if call.args else frozenset()
            if codes:
                given = {*data_of(call, known), *added.get(getattr(call.func, "id", ""), ())}
                yield Raise(f"{name}:{call.lineno}", codes, frozenset(given))


def functions_in(module: ast.Module) -> list[Function]:
    return [node for node in ast.walk(module) if isinstance(node, Function)]


def added_in(module: ast.Module) -> dict[str, set[str]]:
    """What the functions that report the code they are given say themselves, by name."""
    functions = functions_in(module)
    added: dict[str, set[str]] = {}
    for _ in range(2):  # one may hand its code on to another
        added = {function.name: set(data_added(function, added)) for function in functions}
    return added


@cache
def added_by(path: Path) -> dict[str, set[str]]:
    return added_in(ast.parse(path.read_text("utf-8"))) if path.is_file() else {}


def imported_in(module: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """The same of functions that stand in another module of the packages."""
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            path = REPOSITORY / f"{(node.module or '').replace('.', '/')}.py"
            for each in node.names:
                yield each.asname or each.name, added_by(path).get(each.name, set())


def data_added(function: Function, added: Mapping[str, set[str]]) -> Iterator[str]:
    """What a function that reports the code it is given says itself."""
    first = next(iter(function.args.args), None)
    for call in own_calls(function):
        match call.args:
            case [ast.Name(id=name), *_] if first is not None and name == first.arg:
                yield from data_of(call, {})
                yield from added.get(getattr(call.func, "id", ""), ())


def own_calls(function: Function) -> Iterator[ast.Call]:
    """The calls in a function, those of functions inside it left out."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function):
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def targets(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Assign(targets=found):
            return found
        case ast.AnnAssign(target=target):
            return [target]
    return []


def codes_of(node: ast.AST | None, known: dict[str, ast.AST]) -> frozenset[str]:
    """The codes that an expression may be: written, chosen, or taken from a table."""
    match node:
        case ast.Constant(value=str(text)) if CODE.fullmatch(text):
            return frozenset({text})
        case ast.IfExp(body=body, orelse=other):
            return codes_of(body, known) | codes_of(other, known)
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name) if name in known:
            others = {each: node for each, node in known.items() if each != name}
            return codes_of(getattr(known[name], "value", None), others)
        case ast.Dict(values=values):
            return frozenset().union(*(codes_of(value, known) for value in values))
    return frozenset()


def data_of(call: ast.Call, known: dict[str, ast.AST]) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg == "data":
            yield from keys_of(keyword.value, known)
        elif keyword.arg not in NO_DATA:
            yield keyword.arg
    for argument in call.args[1:]:
        yield from keys_of(argument, known)


def keys_of(node: ast.AST | None, known: dict[str, ast.AST]) -> Iterator[str]:
    """The keys of a dict that is written out, in place or under a name."""
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value)
                else:  # **more
                    yield from keys_of(value, known)
        case ast.Name(id=name) if name in known:
            yield from keys_of(getattr(known[name], "value", None), {})


def placeholders(row: dict[str, str]) -> set[str]:
    texts = (row.get("message", ""), row.get("help", ""))
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}


def without_data(found: list[Raise], rows: dict[str, dict[str, str]]) -> list[str]:
    """What breaks the rule, as `PLACE: CODE lacks NAMES`."""
    return [
        f"{each.place}: {code} lacks {', '.join(sorted(lacking))}"
        for each in found
        for code in sorted(each.codes)
        if (lacking := placeholders(rows.get(code, {})) - each.given)
    ]


RAISED = [each for package in PACKAGES for each in raises(package)]
ROWS = catalogue("en")


def test_every_code_that_is_raised_has_a_text() -> None:
    assert {code for each in RAISED for code in each.codes} - ROWS.keys() == set()


def test_every_text_is_raised() -> None:
    assert ROWS.keys() - {code for each in RAISED for code in each.codes} == set()


def test_every_placeholder_is_given_where_its_code_is_raised() -> None:
    assert without_data(RAISED, ROWS) == []


def test_every_code_that_is_mentioned_has_a_text() -> None:
    mentioned = {
        code
        for package in PACKAGES
        for path in (REPOSITORY / package).rglob("*.py")
        for code in re.findall(r"\bK\d{4}\b", path.read_text("utf-8"))
    }
    assert mentioned - ROWS.keys() == set()


@pytest.mark.parametrize("code", ROWS)
def test_a_text_is_whole(code: str) -> None:
    row = ROWS[code]
    assert CODE.fullmatch(code)
    assert row.keys() == {"severity", "message", "help"}
    assert row["severity"] in set(Severity)
    assert row["message"]
    assert not row["message"].endswith(".")
    assert not row["help"] or row["help"].endswith((".", "}", ")"))
    assert all(name.isidentifier() for name in placeholders(row))


def test_other_languages_have_the_same_texts() -> None:
    for path in (REPOSITORY / "grammar" / "messages").glob("*.toml"):
        rows = tomllib.loads(path.read_text("utf-8"))
        assert rows.keys() == ROWS.keys()
        for code, row in rows.items():
            assert row.get("severity", ROWS[code]["severity"]) == ROWS[code]["severity"]
            assert placeholders(row) <= placeholders(ROWS[code]), code


# ── the rules find what they are for ─────────────────────────────────────────────────────────────

PLANTED = """
TABLE = {"a": "K0001", "b": "K0002"}

def f(problems, kind):
    data = {"a": 1}
    problems.report("K0003", None, data, b=2)
    problems.report(TABLE[kind], None, a=1)
    code = "K0001" if kind else "K0003"
    _report("K0002", problems, c=1)
    return Diagnostic(code, None, {**data, "c": 3})

def _report(code, problems, **more):
    problems.report(code, None, b=2, **more)

def _hand_on(code, problems):
    _report(code, problems)

def g(problems):
    _hand_on("K0002", problems)
"""
PLANTED_ROWS = {
    "K0001": {"message": "{a}", "help": ""},
    "K0002": {"message": "", "help": "{b}"},
    "K0003": {"message": "{a} {b}", "help": ""},
}


def test_planted_calls_are_found() -> None:
    found = list(raises_in(ast.parse(PLANTED), "f.py"))
    found.sort(key=lambda each: int(each.place.partition(":")[2]))
    assert [(each.place, sorted(each.codes), sorted(each.given)) for each in found] == [
        ("f.py:6", ["K0003"], ["a", "b"]),
        ("f.py:7", ["K0001", "K0002"], ["a"]),
        ("f.py:9", ["K0002"], ["b", "c"]),
        ("f.py:10", ["K0001", "K0003"], ["a", "c"]),
        ("f.py:19", ["K0002"], ["b"]),
    ]
    assert without_data(found, PLANTED_ROWS) == [
        "f.py:7: K0002 lacks b",
        "f.py:10: K0003 lacks b",
    ]
