"""What some cards of a workspace need of it: everything that they name, and what that names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from grammar import syntax as s

_DEFINITIONS = (s.EntitySection, s.DataSection, s.TargetsSection, s.KpiSection, s.ConstantSection)


def needed(documents: Sequence[s.Document], names: Collection[str]) -> Mapping[str, str]:
    """The texts of the files with nothing left but these cards and what they need.

    A file with a card is kept whole or not at all, those of other cards that it names too; of the
    others, the sections that are needed, with the comments above them. Policies stay away: what
    holds for all cards of a house is for the house to say.
    """
    with_cards = [each for each in documents if _cards(each)]
    chosen = _chosen(with_cards, set(names))
    shared = [each for each in documents if each not in with_cards]
    used = _used(shared, [section for each in chosen for section in each.sections])
    texts = {each.source.name: "".join(_kept(each, used)) for each in shared}
    texts |= {each.source.name: each.source.text for each in chosen}
    return {name: text for name, text in texts.items() if text}


def _cards(document: s.Document) -> set[str]:
    return {each.name.text for each in document.sections if isinstance(each, s.ScorecardSection)}


def _chosen(documents: Sequence[s.Document], names: set[str]) -> list[s.Document]:
    """The files of these cards, of those that they are based on, and of those whose scores they
    take."""
    cards = {name for each in documents for name in _cards(each)}
    named = {
        name
        for each in documents
        if _cards(each) & names
        for section in each.sections
        for name in _names(section)
    }
    more = names | named & cards
    if more == names:
        return [each for each in documents if _cards(each) & names]
    return _chosen(documents, more)


def _used(documents: Sequence[s.Document], sections: Sequence[s.Section]) -> set[int]:
    """The ids of the definitions that sections name, directly or through each other.

    A name is enough, whatever it stands for there: rather one too many than one too few.
    """
    defined: dict[str, list[s.Section]] = {}
    for document in documents:
        for section in document.sections:
            if isinstance(section, _DEFINITIONS):
                defined.setdefault(section.name.text, []).append(section)
    used: set[int] = set()
    waiting = list(sections)
    while waiting:
        for name in _names(waiting.pop()):
            for section in defined.get(name, ()):
                if id(section) not in used:
                    used.add(id(section))
                    waiting.append(section)
    return used


def _names(node: object) -> Iterator[str]:
    """Every name in a node but those that its columns and attributes get."""
    if isinstance(node, s.Name):
        yield node.text
    elif isinstance(node, s.Column | s.Attribute):
        yield from _names(node.formula)
    elif isinstance(node, tuple):
        for each in node:
            yield from _names(each)
    elif isinstance(node, s.Node):
        for field in node.__dataclass_fields__:
            if field != "span":
                yield from _names(getattr(node, field))


def _kept(document: s.Document, used: Collection[int]) -> Iterator[str]:
    """The sections that are used, and calendars. A heading, which is a comment with an empty line
    below it, goes with the first of them that follows it."""
    heading = ""
    for section in document.sections:
        above, comment = _above(document.source.text, section.span.start)
        heading = above or heading
        if id(section) in used or isinstance(section, s.CalendarSection):
            yield f"{heading}\n\n{comment}{_body(document, section)}\n"
            heading = ""


def _above(text: str, start: int) -> tuple[str, str]:
    """The heading above a section, and the comment that belongs to it alone."""
    lines = text[:start].split("\n")[:-1]
    first = len(lines)
    while first and (not lines[first - 1] or lines[first - 1].startswith("#")):
        first -= 1
    lead = "".join(f"{line}\n" for line in lines[first:])
    heading, _, comment = lead.rpartition("\n\n")
    return heading.strip("\n"), comment


def _body(document: s.Document, section: s.Section) -> str:
    """A section without the comments that belong to the next one."""
    lines = document.region(section).text.split("\n")
    while lines and (not lines[-1] or lines[-1].startswith("#")):
        lines.pop()
    return "\n".join(lines)
