"""The fixes of a check, made: text edits that are tried in memory before a file is written.

An attempt that leaves more errors than there were is given up, so their number never grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from api.commands.catalog import rewrite
from api.render.words import say
from engine.model import Workspace
from engine.resolve import resolve
from grammar import Diagnostic, Edit, Fix, Source, parse

ROUNDS = 5
"""A fix may bring to light what another one mends; this often it is looked for."""

Texts = Mapping[str, str]
Check = Callable[[Workspace], Sequence[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Change:
    """What one fix did to one line. `before` is empty for a new line, `after` for a removed one."""

    file: str
    line: int
    before: str
    after: str

    def said(self, language: str = "en") -> str:
        """`card.scorecard:9: weight 60 -> weight 60%`"""
        before, after = (
            self.before or say("(new)", language),
            self.after or say("(removed)", language),
        )
        return f"{self.file}:{self.line}: {before} -> {after}"


@dataclass(frozen=True)
class Mended:
    """A workspace after its fixes, and all that they changed. Lines are those of their round."""

    workspace: Workspace
    diagnostics: tuple[Diagnostic, ...]
    changes: tuple[Change, ...] = ()
    given_up: frozenset[tuple[Edit, ...]] = field(default=frozenset(), repr=False)

    @property
    def errors(self) -> int:
        return sum(each.is_error for each in self.diagnostics)


def mend(workspace: Workspace, check: Check, *, suggested: bool = False) -> Mended:
    """Make the safe fixes of a workspace, with `suggested` the others too. Writes nothing."""
    mended = Mended(workspace, tuple(check(workspace)))
    for _ in range(ROUNDS):
        fixes = [f for f in _apart(mended.diagnostics, suggested) if f.edits not in mended.given_up]
        after = _attempt(mended, fixes, check, suggested)
        if after.workspace is mended.workspace:
            break
        mended = after
    return mended


def write(before: Workspace, after: Workspace) -> None:
    """Write the files that differ, each whole or not at all, with its byte order mark, line ends
    and permissions as they were. Raises OSError."""
    old = _texts(before)
    for name, text in _texts(after).items():
        if text != old[name]:
            path = before.folder / name
            marked = path.read_bytes().startswith(b"\xef\xbb\xbf")
            rewrite(path, "\ufeff" * marked + text)


def _apart(diagnostics: Sequence[Diagnostic], suggested: bool) -> Iterator[Fix]:
    """The first fix of each diagnostic, as long as it touches none that was chosen before."""
    chosen: list[Edit] = []
    for diagnostic in diagnostics:
        for fix in diagnostic.fixes:
            if fix.edits and (fix.safe or suggested):
                if not any(_touch(edit, other) for edit in fix.edits for other in chosen):
                    chosen.extend(fix.edits)
                    yield fix
                break


def _touch(one: Edit, other: Edit) -> bool:
    a, b = one.span, other.span
    return a.file == b.file and a.start <= b.end and b.start <= a.end


def _attempt(mended: Mended, fixes: Sequence[Fix], check: Check, suggested: bool) -> Mended:
    """All of the fixes; where that makes it worse, each half, down to the one that does."""
    if not fixes:
        return mended
    found = _with(mended, fixes, check)
    if found.errors <= mended.errors:
        return found
    if len(fixes) == 1:  # what it brings to light may have fixes too
        further = _with(found, tuple(_apart(found.diagnostics, suggested)), check)
        if further.errors <= mended.errors:
            return further
        return replace(mended, given_up=mended.given_up | {fixes[0].edits})
    first = _attempt(mended, fixes[: len(fixes) // 2], check, suggested)
    if first.workspace is not mended.workspace:
        return first  # places have moved: the other half waits for the next round
    return _attempt(first, fixes[len(fixes) // 2 :], check, suggested)


def _with(mended: Mended, fixes: Sequence[Fix], check: Check) -> Mended:
    """What would become of a workspace with these fixes."""
    edits = [edit for fix in fixes for edit in fix.edits]
    workspace = _read(mended.workspace, _edited(mended.workspace, edits))
    changes = (*mended.changes, *map(_change, edits))
    return Mended(workspace, tuple(check(workspace)), changes, mended.given_up)


def _edited(workspace: Workspace, edits: Sequence[Edit]) -> Texts:
    """The texts with the edits, made from the end backwards so that places before them hold."""
    texts = dict(_texts(workspace))
    for edit in sorted(edits, key=lambda each: each.span.start, reverse=True):
        text, span = texts[edit.span.file], edit.span
        texts[span.file] = text[: span.start] + edit.text + text[span.end :]
    return texts


def _texts(workspace: Workspace) -> dict[str, str]:
    return {each.source.name: each.source.text for each in workspace.documents}


def _read(before: Workspace, texts: Texts) -> Workspace:
    """The workspace as its folder would be read with these texts in the files."""
    kept = [d for d in before.diagnostics if d.span is None or d.span.file in before.unread]
    unread = list(before.unread)
    documents = []
    for name, text in texts.items():
        parsed = parse(Source(name, text))
        kept.extend(parsed.diagnostics)
        if parsed.document is None:
            unread.append(name)
        else:
            documents.append(parsed.document)
    return resolve(before.folder, tuple(documents), tuple(kept), tuple(unread))


def _change(edit: Edit) -> Change:
    """The lines that an edit touches, before and after it."""
    span, text = edit.span, edit.span.source.text
    if not span.text and edit.text.startswith(("\n", "\r")):
        return Change(span.file, span.line + 1, "", edit.text.strip())
    start = text.rfind("\n", 0, span.start) + 1
    end = span.end if span.text.endswith("\n") else (text.find("\n", span.end) + 1 or len(text))
    after = text[start : span.start] + edit.text + text[span.end : end]
    before, after = (_on_one_line(each) for each in (text[start:end], after))
    return Change(span.file, span.line, before, after)


def _on_one_line(text: str) -> str:
    return " ⏎ ".join(line.strip() for line in text.strip().splitlines())
