"""What all nodes are: frozen records that can say where they stand."""

from __future__ import annotations

from dataclasses import field

from grammar.records import record as node
from grammar.source import Span

__all__ = ["Node", "node"]


@node
class Node:
    """Anything written. `span` is where; it takes no part in equality."""

    span: Span = field(kw_only=True, compare=False, repr=False)
