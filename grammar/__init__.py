"""Text <-> syntax tree. Imports nothing but the standard library and lark.

`parse` and `format` are imported at their first use: a file that has not changed needs no parser.
"""

from typing import TYPE_CHECKING

from grammar.diagnostics import Diagnostic, Edit, Fix, Label, Refused, Severity, in_order
from grammar.parsed_files import parse_kept
from grammar.reading import Parsed, decode
from grammar.source import Source, Span
from grammar.suggest import suggest

if TYPE_CHECKING:
    from grammar.parser import parse
    from grammar.printer import Formatted, format

__all__ = [
    "Diagnostic",
    "Edit",
    "Fix",
    "Formatted",
    "Label",
    "Parsed",
    "Refused",
    "Severity",
    "Source",
    "Span",
    "decode",
    "format",
    "in_order",
    "parse",
    "parse_kept",
    "suggest",
]


def __getattr__(name: str) -> object:
    found: object
    match name:
        case "parse":
            from grammar.parser import parse as found
        case "format":
            from grammar.printer import format as found
        case "Formatted":
            from grammar.printer import Formatted as found
        case _:
            raise AttributeError(name)
    globals()[name] = found
    return found
