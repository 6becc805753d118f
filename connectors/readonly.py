"""Only one statement that reads may pass; everything else stops before it reaches a database.

This is the first of two locks. The second is the database's own: files are opened read-only and
their settings are frozen.
"""

import re
from functools import lru_cache

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from connectors.errors import ConnectorError, first_paragraph

_FIRST_WORDS = {
    TokenType.SELECT,
    TokenType.WITH,
    TokenType.VALUES,
    TokenType.FROM,
    TokenType.L_PAREN,
}
_READS = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_WRITES = (exp.DML, exp.DDL, exp.Into, exp.Command)

# Functions of DuckDB that change the running database, take addresses of memory, or run SQL that
# is hidden in a string. They may stand in a SELECT, so the shape of the statement says nothing.
_SIDE_EFFECTS = re.compile(
    r"(enable|disable)_(logging|profiling)|truncate_duckdb_logs|write_log|(force_)?checkpoint"
    r"|(create|destroy|register|deregister)_external_resource.*|(add|remove)_grammar_extension"
    r"|query|json_execute_serialized_sql|(python_)?(arrow|pandas|seq)_scan.*|python_map_function"
)


@lru_cache(maxsize=256)
def require_select(sql: str, dialect: str) -> None:
    """Pass if `sql` is exactly one SELECT, UNION, WITH … SELECT or VALUES without side effects.

    Raises ConnectorError `bad_sql` otherwise, also for text that does not parse.
    """
    statement = _only_statement(sql, dialect)
    bodies = [statement, *(cte.this for cte in statement.find_all(exp.CTE))]
    if not all(isinstance(body, _READS) for body in bodies) or statement.find(*_WRITES):
        raise _refusal("the statement would change something")
    for function in statement.find_all(exp.Anonymous):
        if _SIDE_EFFECTS.fullmatch(function.name.lower()):
            raise _refusal(f"the function {function.name} does more than read")


def _only_statement(sql: str, dialect: str) -> exp.Expr:
    language = Dialect.get_or_raise(dialect)
    try:
        tokens = language.tokenize(sql)
        _require_reading_word(tokens)
        parsed = language.parser().parse(tokens, sql)
    except SqlglotError as error:
        raise _not_understood(error) from error
    statements = [tree for tree in parsed if tree and not isinstance(tree, exp.Semicolon)]
    if len(statements) != 1:
        raise _refusal(f"there are {len(statements)} statements where one is expected")
    return statements[0]


def _require_reading_word(tokens: list[Token]) -> None:
    """Look at the first word before parsing: of words it hardly knows, sqlglot logs a warning."""
    if not tokens:
        raise _refusal("the statement is empty")
    if tokens[0].token_type not in _FIRST_WORDS:
        raise _refusal(f"the statement starts with {tokens[0].text}")


def _refusal(why: str) -> ConnectorError:
    return ConnectorError("bad_sql", f"{why}; only one SELECT is run", "Write a single SELECT.")


def _not_understood(error: SqlglotError) -> ConnectorError:
    for detail in getattr(error, "errors", ()):
        place = f"line {detail.get('line')}, column {detail.get('col')}"
        return ConnectorError("bad_sql", f"{detail.get('description')} ({place})")
    return ConnectorError("bad_sql", first_paragraph(str(error)))
