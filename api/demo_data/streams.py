"""A random stream of its own for each table, so that one more table changes no other."""

from __future__ import annotations

from dataclasses import replace
from zlib import crc32

import numpy as np

from api.demo_data.chain import Chain
from api.demo_data.encoding import NULL, Array
from api.demo_data.timeline import DAYS, MONTHS
from api.demo_data.visits import make_visits


def own_stream(chain: Chain, seed: int, table: str) -> Chain:
    """The chain, for who makes this table alone."""
    return replace(chain, rng=np.random.default_rng([seed, crc32(table.encode())]))


def contacts(chain: Chain, per_quarter: float) -> tuple[Array, dict[str, Array]]:
    """Moments and people of visits, so many for each store and quarter on average."""
    count = round(len(chain.staff) * 8 * per_quarter)
    return make_visits(chain, chain.actual**0.7, count, 8, 21)


def open_months(chain: Chain) -> tuple[Array, Array]:
    """First day and store of each month in which a store was expected to sell."""
    planned = np.add.reduceat(chain.planned, MONTHS, axis=0)
    month, store = np.nonzero(planned)
    return np.array(MONTHS)[month], store


def length_of(month: Array) -> Array:
    """How many days the month has that begins on a day."""
    ends = np.array([*MONTHS[1:], DAYS])
    days: Array = ends[np.searchsorted(MONTHS, month)] - month
    return days


def pick(words: list[str], number: Array) -> Array:
    """The words that numbers stand for; null for null."""
    table: Array = np.array([*words, None], dtype=object)
    found: Array = table[np.where(number == NULL, len(words), number).astype(int)]
    return found


def chosen(rng: np.random.Generator, words: dict[str, float], count: int) -> Array:
    """`count` words, each as often as its share says; the shares add up to 1."""
    return pick(list(words), rng.choice(len(words), count, p=list(words.values())))
