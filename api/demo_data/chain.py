"""The chain of stores behind all tables, and how it is founded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from api.demo_data.cases import CLOSED, OPENED
from api.demo_data.demand import come_true, plan
from api.demo_data.encoding import NULL, Array, number_of
from api.demo_data.timeline import DAYS, day_of

WON = 417
"""Customers that each store wins until the end of the data."""

_FORMAT_OF = np.array([0, 1, 1, 2, 1, 3, 1])  # in turn; seven and four mix formats and regions
_LEAVER, _SUCCESSOR = 3, 12  # places: every second store replaced one clerk in 2025


@dataclass(frozen=True, slots=True)
class Chain:
    """All that the tables have in common; staff and customers are numbered store by store.

    Who makes a table draws from `rng`, so the order of the tables is part of the data.
    """

    rng: np.random.Generator
    format: Array  # by store, as are the next three
    opened: Array
    closed: Array  # the last day
    staff: Array  # how many employees
    hired: Array  # by employee; `left` is the last day
    left: Array
    planned: Array  # by day and store: the visits that the plan expects, up to a factor
    actual: Array  # and those that come

    @property
    def first(self) -> Array:
        """The first employee of each store."""
        return np.cumsum(self.staff) - self.staff

    @property
    def won_from(self) -> Array:
        """The day of the first customer of each store."""
        first_day: Array = np.maximum(self.opened, day_of("2022-01-01"))
        return first_day

    @property
    def won_in(self) -> Array:
        """Days from then to the end of the data, over which it wins the others evenly."""
        days: Array = np.maximum(DAYS - self.won_from, 1)
        return days


def found(rng: np.random.Generator, stores: int) -> Chain:
    """A chain of so many stores, at least 39, the last of the odd ones."""
    form = np.resize(_FORMAT_OF, stores)
    opened = rng.integers(day_of("2015-01-01"), day_of("2023-06-01"), stores)
    closed = np.full(stores, NULL)
    for dates, days in ((OPENED, opened), (CLOSED, closed)):
        for store, text in dates.items():
            days[number_of(store)] = day_of(text)
    staff = np.where(np.arange(stores) % 2, _SUCCESSOR, _SUCCESSOR + 1)
    hired, left = _hire(rng, opened, closed, staff)
    planned = plan(rng, form, opened, closed)
    return Chain(rng, form, opened, closed, staff, hired, left, planned, come_true(rng, planned))


def _hire(rng: np.random.Generator, opened: Array, closed: Array, staff: Array) -> list[Array]:
    """First and last day of each employee: most long before the data, some inside a quarter."""
    store = np.repeat(np.arange(len(staff)), staff)
    hired = np.maximum(rng.integers(-2500, 500, len(store)), opened[store] - 14)
    left = np.where(rng.random(len(store)) < 0.05, rng.integers(550, DAYS, len(store)), NULL)
    successor = (np.cumsum(staff) - 1)[staff > _SUCCESSOR]
    came = rng.integers(day_of("2025-04-10"), day_of("2025-12-10"), len(successor))
    came = np.maximum(came, opened[store[successor]] + 30)
    hired[successor], left[successor] = came, NULL
    left[successor - _SUCCESSOR + _LEAVER] = came - 1
    return [hired, np.minimum(left, closed[store])]
