"""Campaigns of the stores: what they cost, and who took part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from api.demo_data.chain import WON, Chain
from api.demo_data.encoding import NULL, Array
from api.demo_data.staff import Staff
from api.demo_data.streams import chosen, pick
from api.demo_data.timeline import DAYS, QUARTERS

_GOALS = ["net sales", "new customers", "exposure"]
_TYPICAL = np.array([60_000, 24, 40_000])  # of each goal
_SPENT_ON = {"media": 0.35, "gifts": 0.3, "labour": 0.2, "venue": 0.15}


@dataclass(frozen=True, slots=True)
class Campaigns:
    """The campaigns: numbers that run over store and quarter, days, skill of who organised it."""

    number: Array
    store: Array
    starts: Array
    ends: Array
    organiser: Array
    budget: Array  # in fen
    success: Array  # about 1

    def of(self, store: Array, day: Array) -> Array:
        """The number of the campaign that a store has on a day, or null."""
        first, last = np.full(100_000, NULL), np.full(100_000, -NULL)
        first[self.number], last[self.number] = self.starts, self.ends
        number = store * 8 + np.searchsorted(QUARTERS, day, side="right") - 1
        return np.where((first[number] <= day) & (day <= last[number]), number, NULL)


def campaigns(chain: Chain, staff: Staff) -> Campaigns:
    """One for each store and quarter in which it was open all the time."""
    rng = chain.rng
    store, quarter = np.divmod(np.arange(len(chain.staff) * 8), 8)
    starts = np.array(QUARTERS)[quarter] + rng.integers(3, 60, len(store))
    ends = starts + rng.integers(9, 24, len(store))
    whole = (chain.opened[store] <= starts) & (ends <= chain.closed[store])
    store, starts, ends = store[whole], starts[whole], ends[whole]
    skill = rng.normal(1, 0.12, len(chain.staff))[store // 3 * 3]
    return Campaigns(
        number=np.flatnonzero(whole),
        store=store,
        starts=starts,
        ends=ends,
        organiser=staff.serving("marketing", starts, store),
        budget=np.round(np.array([9, 4, 5, 2])[chain.format[store]] * rng.lognormal(0, 0.2)) * 1e5,
        success=skill * rng.lognormal(0, 0.12, len(store)),
    )


def campaign_rows(chain: Chain, made: Campaigns) -> dict[str, Array]:
    """The columns of `campaigns`."""
    rng, count = chain.rng, len(made.number)
    goal = made.number % len(_GOALS)
    aimed = np.round(_TYPICAL[goal] * np.array([2.4, 1, 1.2, 0.4])[chain.format[made.store]])
    return {
        "campaign_id": made.number,
        "campaign_name": pick(
            ["New house week", "Tool days", "Light and paint", "Member festival"],
            made.number * 5 % 4,
        ),
        "store_id": made.store,
        "employee_id": made.organiser,
        "starts_on": made.starts,
        "ends_on": np.minimum(made.ends, DAYS - 1),
        "budget": made.budget,
        "goal_kind": pick(_GOALS, goal),
        "goal_value": 100 * aimed,
        "result_value": 100 * np.round(aimed * made.success * rng.lognormal(-0.02, 0.1, count)),
        "impressions": (made.budget / 4 * made.success).astype(int),
    }


def campaign_cost_rows(chain: Chain, made: Campaigns) -> dict[str, Array]:
    """The columns of `campaign_costs`: four of each campaign, more or less within its budget."""
    rng, count = chain.rng, len(made.number)
    place, what = np.divmod(np.arange(count * len(_SPENT_ON)), len(_SPENT_ON))
    share = np.array(list(_SPENT_ON.values()))[what] * rng.lognormal(0, 0.12, len(place))
    spent = rng.normal(0.97, 0.07, count)[place]
    return {
        "campaign_id": made.number[place],
        "booked_on": np.minimum(made.starts[place] + what * 3, DAYS - 1),
        "spent_on": pick(list(_SPENT_ON), what),
        "amount": np.round(made.budget[place] * share * spent),
    }


def participation_rows(chain: Chain, made: Campaigns) -> dict[str, Array]:
    """The columns of `participations`: customers of the store, asked to come or, in the control
    group, not asked; and whether they bought."""
    rng = chain.rng
    times = np.round(24 * made.success * rng.lognormal(0, 0.1, len(made.number))).astype(int)
    place = np.repeat(np.arange(len(made.number)), times)
    store, count = made.store[place], len(place)
    won = np.maximum((made.starts[place] - chain.won_from[store]) * WON // chain.won_in[store], 1)
    control = rng.random(count) < 0.2
    buys = np.where(control, 0.22, 0.22 + 0.16 * made.success[place])
    day = made.starts[place] + (rng.random(count) * (made.ends - made.starts)[place]).astype(int)
    return {
        "participation_id": np.arange(1, count + 1),
        "campaign_id": made.number[place],
        "customer_id": store * WON + (won * rng.random(count)).astype(int),
        "joined_on": np.minimum(day, DAYS - 1),
        "channel": chosen(rng, {"store": 0.55, "online": 0.45}, count),
        "is_control": control,
        "bought": rng.random(count) < buys,
    }
