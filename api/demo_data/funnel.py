"""Larger orders on their way: opportunities, and the stages that each went through."""

from __future__ import annotations

import numpy as np

from api.demo_data.chain import Chain
from api.demo_data.encoding import NULL, Array
from api.demo_data.streams import contacts, pick
from api.demo_data.timeline import DAY_US, DAYS

_STAGES = ["prospect", "quoted", "negotiating", "won", "lost"]


def opportunity_rows(chain: Chain) -> dict[str, Array]:
    """The columns of `opportunities`: how far each has come by the end of the data."""
    moment, who = contacts(chain, 9)
    rng, count, opened = chain.rng, len(moment), moment // DAY_US
    store = who["store_id"] % len(chain.staff)
    wins = rng.random(count) < rng.uniform(0.25, 0.5, len(chain.staff))[store]
    closed = opened + rng.gamma(2, 14, count).astype(int) + 1
    running = closed >= DAYS
    stage = np.where(running, rng.integers(0, 3, count), np.where(wins, 3, 4))
    return who | {
        "opportunity_id": np.arange(1, count + 1),
        "opened_on": opened,
        "stage": pick(_STAGES, stage),
        "amount": np.round(rng.lognormal(9, 0.6, count)) * 100,
        "closed_on": np.where(running, NULL, closed),
    }


def stage_rows(chain: Chain, opportunities: dict[str, Array]) -> dict[str, Array]:
    """The columns of `opportunity_stages`: the days on which each was a prospect, quoted, and
    negotiating, as far as it came."""
    rng, count = chain.rng, len(opportunities["opportunity_id"])
    opened = opportunities["opened_on"]
    ended = np.minimum(opportunities["closed_on"], DAYS - 1)
    reached = np.where(opportunities["stage"] == "lost", rng.integers(0, 3, count), 2)
    reached = np.where(opportunities["stage"] == "prospect", 0, reached)
    place, stage = np.divmod(np.arange(count * 3), 3)
    third = (ended - opened)[place] / 3
    left = opened[place] + np.round(third * (stage + 1)).astype(int)
    last = (stage == reached[place]) & (opportunities["closed_on"][place] == NULL)
    rows = {
        "opportunity_id": opportunities["opportunity_id"][place],
        "stage": pick(_STAGES, stage),
        "entered_on": opened[place] + np.round(third * stage).astype(int),
        "left_on": np.where(last, NULL, left),
        "went_on": (stage < reached[place]) | (opportunities["stage"][place] == "won"),
    }
    return {name: values[stage <= reached[place]] for name, values in rows.items()}
