"""What a definition may have been called: its name, or what people read in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.model import Definition


def called(definitions: Iterable[Definition]) -> Mapping[str, str]:
    """Name by name and by label; a label that several have says nothing."""
    everyone = list(definitions)
    by_label: dict[str, set[str]] = {}
    for each in everyone:
        for label in each.labels.values():
            by_label.setdefault(label, set()).add(each.name)
    plain = {label: names.pop() for label, names in by_label.items() if len(names) == 1}
    return plain | {each.name: each.name for each in everyone}
