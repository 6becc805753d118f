"""The shape of the code: which way imports point, how long modules are, what no module may do.

The rules are functions from a syntax tree to sentences about what breaks them. They run over every
module of the four packages, and over planted sources that each break one of them.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

# What each package may import beside itself and the standard library. `api` may import everything.
MAY_IMPORT = {
    "grammar": {"lark"},
    "engine": {"grammar", "numpy", "pydantic", "sqlglot"},
    "connectors": {"duckdb", "psycopg", "pymysql", "pyspark", "sqlalchemy", "sqlglot"},
}
PACKAGES = (*MAY_IMPORT, "api")

MOST_LINES = 600
# A longer module than this one must be named, with the reason, in a page of docs/adr.
LINES_WITHOUT_REASON = 400

# `as_of` is a parameter: the engine asks neither Python for the time (`date.today`) nor, through an
# expression of sqlglot (`CurrentDate`), the database.
CLOCK_METHODS = {"now", "today", "utcnow"}
CLOCK_EXPRESSION = re.compile(
    r"Current(Date|Datetime|Time|Timestamp|TimestampLTZ)|Local(time|timestamp)"
    r"|Systimestamp|Utc(Date|Time|Timestamp)"
)

SQL = re.compile(
    r"\b(SELECT|FROM|WHERE|INSERT|DELETE|JOIN|GROUP BY|ORDER BY)\b|(?is:\bselect\b.*\bfrom\b)"
)
# What a connector may put together all the same, with {} for each value: statements that prepare a
# session, where no bind parameter may stand and values are quoted in that place, and messages that
# name a keyword of SQL.
ALLOWED = frozenset(
    {
        "{}; only one SELECT is run",
    }
)


def violations(package: str, source: str) -> Iterator[str]:
    """Every rule that a module of a package breaks, as `LINE: sentence`."""
    tree = ast.parse(source)
    if not ast.get_docstring(tree):
        yield "1: no docstring says what the module is for"
    if source.count("\n") > MOST_LINES:
        yield f"{MOST_LINES}: more than {MOST_LINES} lines"
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        for module in imported(node):
            if not may_import(package, module):
                yield f"{line}: {package} may not import {module}"
        if runs_text(node):
            yield f"{line}: eval and exec run text as code"
        if package == "engine" and reads_clock(node):
            yield f"{line}: the engine may not read the clock"
        if package in ("engine", "connectors") and is_pasted_sql(package, node):
            yield f"{line}: SQL made by pasting text: {pasted(node)!r}"


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that a node imports, in a statement or by a call; "" is the own package."""
    match node:
        case ast.Import(names=names):
            yield from (name.name for name in names)
        case ast.ImportFrom(module=module, level=level):
            yield "" if level else module or ""
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]):
            if name in ("import_module", "__import__"):
                match first:
                    case ast.Constant(value=str(module)):
                        yield module
                    case _:
                        yield "a module whose name is computed"


def may_import(package: str, module: str) -> bool:
    top = module.partition(".")[0]
    if package == "api" or top in ("", package) or top in MAY_IMPORT[package]:
        return True
    return top in sys.stdlib_module_names


def runs_text(node: ast.AST) -> bool:
    match node:
        case ast.Name(id="eval" | "exec"):
            return True
        case ast.Attribute(value=ast.Name(id="builtins"), attr="eval" | "exec"):
            return True
    return False


def reads_clock(node: ast.AST) -> bool:
    """Whether a node names a clock; as a reference, so that a default factory counts too."""
    match node:
        case ast.Attribute(attr=name) if name in CLOCK_METHODS:
            return True
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return CLOCK_EXPRESSION.fullmatch(name) is not None
    return "time" in imported(node)


def is_pasted_sql(package: str, node: ast.AST) -> bool:
    text = pasted(node)
    if text is None or (package == "connectors" and text in ALLOWED):
        return False
    return SQL.search(text) is not None


def pasted(node: ast.AST) -> str | None:
    """The text of an f-string, %, + or .format() with {} for each value; None for all else."""
    match node:
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Mod()) if text_of(left) != "{}":
            return text_of(left)
        case ast.BinOp(op=ast.Add()):
            text = text_of(node)
            return text if "{}" in text else None
        case ast.Call(func=ast.Attribute(value=template, attr="format")):
            return text_of(template)
    return None


