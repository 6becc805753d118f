"""Text <-> syntax tree. Imports nothing but the standard library and lark."""

from grammar.diagnostics import Diagnostic, Edit, Fix, Label, Refused, Severity, in_order
from grammar.parser import Parsed, decode, parse
from grammar.printer import Formatted, format
from grammar.source import Source, Span
from grammar.suggest import suggest

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
    "suggest",
]
