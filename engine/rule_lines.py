"""Rules, bonuses and penalties as written below a card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.card import Grade
from engine.facts import Facts, Problems
from engine.finding import did_you_mean
from engine.literals import score_of
from engine.mends import renamed
from engine.model import CardVersion, key_of
from engine.rules import Effect, Extra, Rule
from grammar import syntax as s
from grammar.suggest import quoted


def read_rules(
    version: CardVersion,
    perspectives: Iterable[str],
    grades: Sequence[Grade],
    problems: Problems,
) -> tuple[Rule, ...]:
    """The rules of a card in the order of the text; what is wrong with one is reported."""
    reading = _Effects(tuple(perspectives), tuple(g.name for g in grades), version, problems)
    found: list[Rule] = []
    for part in version.parts:
        if not isinstance(part, s.RuleSection):
            continue
        facts = Facts(part, problems)
        effects = tuple(reading.of(facts))
        condition = facts.one(s.RuleWhen)
        written = any(isinstance(fact, _EFFECTS) for fact in facts.all)
        _require(part, condition is not None, "`when CONDITION`", problems)
        _require(part, written, "what it does: `cap total N`, `not ranked`, …", problems)
        if condition is not None:
            labels = facts.labels(part.label)
            found.append(Rule(part.name.text, labels, condition.condition, effects, part.name.span))
    return tuple(found)


def read_extras(version: CardVersion, problems: Problems) -> tuple[Extra, ...]:
    """The bonuses of a card, then its penalties, each in the order of the text."""
    found: list[Extra] = []
    for part in version.parts:
        if not isinstance(part, s.BonusSection | s.PenaltySection):
            continue
        facts = Facts(part, problems)
        points, limit = facts.one(s.Points), facts.one(s.ExtraLimit)
        _require(part, points is not None, "`points VALUE`", problems)
        _require(part, limit is not None, "`limit N`", problems)
        if points is None or limit is None:
            continue
        most = score_of(limit.value, problems)
        if most <= 0:
            problems.report("K0745", limit.value.span, name=part.name.text, found=f"{most:g}")
        if isinstance(points.expression, s.Percent | s.Money | s.Quantity):
            score_of(points.expression, problems)  # reports that points are plain numbers
        kind = "bonus" if isinstance(part, s.BonusSection) else "penalty"
        labels = facts.labels(part.label)
        found.append(Extra(kind, part.name.text, labels, points.expression, most, part.name.span))
    return tuple(sorted(found, key=lambda extra: extra.kind))


def check_names(version: CardVersion, problems: Problems) -> None:
    """A second rule, bonus or penalty of one name: results would not say which one is meant."""
    firsts: dict[tuple[type[s.Section], str], s.Name] = {}
    for part in version.parts:
        if isinstance(part, s.RuleSection | s.BonusSection | s.PenaltySection):
            first = firsts.setdefault((type(part), key_of(part.name.text)), part.name)
            if first is not part.name:
                labels = [(first.span, "first")]
                problems.report("K0202", part.name.span, labels=labels, name=part.name.text)


_EFFECTS = (s.CapTotal, s.CapPerspective, s.CapGrade, s.TotalIs, s.NotRanked)
_Part = s.RuleSection | s.BonusSection | s.PenaltySection


def _require(part: _Part, there: bool, missing: str, problems: Problems) -> None:
    if not there:
        problems.report("K0741", part.name.span, name=part.name.text, missing=missing)


class _Effects:
    """Reads the effects of rules; perspectives and grades are those of the card."""

    def __init__(
        self,
        perspectives: tuple[str, ...],
        grades: tuple[str, ...],
        version: CardVersion,
        problems: Problems,
    ) -> None:
        written = [p.name.text for p in version.parts if isinstance(p, s.PerspectiveSection)]
        self.perspectives = perspectives or tuple(written)
        self.grades = grades
        self.problems = problems

    def of(self, facts: Facts) -> Iterator[Effect]:
        facts.named(s.CapPerspective, "perspective")  # reports a second cap of one perspective
        for fact in facts.all:
            match fact:
                case s.CapTotal(limit):
                    yield Effect("cap_total", score_of(limit, self.problems), span=fact.span)
                case s.TotalIs(value):
                    yield Effect("total_is", score_of(value, self.problems), span=fact.span)
                case s.CapPerspective(perspective, limit):
                    name = self._known("perspective", perspective, self.perspectives)
                    most = score_of(limit, self.problems)
                    if name is not None:
                        yield Effect("cap_perspective", most, name, span=fact.span)
                case s.CapGrade(grade):
                    name = self._known("grade", grade, self.grades)
                    if name is not None:
                        yield Effect("cap_grade", name=name, span=fact.span)
                case s.NotRanked():
                    yield Effect("not_ranked", span=fact.span)

    def _known(self, kind: str, name: s.Name, known: tuple[str, ...]) -> str | None:
        found = {key_of(each): each for each in known}.get(key_of(name.text))
        if found is None:
            report_unknown_part(kind, name, known, self.problems)
        return found


def report_unknown_part(kind: str, name: s.Name, known: Sequence[str], problems: Problems) -> None:
    """Report a name that no measure, perspective or grade of the card has."""
    there = f"There are: {quoted(known)}." if known else "The card has none."
    problems.report(
        "K0742",
        name.span,
        part=kind,
        name=name.text,
        hint=did_you_mean(name.text, list(known)) or there,
        fixes=renamed(name.span, known),
    )
