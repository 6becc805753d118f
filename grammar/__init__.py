"""Text <-> syntax tree. Imports nothing but the standard library and lark."""

from grammar.diagnostics import Diagnostic, Edit, Fix, Label, Refused, Severity, in_order
from grammar.parser import Parsed, decode, parse
from grammar.source import Source, Span
from grammar.suggest import suggest

__all__ = [
    "Diagnostic",
    "Edit",
    "Fix",
    "Label",
    "Parsed",
    "Refused",
    "Severity",
    "Source",
    "Span",
    "decode",
    "in_order",
    "parse",
    "suggest",
]
