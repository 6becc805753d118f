"""`based on`: a card that is another one but for what it says itself, as one whole card.

Downstream nobody knows of it: a version that is based on another has the parts of both. Where the
base changes, so does the card: it has one version for each version of its base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from engine.called import called
from engine.fact_families import overlaid
from engine.facts import Problems
from engine.finding import report_unknown
from engine.inherited_parts import merged_parts
from engine.model import CardVersion, key_of
from grammar import Diagnostic, Label
from grammar import syntax as s
from grammar.phrases import Said

Cards = Mapping[str, tuple[CardVersion, ...]]

# What a card says for itself alone: who and when it is for, and how it is called.
_NOT_INHERITED = (s.Assign, s.Effective, s.Exempt, s.Label, s.BasedOn)
_DAY = timedelta(days=1)


def inherit(written: Cards, unread: bool, problems: Problems) -> dict[str, tuple[CardVersion, ...]]:
    """Every card whole. `unread`: some file could not be read, and a base may stand there."""
    return _Inheritance(written, unread, problems).cards()


def base_line(version: CardVersion) -> s.BasedOn | None:
    """Where a card says what it is based on."""
    facts = version.section.facts
    return next((fact for fact in facts if isinstance(fact, s.BasedOn)), None)


class _Inheritance:
    def __init__(self, written: Cards, unread: bool, problems: Problems) -> None:
        self.written = written
        self.unread = unread
        self.problems = problems
        self.done: dict[str, tuple[CardVersion, ...]] = {}

    def cards(self) -> dict[str, tuple[CardVersion, ...]]:
        circles = {key for key in self.written if self._is_in_circle(key)}
        return {key: self._card(key, circles) for key in self.written}

    def _card(self, key: str, circles: set[str]) -> tuple[CardVersion, ...]:
        if key not in self.done:
            versions = self.written[key]
            self.done[key] = tuple(
                each for version in versions for each in self._version(version, circles)
            )
        return self.done[key]

    def _version(self, version: CardVersion, circles: set[str]) -> Iterator[CardVersion]:
        line = base_line(version)
        if line is None:
            self._refuse_changes(version)
            yield version
            return
        name = key_of(line.scorecard.text)
        if name not in self.written:
            self._unknown(line)
        if name not in self.written or key_of(version.name) in circles:
            yield replace(version, whole=False)
            return
        bases = self._card(name, circles)
        shared = [(b, days) for b in bases if (days := _shared(version, b)) is not None]
        self._check_days(version, line, [days for _, days in shared])
        told = self.problems  # what one base lacks, the next one lacks too: said once
        for base, (since, through) in shared:
            if base.whole:
                yield self._derived(version, base, since, through, told)
                told = Problems()
            else:
                yield replace(
                    version, since=since, through=through, origin=version, base=base, whole=False
                )
        if not shared:
            yield replace(version, whole=False)

    def _derived(
        self,
        version: CardVersion,
        base: CardVersion,
        since: date | None,
        through: date | None,
        told: Problems,
    ) -> CardVersion:
        inherited = tuple(f for f in base.section.facts if not isinstance(f, _NOT_INHERITED))
        return replace(
            version,
            section=replace(version.section, facts=overlaid(inherited, version.section.facts)),
            parts=merged_parts(base, version.parts, told),
            since=since,
            through=through,
            origin=version,
            base=base,
        )

    # ── faults ───────────────────────────────────────────────────────────────────────────────

    def _refuse_changes(self, version: CardVersion) -> None:
        for part in version.parts:
            if isinstance(part, s.ChangeSection | s.RemoveSection):
                self.problems.report("K0765", part.name.span, card=version.name)

    def _unknown(self, line: s.BasedOn) -> None:
        name = line.scorecard
        known = called(versions[0] for versions in self.written.values())
        report_unknown("K0760", name.span, name.text, known, self.problems, self.unread)

    def _is_in_circle(self, start: str) -> bool:
        """Whether a card is based, by way of others, on itself; reported at its line."""
        for version in self.written[start]:
            line = base_line(version)
            path = self._way_back(start, line, (start,)) if line is not None else ()
            if line is not None and path:
                names = " → ".join(self.written[key][0].name for key in path)
                self.problems.report("K0761", line.scorecard.span, cycle=names)
                return True
        return False

    def _way_back(self, start: str, line: s.BasedOn, seen: tuple[str, ...]) -> tuple[str, ...]:
        name = key_of(line.scorecard.text)
        if name == start:
            return (*seen, start)
        if name in seen:
            return ()
        for version in self.written.get(name, ()):
            further = base_line(version)
            found = self._way_back(start, further, (*seen, name)) if further is not None else ()
            if found:
                return found
        return ()

    def _check_days(
        self, version: CardVersion, line: s.BasedOn, shared: list[tuple[date | None, date | None]]
    ) -> None:
        """A warning where a card is in force on days on which its base is not."""
        if version.since is None:  # it says no days of its own, and holds as the base does
            return
        day: date | None = version.since
        for since, through in sorted(shared, key=lambda days: days[0] or date.min):
            if day is None or (since or date.min) > day:
                break
            day = through + _DAY if through is not None else None
        ends = version.through
        names = {"card": version.name, "base": line.scorecard.text}
        if not shared:
            self.problems.report("K0768", line.scorecard.span, names)
        elif day is not None and (ends is None or day <= ends):
            self.problems.report("K0766", line.scorecard.span, names, day=day.isoformat())


def seen_from(version: CardVersion, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What is wrong with a card; where the fault stands in the text of a base, with the line that
    takes it over."""
    line = base_line(version)
    if version.base is None or line is None:
        return list(found)
    inherited = Label(line.span, Said("taken over here", "在此沿用"))
    own = [section.span for section in version.written]
    return [
        each
        if each.span is None or any(section.contains(each.span) for section in own)
        else replace(each, labels=(*each.labels, inherited))
        for each in found
    ]


def _shared(version: CardVersion, base: CardVersion) -> tuple[date | None, date | None] | None:
    """The days on which both hold; None where there are none."""
    begins = [day for day in (version.since, base.since) if day is not None]
    ends = [day for day in (version.through, base.through) if day is not None]
    since, through = max(begins, default=None), min(ends, default=None)
    if since is not None and through is not None and through < since:
        return None
    return since, through
