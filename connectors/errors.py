"""What can go wrong with a database, as one exception with a closed list of kinds.

    Exception
    └── ConnectorError
        ├── opening      absent · locked · unreachable · denied · unsupported · driver_missing
        │                file_not_found
        ├── the query    bad_sql · missing_table · read_only · denied
        └── its end      timed_out · interrupted

A caller never sees an exception of a driver or of SQLAlchemy: each connector owns a table of
`Rule`s that turns those into kinds. A Ctrl-C stays a KeyboardInterrupt.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ErrorKind = Literal[
    "absent",
    "locked",
    "unreachable",
    "denied",
    "missing_table",
    "bad_sql",
    "timed_out",
    "unsupported",
    "driver_missing",
    "read_only",
    "file_not_found",
    "interrupted",
]


class ConnectorError(Exception):
    """A failure at the database: its kind, one sentence on what happened, one on what to do.

    Neither sentence holds a password or a connection URL. `hint` may be empty.
    """

    def __init__(self, kind: ErrorKind, message: str, hint: str = "") -> None:
        super().__init__(kind, message, hint)
        self.kind = kind
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Rule:
    """An exception of this class whose text matches this pattern means this kind of failure."""

    error: type[Exception]
    pattern: str
    kind: ErrorKind
    hint: str = ""


def explain(error: Exception, rules: Iterable[Rule]) -> ConnectorError:
    """The ConnectorError of the first rule that fits; without one, the query is to blame."""
    cause = getattr(error, "orig", None) or error
    message = first_paragraph(str(cause))
    for rule in rules:
        if isinstance(cause, rule.error) and re.search(rule.pattern, str(cause)):
            return ConnectorError(rule.kind, message, rule.hint)
    return ConnectorError("bad_sql", message)


def first_paragraph(text: str) -> str:
    """The text up to its first empty line, on one line: drivers append excerpts of the SQL."""
    return " ".join(text.strip().split("\n\n")[0].split())