def text_of(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr():
            return pasted(node) or ""
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return text_of(left) + text_of(right)
    return "{}"


def modules(package: str) -> list[Path]:
    return sorted((REPOSITORY / package).rglob("*.py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_package_keeps_the_rules(package: str) -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}:{violation}"
        for path in modules(package)
        for violation in violations(package, path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("package", PACKAGES)
def test_package_has_modules(package: str) -> None:
    assert REPOSITORY / package / "__init__.py" in modules(package)


def test_long_modules_are_justified() -> None:
    reasons = "\n".join(
        page.read_text(encoding="utf-8") for page in (REPOSITORY / "docs" / "adr").glob("*.md")
    )
    names = [
        path.relative_to(REPOSITORY).as_posix()
        for package in PACKAGES
        for path in modules(package)
        if path.read_text(encoding="utf-8").count("\n") > LINES_WITHOUT_REASON
    ]
    assert [name for name in names if name not in reasons] == []


def test_every_allowed_text_is_still_made() -> None:
    made = {
        pasted(node)
        for path in modules("connectors")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert made >= ALLOWED


PLANTED = [
    ("grammar", "import engine", "may not import engine"),
    ("grammar", "from api.cli import main", "may not import api.cli"),
    ("grammar", "import numpy as np", "may not import numpy"),
    ("engine", "def f():\n    import connectors.base", "may not import connectors.base"),
    ("engine", "if TYPE_CHECKING:\n    from sqlalchemy import Engine", "may not import sqlalchemy"),
    ("engine", "from importlib import import_module\nimport_module('api')", "may not import api"),
    ("engine", "__import__(name)", "name is computed"),
    ("connectors", "from engine import score", "may not import engine"),
    ("connectors", "import grammar", "may not import grammar"),
    ("connectors", "import numpy", "may not import numpy"),
    ("api", "eval(text)", "eval and exec"),
    ("grammar", "list(map(exec, lines))", "eval and exec"),
    ("grammar", "import builtins\nbuiltins.eval(text)", "eval and exec"),
    ("engine", "import datetime\ndatetime.datetime.now()", "read the clock"),
    ("engine", "day = field(default_factory=date.today)", "read the clock"),
    ("engine", "import time\ntime.time()", "read the clock"),
    ("engine", "from time import monotonic", "read the clock"),
    ("engine", "exp.CurrentTimestamp()", "read the clock"),
    ("engine", "from sqlglot.exp import CurrentDate\nCurrentDate()", "read the clock"),
    ("engine", "sql = f'SELECT {column} FROM t'", "pasting text: 'SELECT {} FROM t'"),
    ("engine", "sql = f'select {column}\\nfrom t'", "pasting text"),
    ("engine", "sql = 'a WHERE x = %s' % x", "pasting text"),
    ("connectors", "sql = head + ' FROM ' + table", "pasting text: '{} FROM {}'"),
    ("connectors", "sql = 'INSERT INTO {}'.format(table)", "pasting text"),
]


@pytest.mark.parametrize(("package", "source", "sentence"), PLANTED)
def test_planted_violation_is_found(package: str, source: str, sentence: str) -> None:
    found = violations(package, f'"""A module."""\n{source}\n')
    assert any(sentence in violation for violation in found)


@pytest.mark.parametrize(("lines", "found"), [(MOST_LINES, 0), (MOST_LINES + 1, 1)])
def test_long_module_is_found(lines: int, found: int) -> None:
    source = '"""A module."""\n' + "x = 1\n" * (lines - 1)
    assert len(list(violations("api", source))) == found


def test_missing_docstring_is_found() -> None:
    assert list(violations("engine", "x = 1\n")) == ["1: no docstring says what the module is for"]


CLEAN = [
    ("grammar", "import re\nfrom lark import Lark\nfrom .tree import Card\nfrom grammar import x"),
    ("engine", "import numpy as np\nfrom grammar.tree import Card\nfrom datetime import time"),
    ("engine", "today = exp.CurrentUser\nstart = stamp.time()\nexpression.eval()"),
    ("engine", "message = f'the value comes from {table}, where it is {value}'"),
    ("engine", "total = a + b\nrest = a % b\nquery = 'SELECT a FROM t'"),
    ("connectors", "import sqlite3\ndef f():\n    import duckdb\n    from sqlalchemy import text"),
    ("api", "import engine, connectors, grammar, fastapi\nsql = f'SELECT {x}'\ntime.time()"),
]


@pytest.mark.parametrize(("package", "source"), CLEAN)
def test_clean_source_passes(package: str, source: str) -> None:
    assert list(violations(package, f'"""A module."""\n{source}\n')) == []
