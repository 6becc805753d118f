"""Units as an algebra: what a value is measured in, and what becomes of it under `*` and `/`.

A unit is a product of measured dimensions (a currency, time, points), of counted things above the
line and of counted things below it. A percent is a plain ratio that remembers how it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.unit_names import (
    CALENDAR_THINGS,
    CURRENCIES,
    PLAIN_NUMBERS,
    TIME_NAMES,
    plural,
    singular,
)
from grammar import syntax as s


@dataclass(frozen=True, slots=True)
class Unit:
    """What a value is measured in.

    `measured`: powers of dimensions, sorted, none of them 0. `things` and `per`: what is counted,
    above and below the line, in the singular and sorted; the same thing may stand on both sides (a
    mean of rows), because then either reading is right. `shares`: how many percents it was
    multiplied by less those it was divided by; they change no dimension. `tens`: the power of ten
    of bare numbers it was multiplied by (`* 1000`). `bare`: made of plain numbers alone. A unit
    that is not `known` goes with every other.
    """

    measured: tuple[tuple[str, int], ...] = ()
    things: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    shares: int = 0
    tens: int = 0
    bare: bool = False
    known: bool = True

    def __mul__(self, other: Unit) -> Unit:
        if not (self.known and other.known):
            return UNKNOWN
        powers = dict(self.measured)
        for name, power in other.measured:
            powers[name] = powers.get(name, 0) + power
        return Unit(
            tuple(sorted((name, power) for name, power in powers.items() if power)),
            tuple(sorted(self.things + other.things)),
            tuple(sorted(self.per + other.per)),
            self.shares + other.shares,
            self.tens + other.tens,
            self.bare and other.bare,
        )

    def __truediv__(self, other: Unit) -> Unit:
        return self * other.inverse()

    def inverse(self) -> Unit:
        powers = tuple((name, -power) for name, power in self.measured)
        return replace(
            self,
            measured=powers,
            things=self.per,
            per=self.things,
            shares=-self.shares,
            tens=-self.tens,
        )

    @property
    def is_percent(self) -> bool:
        """Shown in percent, so that a bare number beside it is ambiguous."""
        return self.known and self.shares > 0 and self.is_ratio

    @property
    def is_ratio(self) -> bool:
        """May be read as a plain ratio: everything cancels."""
        return self.known and not self.measured and (0, False) in self.readings()

    @property
    def is_count(self) -> bool:
        """A number of things, and nothing else."""
        return self.known and not (self.measured or self.per) and bool(self.things)

    def readings(self) -> frozenset[tuple[int, bool]]:
        """Ways to cancel the things: (how many are left below, whether any is left above).

        Names of things are free, so unlike ones may cancel (new customers / orders); a number of
        quarters does not cancel a customer. Beside a dimension, things above are mere factors.
        """
        most = min(len(self.things), len(self.per))
        if self.measured:
            most = self._cancelling()
        return frozenset(
            (len(self.per) - n, not self.measured and len(self.things) > n) for n in range(most + 1)
        )

    def _cancelling(self) -> int:
        below = list(self.per)
        above = []
        for thing in self.things:
            if thing in below:
                below.remove(thing)
            else:
                above.append(thing)
        same = len(self.per) - len(below)
        free_above = sum(each not in CALENDAR_THINGS for each in above)
        free_below = sum(each not in CALENDAR_THINGS for each in below)
        return same + min(free_above, free_below)

    def goes_with(self, other: Unit) -> bool:
        """Whether the two may be added, compared, or stand for one another."""
        if not (self.known and other.known) or self.bare or other.bare:
            return True
        return self.measured == other.measured and bool(self.readings() & other.readings())

    def fits(self, declared: Unit) -> bool:
        """Whether a formula of this unit may be declared so.

        A bare number takes any unit; a ratio times a bare number may be a rating, and times 100 or
        more a count of things per so many.
        """
        if not (self.known and declared.known) or self.bare:
            return True
        if declared.bare:
            return not self.measured
        if self.goes_with(declared):
            return True
        if self.tens and self.is_ratio and declared.measured == POINTS.measured:
            return True
        return self.tens >= 2 and not self.measured and declared.is_count and self.is_ratio

    def __str__(self) -> str:
        """In the words of the language: `CNY per customer`, `percent`, `ratio`, `number`."""
        if not self.known:
            return "unknown"
        if self.bare:
            return "number"
        below = list(self.per)
        above = [thing for thing in self.things if not _remove(below, thing)]
        top = [name for name, power in self.measured for _ in range(power)]
        bottom = [name for name, power in self.measured for _ in range(-power)] + below
        if self.measured or below:
            bottom += ["percent"] * -self.shares
        top += [plural(thing) for thing in above]
        if not top and not bottom:
            return "percent" if self.shares > 0 else "ratio"
        return " per ".join([" × ".join(top) or "number", *bottom])


def _remove(names: list[str], name: str) -> bool:
    """Whether a name was there; it is not any more."""
    found = name in names
    if found:
        names.remove(name)
    return found


UNKNOWN = Unit(known=False)
NUMBER = Unit(bare=True)
RATIO = Unit()
PERCENT = Unit(shares=1)
POINTS = Unit((("points", 1),))
TIME = Unit((("duration", 1),))


def money(currency: str) -> Unit:
    return Unit(((currency, 1),))


def count_of(thing: str) -> Unit:
    """A number of things of one name, given in the singular or plural."""
    return Unit(things=(singular(thing),))


def average_of(unit: Unit, row: str) -> Unit:
    """A mean over rows: in the unit of the values, or, if one likes, in that per row."""
    row_count = count_of(row)
    return unit * row_count / row_count


def declared(unit: s.Unit | None) -> Unit:
    """The unit that a `unit` fact names; unknown where there is none."""
    if unit is None:
        return UNKNOWN
    if unit.name is None:
        return PERCENT
    above = named(unit.name.text)
    return above / named(unit.per.text) if unit.per is not None else above


def named(name: str) -> Unit:
    """`CNY`, `hours`, `points`, `pp`, a plain number; any other name is that of counted things."""
    word = name.casefold()
    if name.isupper() and name in CURRENCIES:
        return money(name)
    if word in TIME_NAMES:
        return TIME
    if word in ("points", "point"):
        return POINTS
    if word in ("pp", "percent"):
        return PERCENT
    return NUMBER if word in PLAIN_NUMBERS else count_of(name)
